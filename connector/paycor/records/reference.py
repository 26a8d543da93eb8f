"""The two small lists beside the employees: departments, and people who are not employees yet.

In: a client and a legal entity; out: departments by id, or onboarding people one by one. An empty list may come as a
400. Every error of `pages` passes through, and a record that is not as documented is a SourceContractError.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from marshmallow import Schema, ValidationError

from connector.errors import SourceContractError
from connector.paycor.answers import json_object
from connector.paycor.records.decode import Departments
from connector.paycor.records.employees import departments_path, onboarding_path
from connector.paycor.records.identities import guid
from connector.paycor.schemas import DepartmentSchema, OnboardingEmployee, OnboardingSchema
from connector.paycor.wire.client import Client
from connector.paycor.wire.pages import pages

_DEPARTMENT = DepartmentSchema()
_ONBOARDING = OnboardingSchema()


def departments(client: Client, legal_entity_id: int) -> Departments:
    """Name and code of every department, by its id in lower case."""
    records = _loaded(client, departments_path(legal_entity_id), _DEPARTMENT)
    named = {guid(record.department_id): (record.name, record.code) for record in records}
    return {key: value for key, value in named.items() if key is not None}


def onboarding(client: Client, legal_entity_id: int) -> Iterator[OnboardingEmployee]:
    """Everybody with onboarding steps still to do."""
    records = _loaded(client, onboarding_path(legal_entity_id), _ONBOARDING)
    return (record for record in records if not record.is_complete)


def _loaded(client: Client, path: str, schema: Schema) -> Iterator[Any]:
    with closing(pages(client, path, optional=True)) as reading:
        for page in reading:
            for raw in page.records:
                try:
                    yield schema.load(json_object(raw) or {})
                except ValidationError:
                    raise SourceContractError(
                        f"A record of {path} is not in the form that Paycor documents. Nothing was changed; "
                        "try again, and if it stays so, report this."
                    ) from None
