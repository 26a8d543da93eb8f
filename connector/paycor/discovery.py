"""The connection test: what a consent covers, and which of the rights we ask for it really has.

In: a client; out: legal entities and a `Check`. It reads one page of each list and keeps nothing of it. Persons and
custom fields are tried only if one is mapped: nobody's phone is asked for to prove a right that nothing needs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from marshmallow import ValidationError

from connector.core.model.attributes import Origin, origins
from connector.core.model.settings import ListVersion
from connector.errors import SourceContractError, SourceForbidden
from connector.paycor.answers import json_object
from connector.paycor.auth.permissions import (
    ALL,
    CUSTOM_FIELDS,
    DEPARTMENTS,
    EMPLOYEES,
    INCLUDES,
    ONBOARDING,
    PERSON_PHONE,
    PERSONS,
    Permission,
    needed,
)
from connector.paycor.auth.refusals import BY_AN_ADMIN, RightMissing
from connector.paycor.records import custom_fields, persons
from connector.paycor.records.employees import (
    departments_path,
    employees_path,
    first_employees,
    onboarding_path,
    refused_includes,
)
from connector.paycor.records.identities import blocks
from connector.paycor.schemas import ActivatedSchema, LegalEntity
from connector.paycor.wire.client import Client, NoRecords, NotFound

ACTIVATED_PATH = "/v1/legalentities/ActivatedLegalEntityTenantList"


@dataclass(frozen=True, slots=True)
class ConsentCheck:
    """What the test showed. A right neither found nor missing could not be proven, or was not tried.

    `needed` are those that the present mapping needs.
    """

    legal_entities: tuple[LegalEntity, ...]
    found: tuple[Permission, ...]
    missing: tuple[Permission, ...]
    needed: tuple[Permission, ...] = ALL

    @property
    def is_enough(self) -> bool:
        """Whether nothing is missing that a sync cannot do without."""
        return not any(permission.required for permission in self.missing)

    @property
    def unneeded(self) -> tuple[Permission, ...]:
        """The rights that are there and that nothing needs as things are mapped now."""
        return tuple(permission for permission in self.found if permission not in self.needed)


def activated(client: Client) -> tuple[LegalEntity, ...]:
    """Every legal entity that the consent covers, in Paycor's order."""
    try:
        found: tuple[LegalEntity, ...] = ActivatedSchema().load(json_object(client.get(ACTIVATED_PATH)) or {})
    except ValidationError:
        raise SourceContractError(
            "The list of legal entities that this consent covers is not in the form that Paycor documents. Nothing "
            "was changed; try again later."
        ) from None
    return found


def check(
    client: Client,
    legal_entity_ids: Sequence[int],
    wanted: frozenset[str] = frozenset(),
    version: ListVersion = ListVersion.V1,
) -> ConsentCheck:
    """Which legal entities and rights the consent covers; `wanted` are the attribute keys that are mapped.

    Raises SourceForbidden for a legal entity that it does not cover, naming those that it does, and whatever else
    `Client.get` raises except for a missing right.
    """
    covered = {entity.legal_entity_id: entity for entity in activated(client)}
    for legal_entity_id in legal_entity_ids:
        if legal_entity_id not in covered:
            names = ", ".join(map(str, covered))
            mend = "Correct the number, or let an admin of that legal entity give consent."
            raise SourceForbidden(
                f"The consent does not cover legal entity {legal_entity_id}. It covers: {names or 'none'}. "
                + (mend if names else BY_AN_ADMIN)
            )
    tests = [
        result for entity_id in legal_entity_ids for result in _tested(client, entity_id, wanted, version)
    ]
    missing = tuple(permission for permission in ALL if (permission, False) in tests)
    found = tuple(
        permission for permission in ALL if (permission, True) in tests and permission not in missing
    )
    tested = tuple(covered[entity_id] for entity_id in legal_entity_ids)
    return ConsentCheck(tested, found, missing, needed(wanted))


def _tested(
    client: Client, legal_entity_id: int, wanted: frozenset[str], version: ListVersion
) -> Iterator[tuple[Permission, bool]]:
    """What one page of each list proves about one legal entity: nothing is yielded for what stays open."""
    yield from _employee_rights(client, employees_path(legal_entity_id, version))
    departments, people = departments_path(legal_entity_id), onboarding_path(legal_entity_id)
    yield from _right(DEPARTMENTS, lambda: client.get(departments))
    yield from _right(ONBOARDING, lambda: client.get(people))
    if Origin.CUSTOM in origins(wanted):
        values = custom_fields.list_path(legal_entity_id)
        yield from _right(CUSTOM_FIELDS, lambda: client.post(values))
    if wanted & persons.KEYS:
        yield from _person_rights(client, legal_entity_id, wanted)


def _right(
    permission: Permission, ask: Callable[[], bytes], came: Callable[[bytes], bool] = bool
) -> Iterator[tuple[Permission, bool]]:
    """What one call proves about the right that it needs; `came` tells whether an answer has what the right opens."""
    try:
        body = ask()
    except RightMissing:
        yield permission, False
    except NotFound:
        # Without the product there is no list, whatever the rights are.
        return
    except NoRecords:
        yield permission, True
    else:
        yield permission, came(body)


def _person_rights(
    client: Client, legal_entity_id: int, wanted: frozenset[str]
) -> Iterator[tuple[Permission, bool]]:
    """The list of persons, and their phones if one is wanted, which may be refused by themselves."""
    path, params = persons.list_path(legal_entity_id), persons.params(wanted)
    if params:
        yield from _right(
            PERSON_PHONE, lambda: client.get(path, params), lambda body: persons.has_phones(path, body)
        )
    yield from _right(PERSONS, lambda: client.get(path))


def _employee_rights(client: Client, path: str) -> Iterator[tuple[Permission, bool]]:
    """A right may be missing in two ways: Paycor refuses the list, or it leaves the block out of every record."""
    try:
        page = first_employees(client, path, INCLUDES)
    except RightMissing:
        yield from _refused_rights(client, path)
        return
    yield EMPLOYEES, True
    came: set[str] = set().union(*map(blocks, page.records))
    if page.records:
        yield from ((permission, include in came) for include, (_, permission) in INCLUDES.items())


def _refused_rights(client: Client, path: str) -> Iterator[tuple[Permission, bool]]:
    """After a 403: the list itself, or single blocks of it."""
    try:
        refused = refused_includes(lambda includes: first_employees(client, path, includes))
    except RightMissing:
        yield EMPLOYEES, False
        yield from ((permission, False) for _, permission in INCLUDES.values())
        return
    yield EMPLOYEES, True
    yield from ((permission, include not in refused) for include, (_, permission) in INCLUDES.items())
