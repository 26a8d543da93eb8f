"""The connection test: what a consent covers, and which of the rights we ask for it really has.

In: a client; out: legal entities and a `Check`. It reads one page of each list and keeps nothing of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from marshmallow import ValidationError

from connector.errors import SourceContractError, SourceForbidden
from connector.paycor.answers import json_object
from connector.paycor.client import Client, NoRecords, NotFound
from connector.paycor.listing import departments_path, first_employees, onboarding_path, refused_includes
from connector.paycor.permissions import ALL, DEPARTMENTS, EMPLOYEES, INCLUDES, ONBOARDING, Permission
from connector.paycor.records import blocks
from connector.paycor.refusals import RightMissing
from connector.paycor.schemas import ActivatedSchema, LegalEntity

ACTIVATED_PATH = "/v1/legalentities/ActivatedLegalEntityTenantList"


@dataclass(frozen=True, slots=True)
class Check:
    """What the test showed. A right in neither tuple could not be proven, such as in a company without employees."""

    legal_entities: tuple[LegalEntity, ...]
    found: tuple[Permission, ...]
    missing: tuple[Permission, ...]

    @property
    def is_enough(self) -> bool:
        """Whether nothing is missing that a sync cannot do without."""
        return not any(permission.required for permission in self.missing)


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


def check(client: Client, legal_entity_ids: Sequence[int]) -> Check:
    """Which legal entities and rights the consent covers.

    Raises SourceForbidden for a legal entity that it does not cover, naming those that it does, and whatever else
    `Client.get` raises except for a missing right.
    """
    covered = {entity.legal_entity_id: entity for entity in activated(client)}
    for legal_entity_id in legal_entity_ids:
        if legal_entity_id not in covered:
            names = ", ".join(map(str, covered)) or "none"
            raise SourceForbidden(
                f"The consent does not cover legal entity {legal_entity_id}. It covers: {names}. Correct the number, "
                "or let an admin of that legal entity give consent."
            )
    tests = [result for entity_id in legal_entity_ids for result in _tested(client, entity_id)]
    missing = tuple(permission for permission in ALL if (permission, False) in tests)
    found = tuple(
        permission for permission in ALL if (permission, True) in tests and permission not in missing
    )
    return Check(tuple(covered[entity_id] for entity_id in legal_entity_ids), found, missing)


def _tested(client: Client, legal_entity_id: int) -> Iterator[tuple[Permission, bool]]:
    """What one page of each list proves about one legal entity: nothing is yielded for what stays open."""
    yield from _employee_rights(client, legal_entity_id)
    for path, permission in (
        (departments_path(legal_entity_id), DEPARTMENTS),
        (onboarding_path(legal_entity_id), ONBOARDING),
    ):
        try:
            client.get(path)
        except RightMissing:
            yield permission, False
        except NotFound:
            # Without the product there is no list, whatever the rights are.
            continue
        except NoRecords:
            yield permission, True
        else:
            yield permission, True


def _employee_rights(client: Client, legal_entity_id: int) -> Iterator[tuple[Permission, bool]]:
    """A right may be missing in two ways: Paycor refuses the list, or it leaves the block out of every record."""
    try:
        page = first_employees(client, legal_entity_id, INCLUDES)
    except RightMissing:
        yield from _refused_rights(client, legal_entity_id)
        return
    yield EMPLOYEES, True
    came: set[str] = set().union(*map(blocks, page.records))
    if page.records:
        yield from ((permission, include in came) for include, (_, permission) in INCLUDES.items())


def _refused_rights(client: Client, legal_entity_id: int) -> Iterator[tuple[Permission, bool]]:
    """After a 403: the list itself, or single blocks of it."""
    try:
        refused = refused_includes(client, legal_entity_id)
    except RightMissing:
        yield EMPLOYEES, False
        yield from ((permission, False) for _, permission in INCLUDES.values())
        return
    yield EMPLOYEES, True
    yield from ((permission, include not in refused) for include, (_, permission) in INCLUDES.items())
