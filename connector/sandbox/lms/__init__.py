"""The built-in LMS: a small, real learning management system in which the connector can be seen at work."""

from connector.sandbox.lms.app import create_app
from connector.sandbox.lms.db.tables import db
from connector.sandbox.lms.lms import BuiltInLms
from connector.sandbox.lms.seed import seed

__all__ = ["BuiltInLms", "create_app", "db", "seed"]
