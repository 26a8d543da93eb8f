"""A stored plan, or its outcome, as CSV and as JSON: lines of text out, with one chunk of rows in memory at a time.

The CSV has a line for each value that is set, so that a spreadsheet can filter by field; the JSON has an object for
each person. Text that a spreadsheet would run as a formula is escaped.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from connector.core.model.operation import FIELD
from connector.errors import Refused
from connector.services.csv_lines import line
from connector.services.views.people import people_by_employee
from connector.services.views.rows import entry_view
from connector.services.views.views import EntryView
from connector.store.runs import entries, runs
from connector.store.tables.runs import RunRow
from connector.wiring import Wiring

HEADINGS = ("Row", "Employee id", "Name", "Work email", "What", "Value", "Before", "After", "Mail", "Outcome")
#: The names of the parts of an effect in the CSV.
_EFFECTS = {
    "groups_gained": "Group gained",
    "groups_lost": "Group lost",
    "courses_gained": "Course gained",
    "courses_lost": "Course lost",
}


def export_csv(
    wiring: Wiring, portal_id: str, run_id: int, labels: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The headings, then a line for each value of each row, in plan order; `labels` names fields by their keys.

    Raises Refused, before the first line, when the portal has no such run.
    """
    run = _run(wiring, portal_id, run_id)
    return _csv(wiring, portal_id, run, labels or {})


def export_json(wiring: Wiring, portal_id: str, run_id: int) -> Iterator[str]:
    """One JSON object: the run with its digest and counts, and `rows`. Raises Refused as `export_csv` does."""
    run = _run(wiring, portal_id, run_id)
    return _json(wiring, portal_id, run)


def _run(wiring: Wiring, portal_id: str, run_id: int) -> RunRow:
    with wiring.database.reading() as session:
        run = runs.of_portal(session, portal_id, run_id)
    if run is None:
        raise Refused(f"Portal {portal_id} has no run {run_id}. `flask connector runs` lists its runs.")
    return run


def _csv(wiring: Wiring, portal_id: str, run: RunRow, labels: Mapping[str, str]) -> Iterator[str]:
    yield line(HEADINGS)
    for view in _views(wiring, portal_id, run):
        start = [str(view.entry_id), view.employee_id, view.person.name, view.person.email, view.kind]
        for name, after in view.after.items():
            label = labels.get(name.removeprefix(FIELD), name) if name.startswith(FIELD) else name
            values = [label, view.before.get(name) or "", after or ""]
            yield line([*start, *values, view.mail, view.outcome])
        for label, name in _effects(view):
            yield line([*start, label, "", name, view.mail, view.outcome])


def _json(wiring: Wiring, portal_id: str, run: RunRow) -> Iterator[str]:
    head = {
        "run": run.id,
        "mode": run.mode,
        "status": run.status,
        "digest": run.digest,
        "report": run.report,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": ['
    for number, view in enumerate(_views(wiring, portal_id, run)):
        yield (",\n" if number else "\n") + json.dumps(_object(view), ensure_ascii=False)
    yield "\n]}\n"


def _views(wiring: Wiring, portal_id: str, run: RunRow) -> Iterator[EntryView]:
    for rows in entries.all_of_run(wiring.database, run.id):
        with wiring.database.reading() as session:
            people = people_by_employee(session, portal_id, [row.employee_id for row in rows])
        yield from (entry_view(row, people.get(row.employee_id)) for row in rows)


def _effects(view: EntryView) -> Iterator[tuple[str, str]]:
    """Each group and course that is gained or lost: the label of the part, and its name."""
    if view.effect is not None:
        for part, label in _EFFECTS.items():
            yield from ((label, name) for name in getattr(view.effect, part))


def _object(view: EntryView) -> dict[str, Any]:
    return {
        "row": view.entry_id,
        "employee_id": view.employee_id,
        "name": view.person.name,
        "work_email": view.person.email,
        "operation": view.kind,
        "before": dict(view.before),
        "after": dict(view.after),
        "mail": view.mail,
        "effect": None if view.effect is None else asdict(view.effect),
        "outcome": view.outcome,
    }
