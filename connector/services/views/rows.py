"""Rows of our tables in, views of the pages out, one function a kind of row. It asks the database nothing."""

import msgspec

from connector.core.model.limits import PlanHold
from connector.core.model.operation import OperationKind
from connector.core.model.report import Report
from connector.core.ports.optional import Effect
from connector.services.views.views import EntryView, FindingView, PersonView, RunView
from connector.store.tables.people import FindingRow
from connector.store.tables.runs import EntryRow, RunRow


class _Named(msgspec.Struct):
    """The part of a stored `core.model.employee.Employee` that a list shows."""

    first_name: str = ""
    last_name: str = ""
    email: str | None = None


def person_view(record: str) -> PersonView:
    """Whom a stored employee record is about."""
    named = msgspec.json.decode(record, type=_Named)
    return PersonView(f"{named.first_name} {named.last_name}".strip(), named.email or "")


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
    )


def entry_view(row: EntryRow, person: PersonView | None) -> EntryView:
    """An operation, and the person it is about if the mirror holds them."""
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
        person=person or _written_person(row),
        effect=None if row.effect is None else msgspec.convert(row.effect, Effect),
    )


def _written_person(row: EntryRow) -> PersonView:
    """Whom a create writes, for somebody whom the mirror does not hold; other operations do not name anybody."""
    if row.kind != OperationKind.CREATE.value:
        return PersonView()
    after = row.after
    name = f"{after.get('first_name') or ''} {after.get('last_name') or ''}".strip()
    return PersonView(name, after.get("email") or "")


def finding_view(row: FindingRow, person: PersonView | None) -> FindingView:
    """A finding, and the person it is about if the mirror holds them."""
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
