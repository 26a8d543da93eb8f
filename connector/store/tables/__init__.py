"""Every table of the connector, as declarative classes. No query lives here.

Importing this package imports every table: `store.schema` needs them all.
"""

from connector.store.db.base import Base
from connector.store.tables import admins, completions, connection, events, people, runs

__all__ = ["Base", "admins", "completions", "connection", "events", "people", "runs"]
