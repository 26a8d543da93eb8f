"""The overrides that an admin makes for one person."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class OverrideKind(StrEnum):
    """What an override keeps the sync from: touching the person at all, one of their values, or one account (D2)."""

    PROTECT = "protect"
    HOLD = "hold"
    SEPARATE = "separate"


@dataclass(frozen=True, slots=True)
class Override:
    """An exception that an admin has made for one human, through the last day `until` (rule X16).

    `name` is the value that is held: first_name, last_name, email or `field:<key>`; or the id of the account that they
    are kept apart from. It is empty when they are protected.
    """

    kind: OverrideKind
    until: date
    name: str = ""
