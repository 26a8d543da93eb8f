"""Keeps the learners of a Flask LMS in sync with Paycor, one way.

The public names of the package: what a host needs is here and in `connector.host`. Everything else can move between
releases.
"""

from connector.store.db.revision import not_ours

from .extension import Connector
from .version import __version__

__all__ = ["Connector", "__version__", "not_ours"]
