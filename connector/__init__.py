"""Keeps the learners of a Flask LMS true to Paycor, one way.

The door of the package: what a host needs is here, and nothing else is promised to stay where it is.
"""

from connector.store.db.revision import not_ours

from .extension import Connector
from .version import __version__

__all__ = ["Connector", "__version__", "not_ours"]
