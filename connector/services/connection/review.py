"""What an admin looks at before Finish: which companies, which rights, which data (rules A47, B5).

Values for the page, made of what Paycor answers now; nothing is stored.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from connector.paycor.auth.permissions import ALL, WRITING, Permission
from connector.paycor.discovery import ConsentCheck
from connector.paycor.schemas import LegalEntity

#: What will come from Paycor, in plain words; what of it reaches custom user data is for the mapping to say.
RECEIVED = (
    "First name, last name and work email",
    "Employee number",
    "Employment status and type, and whether somebody works full time",
    "Dates of hire, rehire, seniority and termination",
    "Job title and job code, and who manages whom",
    "Department",
    "Name, city, state, postal code and country of the work location",
    "Only if you map them: custom fields, work and mobile phone, legal names",
)


@dataclass(frozen=True, slots=True)
class ReviewedEntity:
    """A legal entity that the consent covers; `tenant_id` is what Paycor's own pages call the company id (rule A46)."""

    legal_entity_id: int
    tenant_id: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class ReviewedPermission:
    """A right that is asked for, and why. `found` is None when it could not be proven either way, or was not tried.

    `needed` is False for one that nothing needs as things are mapped now.
    """

    name: str
    reason: str
    required: bool
    found: bool | None
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Review:
    """The whole of it. `is_enough` is False when a right is missing without which there can be no sync.

    `writing` are rights that no sync uses. Whether the application has one cannot be known: it would show only by
    writing, which the connector never does to find out.
    """

    environment: str
    mode: str
    legal_entities: tuple[ReviewedEntity, ...]
    permissions: tuple[ReviewedPermission, ...]
    is_enough: bool
    received: tuple[str, ...] = RECEIVED
    writing: tuple[str, ...] = WRITING


def review_of(
    environment: str, mode: str, covered: Sequence[LegalEntity], chosen: Container[int], check: ConsentCheck
) -> Review:
    """The review of a connection, in Paycor's order of legal entities and the portal's order of rights."""
    entities = tuple(
        ReviewedEntity(entity.legal_entity_id, entity.tenant_id, entity.legal_entity_id in chosen)
        for entity in covered
    )
    permissions = tuple(_reviewed(permission, check) for permission in ALL)
    return Review(environment, mode, entities, permissions, check.is_enough)


def _reviewed(permission: Permission, check: ConsentCheck) -> ReviewedPermission:
    found = True if permission in check.found else False if permission in check.missing else None
    needed = permission in check.needed
    return ReviewedPermission(permission.name, permission.reason, permission.required, found, needed)
