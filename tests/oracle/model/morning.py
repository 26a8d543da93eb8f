"""What Paycor shows on one day, and what it is made of: the record of the sandbox's company. Plain values."""

from dataclasses import dataclass
from datetime import date

from connector.sandbox.company import Person as Record

EMPLOYED = "Active"
ON_LEAVE = ("Fmla", "LeaveWithPay", "LeaveWithoutPay", "ShortTermDisability")
LEFT = ("Resigned", "Terminated", "Retired", "LaidOff")
UNCLEAR = "ThirdPartyPayable"


@dataclass(frozen=True)
class Morning:
    """One day at Paycor: the records, which of them cannot be read, and whether Paycor answers at all.

    `approves`: the admin releases what the limits of growth hold back.
    """

    today: date
    records: tuple[Record, ...]
    unreadable: frozenset[str] = frozenset()
    answers: bool = True
    approves: bool = False


__all__ = ["EMPLOYED", "LEFT", "ON_LEAVE", "UNCLEAR", "Morning", "Record"]
