"""People as Paycor knows them, and the canonical text of every value.

A date is `YYYY-MM-DD`, a boolean `Yes` or `No`, a number plain digits. `None` means "known to be empty"; a missing key
means "not known".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from unicodedata import normalize

#: Canonical text, or None for "known to be empty".
Value = str | None


class EmploymentStatus(StrEnum):
    """What an employment status means for access (rule D4)."""

    CURRENT = "current"
    ON_LEAVE = "on_leave"
    SEPARATED = "separated"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Employee:
    """One employment as Paycor knows it: a person has one in each legal entity they work for.

    `attributes` holds the mapped attributes that Paycor sent (attribute key -> canonical text). `has_position`: Paycor
    sent the block with the manager; without it, an empty `manager_id` is unknown, not empty. `problem` is empty, or
    says in a few words (never with the value) why the record is unreliable; the sync leaves such a person alone.
    `bad_email` is the text that Paycor has as work email if it is no address (rule D23); `email` is unknown then.
    """

    employee_id: str
    person_id: str | None
    legal_entity_id: int
    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    status: EmploymentStatus = EmploymentStatus.AMBIGUOUS
    status_text: str | None = None
    hire_date: date | None = None
    rehire_date: date | None = None
    termination_date: date | None = None
    manager_id: str | None = None
    work_state: str | None = None
    has_work_address: bool = False
    has_position: bool = False
    attributes: Mapping[str, Value] = field(default_factory=dict)
    problem: str = ""
    bad_email: str = ""

    @property
    def person_key(self) -> str:
        """The key of everything stored about this person: the person id, otherwise the employee id."""
        return self.person_id or self.employee_id

    @property
    def email_key(self) -> str | None:
        """The work email in the form that is used to compare emails (rule D1), or None."""
        return email_key(self.email)


@dataclass(frozen=True, slots=True)
class Person:
    """One person: all employments with the same person id, in the order of their employee ids.

    `absent_reads` says, by employee id, from how many complete reads in a row an employment was missing.
    """

    key: str
    employees: tuple[Employee, ...]
    absent_reads: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What only a comparison with all other people shows about a person.

    `shared_emails` are those of their work emails, as `email_key`, that another current person has too (rule D2).
    `reports` counts current direct reports (rule B12). `managers` are the records of their managers, as far as they
    were read. `manager_loop`: their reporting line is circular.
    """

    shared_emails: frozenset[str] = frozenset()
    reports: int = 0
    managers: tuple[Employee, ...] = ()
    manager_loop: bool = False


def full_name(first_name: str, last_name: str) -> str:
    """Both names as one text; empty when both are."""
    return f"{first_name} {last_name}".strip()


def email_key(email: str | None) -> str | None:
    """An address in the form that is used to compare addresses: trimmed, case-folded, NFC; None when it is empty.

    Applying it twice changes nothing: text is decomposed before folding, because folded characters may compose again.
    """
    if email is None:
        return None
    if email.isascii():
        # The same result in a quarter of the time; nearly all addresses are ASCII.
        return email.strip().lower() or None
    return normalize("NFC", normalize("NFD", email.strip()).casefold()) or None


def is_date(text: str) -> bool:
    """Whether a text is a real day in its canonical form."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
