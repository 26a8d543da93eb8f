"""What the pages show about one person: frozen values without anything of the database. Instants are aware UTC."""

from dataclasses import dataclass
from datetime import datetime

from connector.core.model.account import Mail, MailState
from connector.core.model.run import RunMode, RunTrigger
from connector.core.rules.why import TraceStep
from connector.services.views.views import EntryView, FindingView, PersonView


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One operation on a person's account, the run it was part of, and who requested that run."""

    entry: EntryView
    run_id: int
    mode: RunMode
    trigger: RunTrigger
    requested_by: str | None


@dataclass(frozen=True, slots=True)
class MailView:
    """The mail about a new account, its state, and when sending began."""

    mail: Mail
    state: MailState
    begun_at: datetime | None


@dataclass(frozen=True, slots=True)
class OtherMatch:
    """Another person with the same account id, work email or employee number."""

    employee_id: str
    person: PersonView


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a person has the status they have.

    `steps` end with what would be decided now. `person_key` and `employee_id` are empty for a person who is only in the
    LMS. `due_at` is when the answer may change without anything new from Paycor. `waits` says that no run has acted on
    the last change yet. `also` are other people with the same account id, work email or employee number.
    """

    steps: tuple[TraceStep, ...]
    person_key: str = ""
    employee_id: str = ""
    person: PersonView = PersonView()
    account_id: str | None = None
    linked_at: datetime | None = None
    due_at: datetime | None = None
    waits: bool = False
    mail: MailView | None = None
    findings: tuple[FindingView, ...] = ()
    changes: tuple[TimelineEntry, ...] = ()
    also: tuple[OtherMatch, ...] = ()
