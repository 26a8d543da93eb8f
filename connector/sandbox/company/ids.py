"""Ids in Paycor's shape, `xxxxxxxx-kkkk-0000-0000-0000eeeeeeee`, made from an index and turned back into it.

The first group is the index, scrambled one to one by the seed; `kkkk` names the kind of thing; the last
eight digits are the owning legal entity, little-endian. The ids are reversible, so a million people need no table.
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

EMPLOYEE = "7a44"
PERSON = "196c"
DEPARTMENT = "000c"
WORK_LOCATION = "e570"
PAY_GROUP = "0003"
PAYROLL = "0001"
LIST_RECORD = "11e0"
JOB_TITLE = "0b1e"
STATUS_REASON = "5a0e"
CUSTOM_FIELD = "0a3a"
CERTIFICATION = "ce27"
ORGANIZATION = "0c9a"
EMPLOYEE_CERTIFICATION = "cd0f"

_GROUP = 2**32
# Knuth's multiplicative constant: odd, so multiplication by it modulo 2**32 can be undone.
_FACTOR = 2_654_435_761
_INVERSE = pow(_FACTOR, -1, _GROUP)


@dataclass(frozen=True)
class IdSpace:
    """The ids of one kind of thing in one legal entity."""

    seed: int
    kind: str
    legal_entity_id: int

    @cached_property
    def suffix(self) -> str:
        """Everything after the first group."""
        owner = self.legal_entity_id.to_bytes(4, "little").hex()

        return f"-{self.kind}-0000-0000-0000{owner}"

    @cached_property
    def _offset(self) -> int:
        return int.from_bytes(blake2b(b"%d" % self.seed, digest_size=4).digest(), "big")

    def id_of(self, index: int) -> str:
        """The id of the thing at `index`, which is below 2**32."""
        return f"{(index * _FACTOR ^ self._offset) % _GROUP:08x}{self.suffix}"

    def index_of(self, claimed_id: str) -> int | None:
        """The index behind an id in any letter case; None when the id is not of this space."""
        head, tail = claimed_id[:8].lower(), claimed_id[8:].lower()
        if tail != self.suffix:
            return None
        try:
            scrambled = int(head, 16)
        except ValueError:
            return None

        return (scrambled ^ self._offset) * _INVERSE % _GROUP
