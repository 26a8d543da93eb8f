"""Finds out what a consent covers: its legal entities, and which of the needed permissions it really has.

In: a client; out: legal entities and a `ConsentCheck`. It reads one page of each list and keeps nothing of it. Persons
and custom fields are read only if one is mapped: no phone is read just to check a permission that nothing needs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from marshmallow import ValidationError

from connector.core.model.attributes import Origin, origins
from connector.core.model.settings import ListVersion
from connector.errors import SourceContractError, SourceForbidden
from connector.paycor.answers import json_object
from connector.paycor.auth.errors import NEEDS_ADMIN, PermissionMissing
from connector.paycor.auth.permissions import (
    CUSTOM_FIELDS,
    DEPARTMENTS,
    EMPLOYEES,
    INCLUDES,
    ONBOARDING,
    PERSON_PHONE,
    PERSONS,
    SYNC_PERMISSIONS,
    Permission,
    needed_permissions,
)
from connector.paycor.records import custom_fields, persons
from connector.paycor.records.employees import (
    departments_path,
    employees_path,
    first_employees,
    onboarding_path,
    refused_includes,
)
from connector.paycor.records.identities import included_blocks
from connector.paycor.schemas import ActivatedSchema, LegalEntity
from connector.paycor.wire.client import Client
from connector.paycor.wire.failures import NoRecords, NotFound

ACTIVATED_PATH = "/v1/legalentities/ActivatedLegalEntityTenantList"


@dataclass(frozen=True, slots=True)
class ConsentCheck:
    """The result of the check. A permission that is neither found nor missing could not be checked, or was not tried.

    `needed` are the permissions that the current mapping needs.
    """

    legal_entities: tuple[LegalEntity, ...]
    found: tuple[Permission, ...]
    missing: tuple[Permission, ...]
    needed: tuple[Permission, ...] = SYNC_PERMISSIONS

    @property
    def is_enough(self) -> bool:
        """Whether a sync is possible: no required permission is missing."""
        return not any(permission.required for permission in self.missing)

    @property
    def unneeded(self) -> tuple[Permission, ...]:
        """The permissions that the application has and the current mapping does not need."""
        return tuple(permission for permission in self.found if permission not in self.needed)


def covered_legal_entities(client: Client) -> tuple[LegalEntity, ...]:
    """Every legal entity that the consent covers, in Paycor's order."""
    try:
        entities: tuple[LegalEntity, ...] = ActivatedSchema().load(
            json_object(client.get(ACTIVATED_PATH)) or {}
        )
    except ValidationError:
        raise SourceContractError(
            "The list of legal entities that this consent covers is not in the form that Paycor documents. Nothing "
            "was changed. Try again later."
        ) from None
    return entities


def check_consent(
    client: Client,
    legal_entity_ids: Sequence[int],
    attribute_keys: frozenset[str] = frozenset(),
    version: ListVersion = ListVersion.V1,
) -> ConsentCheck:
    """Which legal entities and permissions the consent covers; `attribute_keys` are the mapped attributes.

    Raises SourceForbidden, which names the covered legal entities, for one that is not covered; and what `Client.get`
    raises, except for a missing permission.
    """
    covered = {entity.legal_entity_id: entity for entity in covered_legal_entities(client)}
    for legal_entity_id in legal_entity_ids:
        if legal_entity_id not in covered:
            names = ", ".join(map(str, covered))
            next_step = "Correct the number, or ask an admin of that legal entity to give consent."
            raise SourceForbidden(
                f"The consent does not cover legal entity {legal_entity_id}. It covers: {names or 'none'}. "
                + (next_step if names else NEEDS_ADMIN)
            )
    results = [
        result
        for entity_id in legal_entity_ids
        for result in _checked_permissions(client, entity_id, attribute_keys, version)
    ]
    missing = tuple(permission for permission in SYNC_PERMISSIONS if (permission, False) in results)
    found = tuple(
        permission
        for permission in SYNC_PERMISSIONS
        if (permission, True) in results and permission not in missing
    )
    entities = tuple(covered[entity_id] for entity_id in legal_entity_ids)
    return ConsentCheck(entities, found, missing, needed_permissions(attribute_keys))


def _checked_permissions(
    client: Client, legal_entity_id: int, attribute_keys: frozenset[str], version: ListVersion
) -> Iterator[tuple[Permission, bool]]:
    """Each permission that one page of its list proves or disproves; yields nothing for an undecided one."""
    yield from _employee_permissions(client, employees_path(legal_entity_id, version))
    departments, people = departments_path(legal_entity_id), onboarding_path(legal_entity_id)
    yield from _check_permission(DEPARTMENTS, lambda: client.get(departments))
    yield from _check_permission(ONBOARDING, lambda: client.get(people))
    if Origin.CUSTOM in origins(attribute_keys):
        values = custom_fields.list_path(legal_entity_id)
        yield from _check_permission(CUSTOM_FIELDS, lambda: client.post(values))
    if attribute_keys & persons.KEYS:
        yield from _person_permissions(client, legal_entity_id, attribute_keys)


def _check_permission(
    permission: Permission, request: Callable[[], bytes], has_data: Callable[[bytes], bool] = bool
) -> Iterator[tuple[Permission, bool]]:
    """Whether one request proves its permission; `has_data` says whether an answer has the data of the permission."""
    try:
        body = request()
    except PermissionMissing:
        yield permission, False
    except NotFound:
        # A company without the Paycor product has no list, whatever its permissions are.
        return
    except NoRecords:
        yield permission, True
    else:
        yield permission, has_data(body)


def _person_permissions(
    client: Client, legal_entity_id: int, attribute_keys: frozenset[str]
) -> Iterator[tuple[Permission, bool]]:
    """The list of persons, and separately their phones if one is mapped."""
    path, params = persons.list_path(legal_entity_id), persons.params(attribute_keys)
    if params:
        yield from _check_permission(
            PERSON_PHONE, lambda: client.get(path, params), lambda body: persons.has_phones(path, body)
        )
    yield from _check_permission(PERSONS, lambda: client.get(path))


def _employee_permissions(client: Client, path: str) -> Iterator[tuple[Permission, bool]]:
    """The permissions of the employee list. Without one, Paycor refuses the list or omits the block in every record."""
    try:
        page = first_employees(client, path, INCLUDES)
    except PermissionMissing:
        yield from _permissions_after_refusal(client, path)
        return
    yield EMPLOYEES, True
    included: set[str] = set().union(*map(included_blocks, page.records))
    if page.records:
        yield from ((permission, include in included) for include, (_, permission) in INCLUDES.items())


def _permissions_after_refusal(client: Client, path: str) -> Iterator[tuple[Permission, bool]]:
    """The permissions of the employee list after a 403, which is about the whole list or about single blocks."""
    try:
        refused = refused_includes(lambda includes: first_employees(client, path, includes))
    except PermissionMissing:
        yield EMPLOYEES, False
        yield from ((permission, False) for _, permission in INCLUDES.values())
        return
    yield EMPLOYEES, True
    yield from ((permission, include not in refused) for include, (_, permission) in INCLUDES.items())
