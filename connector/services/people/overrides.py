"""Overrides (rule X16), "Exceptions" on the pages: a person, or one value of theirs, is left alone for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from connector.core.model.employee import Employee
from connector.core.model.operation import FIELD
from connector.core.model.override import Override, OverrideKind
from connector.core.rules.access import days
from connector.errors import Refused
from connector.services.connection.require import require_connection
from connector.services.invalid_settings import InvalidSettings
from connector.services.people.directory import EmployeeView, view_of
from connector.services.settings.validation import Errors
from connector.services.views.pages import LIMIT, PAGE_SIZE, page_of
from connector.services.views.views import Page
from connector.store import audit
from connector.store.connection import connections
from connector.store.people import directory, overrides
from connector.store.tables.people import OverrideRow
from connector.wiring import Wiring

#: The longest an override lasts, so that an admin looks at it again.
MAX_DAYS = 366
MAX_REASON_LENGTH = 500
#: Values that every account has, by the names in operations; the fields for custom user data are added to them.
_COMMON = {"first_name": "First name", "last_name": "Last name", "email": "Work email"}


@dataclass(frozen=True, slots=True)
class OverrideView:
    """An override in force; `until` is its last day, `owner` the LMS's id of the admin who made it."""

    override_id: int
    kind: str
    name: str
    reason: str
    owner: str | None
    until: date
    employee: EmployeeView


class OverrideService:
    """Lists, adds and ends the overrides of one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def values(self, portal_id: str) -> Mapping[str, str]:
        """The values that an override can hold: the names in operations, each with its label."""
        fields = self._wiring.lms.host(portal_id).fields()
        return _COMMON | {FIELD + field.key: field.label for field in fields}

    def page(self, portal_id: str, after: int | None = None) -> Page[OverrideView]:
        """The overrides in force today, in the order in which they were made."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            if connection is None:
                return Page()
            rows = overrides.page(session, connection.id, self._today(portal_id), after, LIMIT)
            keys = [row.person_key for row in rows[:PAGE_SIZE]]
            employees = directory.first_employments(session, connection.id, keys)
        return page_of(rows, lambda row: row.id, lambda row: _view(row, employees.get(row.person_key)))

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
        """Leave a person, or their value `name`, as it is up to and including the day `until`.

        Raises InvalidSettings with a sentence for each field that is wrong, and Refused when no employee has this id.
        """
        errors = self._errors(portal_id, name, reason, until)
        if errors or until is None:
            raise InvalidSettings(f"No exception was added. Check {', '.join(map(str, errors))}.", errors)
        kind = OverrideKind.HOLD if name else OverrideKind.PROTECT
        with self._database.writing() as session:
            connection = require_connection(session, portal_id, lock=True)
            key = directory.person_key_of(session, connection.id, employee_id)
            if key is None:
                raise Refused("No employee has this employee id. Find the person again.")
            now, override, reason = self._clock(), Override(kind, until, name), reason.strip()
            overrides.create(session, connection.id, key, override, reason=reason, owner=viewer_id, now=now)
            detail = {"employee": employee_id, "kind": kind.value, "until": until.isoformat()}
            audit.record(session, portal_id, now, viewer_id, "override.made", **detail)

    def end(self, portal_id: str, viewer_id: str | None, override_id: int) -> None:
        """End an override now; the next sync treats the person as everybody else. Raises Refused when there is none."""
        with self._database.writing() as session:
            connection = require_connection(session, portal_id, lock=True)
            ended = overrides.end(session, connection.id, override_id)
            if ended is None:
                raise Refused(f"There is no exception {override_id} here. It may have been ended already.")
            audit.record(session, portal_id, self._clock(), viewer_id, "override.ended", kind=ended.kind)

    def _errors(self, portal_id: str, name: str, reason: str, until: date | None) -> Errors:
        today = self._today(portal_id)
        latest = today + timedelta(days=MAX_DAYS)
        errors: Errors = {}
        if name and name not in self.values(portal_id):
            errors["name"] = (
                "Choose a value from the list: this one does not exist, or its field was deleted."
            )
        if not reason.strip() or len(reason.strip()) > MAX_REASON_LENGTH:
            errors["reason"] = (
                f"Give a reason of 1 to {MAX_REASON_LENGTH} characters, for the next person who looks at it."
            )
        if until is None or not today <= until <= latest:
            errors["until"] = f"Give a last day from {today} to {latest}."
        return errors

    def _today(self, portal_id: str) -> date:
        portal = self._wiring.lms.portal(portal_id)
        return days.today(self._clock(), portal.time_zone if portal else "UTC")


def _view(row: OverrideRow, employee: Employee | None) -> OverrideView:
    shown = view_of(employee) if employee else EmployeeView(row.person_key)
    return OverrideView(row.id, row.kind, row.name, row.reason, row.owner, row.until, shown)
