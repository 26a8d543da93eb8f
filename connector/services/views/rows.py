"""Rows of our tables in, views of the pages out: one function for each kind of row. It does not read the database."""

import msgspec

from connector.core.model.employee import full_name
from connector.core.model.limits import PlanHold
from connector.core.model.operation import OperationKind
from connector.core.model.report import Report
from connector.core.ports.optional import Effect
from connector.services.views.views import EntryView, FindingView, NotInvitedView, PersonView, RunView
from connector.store.tables.people import FindingRow, LinkRow
from connector.store.tables.runs import EntryRow, RunRow


class _Named(msgspec.Struct):
    """The part of a stored `core.model.employee.Employee` that a list shows."""

    first_name: str = ""
    last_name: str = ""
    email: str | None = None


def person_view(record: str) -> PersonView:
    """The name and work email in a stored employee record."""
    named = msgspec.json.decode(record, type=_Named)
    return PersonView(full_name(named.first_name, named.last_name), named.email or "")


def run_view(row: RunRow) -> RunView:
    """A run, with its report as a value."""
    return RunView(
        run_id=row.id,
        mode=row.mode,
        trigger=row.trigger,
        status=row.status,
        phase=row.phase,
        done=row.done,
        total=row.total,
        requested_at=row.requested_at,
        requested_by=row.requested_by,
        started_at=row.started_at,
        finished_at=row.finished_at,
        digest=row.digest,
        plan_of=row.plan_of,
        held=None if row.held is None else msgspec.convert(row.held, PlanHold),
        report=None if row.report is None else msgspec.convert(row.report, Report),
        error_code=row.error_code,
        error_message=row.error_message,
        replaced_by=row.replaced_by,
        attempt=row.attempt,
        not_before=row.not_before,
        retry_at=row.retry_at,
    )


def entry_view(row: EntryRow, person: PersonView | None) -> EntryView:
    """A row of a plan; `person` is None when the mirror does not have the person it is about."""
    return EntryView(
        entry_id=row.id,
        employee_id=row.employee_id,
        kind=row.kind,
        account_id=row.account_id,
        before=row.before or {},
        after=row.after or {},
        mail=row.mail,
        outcome=row.outcome,
        outcome_code=row.outcome_code,
        at=row.at,
        person=person or _created_person(row),
        effect=None if row.effect is None else msgspec.convert(row.effect, Effect),
    )


def finding_view(row: FindingRow, person: PersonView | None) -> FindingView:
    """A finding; `person` is None when the mirror does not have the person it is about."""
    return FindingView(
        code=row.code,
        employee_id=row.employee_id,
        subject=row.subject,
        detail=row.detail,
        is_skip=row.is_skip,
        since=row.since,
        person=person or PersonView(),
        hint=row.hint,
    )


def not_invited_view(row: LinkRow, person: PersonView | None) -> NotInvitedView:
    """An account whose mail was not sent or not answered; `person` is None when the mirror does not have them."""
    return NotInvitedView(
        row.person_key, row.account_id, row.mail_state, row.linked_at, person or PersonView()
    )


def _created_person(row: EntryRow) -> PersonView:
    """The person that a create writes, for people missing from the mirror; other operations have no name."""
    if row.kind != OperationKind.CREATE.value:
        return PersonView()
    after = row.after
    name = full_name(after.get("first_name") or "", after.get("last_name") or "")
    return PersonView(name, after.get("email") or "")
