"""A stored plan, or what became of it, as CSV and as JSON: lines of text out, a chunk of rows in memory at a time.

A CSV has a line for each value that is set, so that a spreadsheet can filter by field; JSON has an object for each
person. What a spreadsheet would run as a formula is made text.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from connector.core.model.operation import FIELD
from connector.errors import Refused
from connector.services.csv_lines import line
from connector.services.views.pages import people_of
from connector.services.views.rows import entry_view
from connector.services.views.views import EntryView
from connector.store.connection import connections
from connector.store.db.sessions import Database
from connector.store.runs.entries import CHUNK
from connector.store.tables.people import EmployeeRow
from connector.store.tables.runs import EntryRow, RunRow

HEADINGS = ("Row", "Employee id", "Name", "Work email", "What", "Value", "Before", "After", "Mail", "Outcome")
#: What a row of the CSV calls the parts of an effect.
_EFFECTS = {
    "groups_gained": "Group gained",
    "groups_lost": "Group lost",
    "courses_gained": "Course gained",
    "courses_lost": "Course lost",
}


class Exporting:
    """Exports the runs of one portal at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def as_csv(self, portal_id: str, run_id: int, labels: Mapping[str, str] | None = None) -> Iterator[str]:
        """The headings, then a line for each value of each row, in plan order; `labels` names fields by their keys.

        Raises Refused, before the first line, when the portal has no such run.
        """
        run = self._run(portal_id, run_id)
        return self._csv(portal_id, run, labels or {})

    def as_json(self, portal_id: str, run_id: int) -> Iterator[str]:
        """One JSON object: the run with its digest and counts, and `rows`. Raises Refused likewise."""
        run = self._run(portal_id, run_id)
        return self._json(portal_id, run)

    def _csv(self, portal_id: str, run: RunRow, labels: Mapping[str, str]) -> Iterator[str]:
        yield line(HEADINGS)
        for view in self._views(portal_id, run):
            who = [str(view.entry_id), view.employee_id, view.person.name, view.person.email, view.kind]
            for name, after in view.after.items():
                label = labels.get(name.removeprefix(FIELD), name) if name.startswith(FIELD) else name
                values = [label, view.before.get(name) or "", after or ""]
                yield line([*who, *values, view.mail, view.outcome])
            for label, name in _effects(view):
                yield line([*who, label, "", name, view.mail, view.outcome])

    def _json(self, portal_id: str, run: RunRow) -> Iterator[str]:
        head = {
            "run": run.id,
            "mode": run.mode,
            "status": run.status,
            "digest": run.digest,
            "report": run.report,
        }
        yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": ['
        for number, view in enumerate(self._views(portal_id, run)):
            yield (",\n" if number else "\n") + json.dumps(_object(view), ensure_ascii=False)
        yield "\n]}\n"

    def _run(self, portal_id: str, run_id: int) -> RunRow:
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            run = session.get(RunRow, run_id)
        if run is None or connection is None or run.connection_id != connection.id:
            raise Refused(
                f"Portal {portal_id} has no run {run_id}: `flask connector runs` lists those it has."
            )
        return run

    def _views(self, portal_id: str, run: RunRow) -> Iterator[EntryView]:
        query = select(EntryRow).where(EntryRow.run_id == run.id).order_by(EntryRow.id).limit(CHUNK)
        last = 0
        while True:
            with self._database.reading() as session:
                rows = session.scalars(query.where(EntryRow.id > last)).all()
                ids = [row.employee_id for row in rows]
                people = people_of(session, portal_id, EmployeeRow.employee_id, ids)
            if not rows:
                return
            last = rows[-1].id
            yield from (entry_view(row, people.get(row.employee_id)) for row in rows)


def _effects(view: EntryView) -> Iterator[tuple[str, str]]:
    """Each group and course that is gained or lost, with what it is called."""
    if view.effect is not None:
        for name, label in _EFFECTS.items():
            yield from ((label, one) for one in getattr(view.effect, name))


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
