"""Employees that an admin names by id, work email or number: typed text in, employees of the mirror out.

It never asks Paycor.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.core.model.employee import Employee, full_name
from connector.errors import Refused
from connector.services.invalid_settings import InvalidSettings
from connector.services.settings.validation import MOST_NAMED
from connector.services.views.views import PersonView
from connector.store.connection import connections
from connector.store.db.sessions import Database, Session
from connector.store.people import directory

NOT_FOUND = (
    "No employee has this employee id, work email or employee number. The number is known only if it is mapped or used"
    " by a rule."
)
SEVERAL = "Several people have this. Give the employee id of one of them."


@dataclass(frozen=True, slots=True)
class EmployeeView:
    """An employment that an admin has named; `person` is empty when the mirror does not have it."""

    employee_id: str
    person: PersonView = PersonView()
    number: str = ""


class Directory:
    """Finds employees of one portal at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_ids(self, portal_id: str, employee_ids: Sequence[str]) -> tuple[EmployeeView, ...]:
        """These employees in this order; those that the mirror does not have any more have only their id."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            employees = directory.by_ids(session, connection.id, employee_ids) if connection else {}
        return tuple(
            view_of(employees[employee_id]) if employee_id in employees else EmployeeView(employee_id)
            for employee_id in employee_ids
        )

    def find(self, portal_id: str, text: str) -> EmployeeView:
        """The employee with this id, work email or number. Raises Refused when there is none, or several people."""
        with self._database.reading() as session:
            employee, error = _find(session, portal_id, text)
        if employee is None:
            raise Refused(error)
        return employee

    def find_ids(self, portal_id: str, texts: Sequence[str], field: str) -> tuple[str, ...]:
        """The employee ids of the employees that these texts name, each once.

        Raises InvalidSettings, under the name `field`, with the lines that name no one or several people, or without
        any look-up when they are more than can be named.
        """
        if len(texts) > MOST_NAMED:
            raise InvalidSettings(
                "Nothing was saved.",
                {field: f"{len(texts)} people are too many to name: {MOST_NAMED} at most. Use a condition."},
            )
        with self._database.reading() as session:
            results = [_find(session, portal_id, text) for text in texts]
        errors = [f"Line {number}: {error}" for number, (_, error) in enumerate(results, 1) if error]
        if errors:
            raise InvalidSettings("Nothing was saved.", {field: " ".join(errors)})
        return tuple(dict.fromkeys(employee.employee_id for employee, _ in results if employee))


def view_of(employee: Employee) -> EmployeeView:
    """What a page shows of an employee."""
    person = PersonView(full_name(employee.first_name, employee.last_name), employee.email or "")
    return EmployeeView(employee.employee_id, person, employee.attributes.get(directory.NUMBER) or "")


def _find(session: Session, portal_id: str, text: str) -> tuple[EmployeeView | None, str]:
    """The employee, or the sentence that says why there is none."""
    connection = connections.of_portal(session, portal_id)
    employees = directory.search(session, connection.id, text) if connection and text else ()
    if len({employee.person_key for employee in employees}) > 1:
        return None, SEVERAL
    return (view_of(employees[0]), "") if employees else (None, NOT_FOUND)
