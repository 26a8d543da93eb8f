"""People as Paycor knows them, and the canonical text of every value.

A date is `YYYY-MM-DD`, a boolean `Yes` or `No`, a number plain digits. `None` means "known to be empty"; an absent key
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
    """One employment as Paycor knows it: a human has one for each legal entity they work in.

    `attributes` holds the mapped attributes that came (attribute key -> canonical text). `has_position` tells that the
    block with the manager came: without it an empty `manager_id` is not known to be empty. `problem` is empty, or says
    in a few words (never with the value) why the record cannot be relied on; nothing is done about such a person.
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

    @property
    def person_key(self) -> str:
        """What is remembered of a human is kept under this key: the person id, else the employee id."""
        return self.person_id or self.employee_id

    @property
    def email_key(self) -> str | None:
        """The work email in the form in which two are compared (rule D1), or None."""
        return email_key(self.email)


@dataclass(frozen=True, slots=True)
class Person:
    """One human: every employment that carries the same person id, in the order of their employee ids.

    `absent_reads` holds, for an employment that was missing, how many complete reads in a row it was missing from.
    """

    key: str
    employees: tuple[Employee, ...]
    absent_reads: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of a person only in view of everybody else.

    `shared_emails` are those of their work emails, as `email_key`, that another current human has too (rule D2).
    `reports` counts current direct reports (rule B12). `managers` are the records of their employments' managers, as
    far as they were read. `manager_loop` means that a chain of managers comes back to them.
    """

    shared_emails: frozenset[str] = frozenset()
    reports: int = 0
    managers: tuple[Employee, ...] = ()
    manager_loop: bool = False


def email_key(email: str | None) -> str | None:
    """The form in which two addresses are compared: trimmed, case-folded, NFC; None when there is none.

    It is its own form: folding is done on decomposed text, because what it makes may compose anew.
    """
    if email is None:
        return None
    if email.isascii():
        # The same, in a quarter of the time; nearly all addresses are.
        return email.strip().lower() or None
    return normalize("NFC", normalize("NFD", email.strip()).casefold()) or None
