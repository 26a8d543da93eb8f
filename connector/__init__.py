"""Keeps the learners of a Flask LMS true to Paycor, one way.

The door of the package: what a host needs is here, and nothing else is promised to stay where it is.
"""

from .extension import Connector
from .hosts.inprocess import InProcessLms
from .store.schema import not_ours

__version__ = "0.1.0"

__all__ = ["Connector", "InProcessLms", "__version__", "not_ours"]
