"""The promises of a host as functions that try them: what the sync relies on, whatever the LMS is.

In: a `Rig` and fresh `Names`; out: nothing, or ContractBroken with a sentence, or NotOffered. The tests run `CHECKS` on
every host, and `flask connector hosts test` runs them on a live site. No sync uses this package.
"""

from types import ModuleType

from connector.hosts.contract import create, failures, find, mail, update
from connector.hosts.contract.promise import Promise
from connector.hosts.contract.rig import ContractBroken, Names, Need, NotOffered, NotTried, Rig, requires

__all__ = [
    "CHECKS",
    "Promise",
    "ContractBroken",
    "Names",
    "Need",
    "NotOffered",
    "NotTried",
    "Rig",
    "requires",
]


def _promises(module: ModuleType) -> list[Promise]:
    return [one for one in vars(module).values() if isinstance(one, Promise)]


#: Every promise, in the order in which a new host is best built.
CHECKS = tuple(check for module in (find, create, update, mail, failures) for check in _promises(module))
