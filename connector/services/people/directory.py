"""The people that an admin names: what was typed in, employees of the mirror out. It never asks Paycor."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from connector.core.model.employee import Employee
from connector.errors import Refused
from connector.services.settings.invalid import InvalidSettings
from connector.services.views.views import PersonView
from connector.store.connection import connections
from connector.store.db.sessions import Database
from connector.store.people import directory

NOBODY = (
    "Nobody of the last read has this employee id, work email or employee number. The number is known only if it is"
    " mapped, or asked for by a rule."
)
SEVERAL = "Several people have this: name one of them by employee id."


@dataclass(frozen=True, slots=True)
class EmployeeView:
    """An employment that was named; `person` is empty when the mirror does not have it."""

    employee_id: str
    person: PersonView = PersonView()
    number: str = ""


class Directory:
    """Finds the directory of one portal at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def named(self, portal_id: str, employee_ids: Sequence[str]) -> tuple[EmployeeView, ...]:
        """These employees in their order; one whom nobody knows any more has the id alone."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            known = directory.by_ids(session, connection.id, employee_ids) if connection else {}
        return tuple(view_of(known[one]) if one in known else EmployeeView(one) for one in employee_ids)

    def one(self, portal_id: str, text: str) -> EmployeeView:
        """Whoever is called so. Raises Refused when that is nobody, or several humans."""
        with self._database.reading() as session:
            found, error = self._found(session, portal_id, text)
        if found is None:
            raise Refused(error)
        return found

    def each(self, portal_id: str, texts: Sequence[str], name: str) -> tuple[str, ...]:
        """The employee ids of everybody who is called so, each once.

        Raises InvalidSettings, under the field `name`, with the lines that fit nobody or several humans.
        """
        with self._database.reading() as session:
            looked_up = [self._found(session, portal_id, text) for text in texts]
        wrong = [f"Line {number}: {error}" for number, (_, error) in enumerate(looked_up, 1) if error]
        if wrong:
            raise InvalidSettings("Nothing was saved.", {name: " ".join(wrong)})
        return tuple(dict.fromkeys(found.employee_id for found, _ in looked_up if found))

    def _found(self, session: Session, portal_id: str, text: str) -> tuple[EmployeeView | None, str]:
        connection = connections.of_portal(session, portal_id)
        fitting = directory.called(session, connection.id, text) if connection and text else ()
        if len({one.person_key for one in fitting}) > 1:
            return None, SEVERAL
        return (view_of(fitting[0]), "") if fitting else (None, NOBODY)


def view_of(employee: Employee) -> EmployeeView:
    """What a page shows of an employee."""
    person = PersonView(f"{employee.first_name} {employee.last_name}".strip(), employee.email or "")
    return EmployeeView(employee.employee_id, person, employee.attributes.get(directory.NUMBER) or "")
