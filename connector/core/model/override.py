"""The overrides that an admin makes for one person."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class OverrideKind(StrEnum):
    """What an override keeps the sync from changing: the person, one of their values, or one account (rule D2)."""

    PROTECT = "protect"
    HOLD = "hold"
    SEPARATE = "separate"


@dataclass(frozen=True, slots=True)
class Override:
    """An override that an admin has made for one person; `until` is its last day (rule X16).

    `name` is the value that HOLD keeps (first_name, last_name, email or `field:<key>`), or the id of the account that
    SEPARATE says is not theirs. It is empty for PROTECT.
    """

    kind: OverrideKind
    until: date
    name: str = ""
