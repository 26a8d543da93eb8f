"""Two small lists of a legal entity: its departments, and the people who are still being onboarded.

In: a client and a legal entity; out: departments by id, or onboarding people. A 400 may mean an empty list. Raises what
`pages` raises, and SourceContractError for a record that is not as documented.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from marshmallow import Schema, ValidationError

from connector.errors import SourceContractError
from connector.paycor.answers import json_object
from connector.paycor.records.canonical import canonical_text
from connector.paycor.records.decode import Departments
from connector.paycor.records.employees import departments_path, onboarding_path
from connector.paycor.records.identities import normalize_id
from connector.paycor.schemas import DepartmentSchema, OnboardingEmployee, OnboardingSchema
from connector.paycor.wire.client import Client
from connector.paycor.wire.pages import pages

_DEPARTMENT = DepartmentSchema()
_ONBOARDING = OnboardingSchema()


def read_departments(client: Client, legal_entity_id: int) -> Departments:
    """Name and code of every department, clean (rule D23), by department id in lower case."""
    records = _load(client, departments_path(legal_entity_id), _DEPARTMENT)
    by_id = {
        normalize_id(record.department_id): (canonical_text(record.name), canonical_text(record.code))
        for record in records
    }
    return {key: value for key, value in by_id.items() if key is not None}


def read_onboarding(client: Client, legal_entity_id: int) -> Iterator[OnboardingEmployee]:
    """The people with unfinished onboarding steps."""
    records = _load(client, onboarding_path(legal_entity_id), _ONBOARDING)
    return (record for record in records if not record.is_complete)


def _load(client: Client, path: str, schema: Schema) -> Iterator[Any]:
    with closing(pages(client, path, optional=True)) as raw_pages:
        for page in raw_pages:
            for raw in page.records:
                try:
                    yield schema.load(json_object(raw) or {})
                except ValidationError:
                    raise SourceContractError(
                        f"A record in {path} is not in the form that Paycor documents. Nothing was changed. Try again, "
                        "and report this if it happens again."
                    ) from None
