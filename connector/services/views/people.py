"""Names and work emails for the rows of a page: keys in, `PersonView`s out."""

from collections.abc import Iterable, Mapping, Sequence

from connector.services.views.rows import person_view
from connector.services.views.views import PersonView
from connector.store.db.sessions import Session
from connector.store.people import directory


def people_by_employee(
    session: Session, portal_id: str, employee_ids: Sequence[str]
) -> Mapping[str, PersonView]:
    """The people behind these employee ids; people that the mirror does not have are left out."""
    records = directory.records_by_employee(session, portal_id, _unique(employee_ids))
    return {employee_id: person_view(record) for employee_id, record in records}


def people_by_key(session: Session, portal_id: str, person_keys: Sequence[str]) -> Mapping[str, PersonView]:
    """The people with these person keys; people that the mirror does not have are left out."""
    records: dict[str, list[str]] = {}
    for key, record in directory.records_by_person(session, portal_id, _unique(person_keys)):
        records.setdefault(key, []).append(record)
    return {key: person_of(employments) for key, employments in records.items()}


def person_of(records: Iterable[str]) -> PersonView:
    """One person from the records of all their employments: as the first one with a work email says."""
    people = [person_view(record) for record in records]
    return next((one for one in people if one.email), people[0] if people else PersonView())


def _unique(keys: Sequence[str]) -> Sequence[str]:
    return list({key for key in keys if key})
