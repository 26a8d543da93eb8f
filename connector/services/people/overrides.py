"""The exceptions of a portal (rule X16): somebody is left as they are, or a value of theirs is, for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from connector.core.model.operation import FIELD
from connector.core.model.override import Override, OverrideKind
from connector.core.rules.access import days
from connector.errors import Refused
from connector.services.people.directory import EmployeeView, view_of
from connector.services.settings.invalid import InvalidSettings
from connector.services.settings.validation import Errors
from connector.services.views.views import Page
from connector.store.connection import connections
from connector.store.people import directory, overrides
from connector.store.tables.connection import Connection
from connector.store.tables.people import OverrideRow
from connector.wiring import Wiring

PAGE_SIZE = 50
#: No exception is made for longer: whoever is still one then is looked at again.
MOST_DAYS = 366
LONGEST_REASON = 500
#: Values that every account has, by the names that operations use; custom user data comes to them.
_COMMON = {"first_name": "First name", "last_name": "Last name", "email": "Work email"}


@dataclass(frozen=True, slots=True)
class ExceptionView:
    """An exception that holds; `until` is its last day, and `owner` whoever made it, by the LMS's id of them."""

    override_id: int
    kind: str
    name: str
    reason: str
    owner: str | None
    until: date
    employee: EmployeeView


class OverrideService:
    """Makes and ends the exceptions of one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def values(self, portal_id: str) -> Mapping[str, str]:
        """The values that can be held, by their names, with what they are called."""
        fields = self._wiring.lms.host(portal_id).fields()
        return _COMMON | {FIELD + field.key: field.label for field in fields}

    def exceptions(self, portal_id: str, after: int | None = None) -> Page[ExceptionView]:
        """Those that hold today, in the order in which they were made."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            if connection is None:
                return Page()
            rows = overrides.holding(
                session, connection.id, self._today(portal_id), after, limit=PAGE_SIZE + 1
            )
            shown = rows[:PAGE_SIZE]
            known = directory.first_of(session, connection.id, [row.person_key for row in shown])
        views = tuple(
            _view(row, view_of(known[row.person_key]) if row.person_key in known else None) for row in shown
        )
        return Page(views, shown[-1].id if len(rows) > PAGE_SIZE else None)

    def add(
        self,
        portal_id: str,
        viewer_id: str | None,
        employee_id: str,
        *,
        name: str = "",
        reason: str,
        until: date | None,
    ) -> None:
        """Leave somebody, or the value `name` of theirs, as it is through the day `until`; the viewer answers for it.

        Raises InvalidSettings with a sentence for each field that is wrong, and Refused when nobody has this id.
        """
        errors = self._errors(portal_id, name, reason, until)
        if errors or until is None:
            raise InvalidSettings(f"No exception was made: look at {', '.join(map(str, errors))}.", errors)
        kind = OverrideKind.HOLD if name else OverrideKind.PROTECT
        with self._database.writing() as session:
            connection = _existing(session, portal_id)
            key = directory.person_key_of(session, connection.id, employee_id)
            if key is None:
                raise Refused("Nobody of the last read has this employee id. Name them anew.")
            now, made = self._clock(), Override(kind, until, name)
            overrides.make(session, connection.id, key, made, reason=reason.strip(), owner=viewer_id, now=now)
            detail = {"employee": employee_id, "kind": kind.value, "until": until.isoformat()}
            connections.audit(session, portal_id, now, viewer_id, "override.made", **detail)

    def end(self, portal_id: str, viewer_id: str | None, override_id: int) -> None:
        """End an exception now; the next sync treats the person as everybody. Raises Refused when there is none."""
        with self._database.writing() as session:
            connection = _existing(session, portal_id)
            ended = overrides.end(session, connection.id, override_id)
            if ended is None:
                raise Refused(f"There is no exception {override_id} here: it has been ended already.")
            connections.audit(session, portal_id, self._clock(), viewer_id, "override.ended", kind=ended.kind)

    def _errors(self, portal_id: str, name: str, reason: str, until: date | None) -> Errors:
        today = self._today(portal_id)
        latest = today + timedelta(days=MOST_DAYS)
        errors: Errors = {}
        if name and name not in self.values(portal_id):
            errors["name"] = (
                "Choose a value from the list: this one does not exist, or its field was deleted."
            )
        if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
            errors["reason"] = (
                f"Say why, in 1 to {LONGEST_REASON} characters: whoever looks at it next has to know."
            )
        if until is None or not today <= until <= latest:
            errors["until"] = f"Give a last day from {today} to {latest}."
        return errors

    def _today(self, portal_id: str) -> date:
        portal = self._wiring.lms.portal(portal_id)
        return days.today(self._clock(), portal.time_zone if portal else "UTC")


def _existing(session: Session, portal_id: str) -> Connection:
    connection = connections.locked(session, portal_id)
    if connection is None:
        raise Refused(f"Portal {portal_id} is not connected to Paycor: press + Connect first.")
    return connection


def _view(row: OverrideRow, employee: EmployeeView | None) -> ExceptionView:
    shown = employee or EmployeeView(row.person_key)
    return ExceptionView(row.id, row.kind, row.name, row.reason, row.owner, row.until, shown)
