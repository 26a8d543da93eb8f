"""The built-in LMS: a small, real learning management system that the connector can be seen at work in."""

from connector.sandbox.lms.db.tables import db

from .app import create_app
from .lms import BuiltInLms
from .seed import seed

__all__ = ["BuiltInLms", "create_app", "db", "seed"]
