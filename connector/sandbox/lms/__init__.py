"""The built-in LMS: a small, real learning management system that the connector can be seen at work in."""

from .app import create_app
from .lms import BuiltInLms
from .models import db
from .seed import seed

__all__ = ["BuiltInLms", "create_app", "db", "seed"]
