"""The LMSs that the sync writes to: the user API of a portal behind `core.ports.host.Host`.

A developer of a Flask LMS needs what is imported here, and docs/adding-a-host.md. Every host keeps the promises of
`connector.hosts.contract`.
"""

from connector.hosts.hooks import RowRefused
from connector.hosts.inprocess import InProcessHost, InProcessLms
from connector.hosts.lookup import Columns
from connector.hosts.memory import Failure, Fault, MemoryHost

__all__ = ["Columns", "Failure", "Fault", "InProcessHost", "InProcessLms", "MemoryHost", "RowRefused"]
