"""All tables of the connector, as declarative classes without queries.

Importing this package imports every table, as `store.schema` needs.
"""

from connector.store.db.base import Base
from connector.store.tables import admins, completions, connection, events, people, runs

__all__ = ["Base", "admins", "completions", "connection", "events", "people", "runs"]
