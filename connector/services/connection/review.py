"""What an admin checks before Finish: which companies, which permissions, which data (rules A47, B5).

Values for the page, made from Paycor's answers of this moment; nothing is stored.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from connector.paycor.auth.permissions import SYNC_PERMISSIONS, WRITE_PERMISSIONS, Permission
from connector.paycor.discovery import ConsentCheck
from connector.paycor.schemas import LegalEntity

#: What the sync receives from Paycor, in plain words; the mapping decides what of it reaches custom user data.
RECEIVED = (
    "First name, last name and work email",
    "Employee number",
    "Employment status and type, and whether somebody works full time",
    "Dates of hire, rehire, seniority and termination",
    "Job title, job code and manager",
    "Department",
    "Name, city, state, postal code and country of the work location",
    "Only if you map them: custom fields, work and mobile phone, legal names",
)


@dataclass(frozen=True, slots=True)
class Review:
    """The whole review. `is_enough` is False when a permission is missing that a sync cannot do without.

    `writing` are permissions that no sync uses. Whether the application has one cannot be known: only a write would
    show it, and the connector never writes to find out.
    """

    environment: str
    mode: str
    legal_entities: tuple["ReviewedEntity", ...]
    permissions: tuple["ReviewedPermission", ...]
    is_enough: bool
    received: tuple[str, ...] = RECEIVED
    writing: tuple[str, ...] = WRITE_PERMISSIONS


@dataclass(frozen=True, slots=True)
class ReviewedEntity:
    """A legal entity that the consent covers; `tenant_id` is what Paycor's own pages call the company id (rule A46)."""

    legal_entity_id: int
    tenant_id: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class ReviewedPermission:
    """A permission that the connector uses, and why. `found` is None when it was not tested or the test proved nothing.

    `needed` is False for one that the present mapping does not need.
    """

    name: str
    reason: str
    required: bool
    found: bool | None
    needed: bool = True


def review_of(
    environment: str, mode: str, covered: Sequence[LegalEntity], chosen: Container[int], check: ConsentCheck
) -> Review:
    """The review of a connection: legal entities in Paycor's order, permissions in the developer portal's."""
    entities = tuple(
        ReviewedEntity(entity.legal_entity_id, entity.tenant_id, entity.legal_entity_id in chosen)
        for entity in covered
    )
    permissions = tuple(_reviewed(permission, check) for permission in SYNC_PERMISSIONS)
    return Review(environment, mode, entities, permissions, check.is_enough)


def needed_permissions() -> tuple[ReviewedPermission, ...]:
    """Every permission with its reason, in the developer portal's order, for a page before anything is connected."""
    return tuple(
        ReviewedPermission(permission.name, permission.reason, permission.required, None)
        for permission in SYNC_PERMISSIONS
    )


def _reviewed(permission: Permission, check: ConsentCheck) -> ReviewedPermission:
    found = True if permission in check.found else False if permission in check.missing else None
    needed = permission in check.needed
    return ReviewedPermission(permission.name, permission.reason, permission.required, found, needed)
