"""What is told about one person: frozen values with nothing of the database in them. Instants are aware UTC."""

from dataclasses import dataclass
from datetime import datetime

from connector.core.model.account import Mail, MailState
from connector.core.model.run import RunMode, RunTrigger
from connector.core.rules.why import TraceStep
from connector.services.views.views import EntryView, FindingView, PersonView


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One operation on somebody's account: values before and after, the run it was part of, and who asked for that."""

    entry: EntryView
    run_id: int
    mode: RunMode
    trigger: RunTrigger
    asked_by: str | None


@dataclass(frozen=True, slots=True)
class MailView:
    """The mail about a new account, how far it has come, and when it was begun."""

    mail: Mail
    state: MailState
    begun_at: datetime | None


@dataclass(frozen=True, slots=True)
class OtherMatch:
    """One of several people who were meant."""

    employee_id: str
    person: PersonView


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why somebody is in the state they are in.

    `steps` end with what would be decided now. `person_key` and `employee_id` are empty for whom only the LMS knows.
    `due_at` is when the answer may differ with nothing new from Paycor. `also` are others who were meant as well.
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
