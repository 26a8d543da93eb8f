"""Common queries about a portal, on the caller's session."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector.errors import HostUnavailable
from connector.sandbox.lms.db.tables import FieldDefinition, Group, Portal
from connector.sandbox.lms.people.custom_fields import CustomFields


def custom_fields(session: Session, portal_id: int) -> CustomFields:
    """The portal's custom user data fields, in the order of their labels."""
    statement = select(FieldDefinition).where(FieldDefinition.portal_id == portal_id)
    return CustomFields(session.scalars(statement.order_by(FieldDefinition.label, FieldDefinition.id)))


def group_names(session: Session, portal_id: int) -> dict[int, str]:
    """The portal's groups, id -> name, by name."""
    rows = session.scalars(select(Group).where(Group.portal_id == portal_id).order_by(Group.name))
    return {group.id: group.name for group in rows}


def lock_portal(session: Session, portal_id: int) -> Portal:
    """Make other writers of this portal wait until the transaction ends; gives the portal.

    It writes without changing anything, because a write locks on every database, SQLite included. Raises
    HostUnavailable when there is no such portal.
    """
    session.execute(
        update(Portal)
        .where(Portal.id == portal_id)
        .values(name=Portal.name)
        .execution_options(synchronize_session=False)
    )
    portal = session.get(Portal, portal_id)
    if portal is None:
        raise HostUnavailable(
            f"There is no portal {portal_id} in this LMS. Connect from a portal that exists."
        )
    return portal


def by_slug(session: Session, slug: str) -> Portal | None:
    """The portal with this slug, in any letter case; None when there is none."""
    return session.scalars(select(Portal).where(Portal.slug == slug.strip().casefold())).one_or_none()


def visible_portals(session: Session, portal_id: int, *, with_children: bool) -> list[Portal]:
    """A portal and, `with_children`, its sub-portals."""
    condition = Portal.id == portal_id
    if with_children:
        condition = condition | (Portal.parent_id == portal_id)
    return list(
        session.scalars(select(Portal).where(condition).order_by(Portal.parent_id.is_not(None), Portal.name))
    )
