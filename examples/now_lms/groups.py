"""The groups of NOW-LMS, which know their members by username."""

from collections.abc import Sequence

from now_lms.db import Usuario, UsuarioGrupo, UsuarioGrupoMiembro, database
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from connector.core.model.account import Group
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.optional import Membership
from connector.errors import HostUnavailable


def every_group() -> list[Group]:
    """Every group, by name."""
    with database.session.session_factory() as session:
        found = session.scalars(select(UsuarioGrupo).order_by(UsuarioGrupo.nombre, UsuarioGrupo.id))
        return [Group(group.id, group.nombre) for group in found]


def change_members(memberships: Sequence[Membership]) -> list[Outcome]:
    """Put users into groups and take them out, all in one transaction. Raises HostUnavailable."""
    try:
        with database.session.session_factory() as session, session.begin():
            return [_change(session, membership) for membership in memberships]
    except DBAPIError as failure:
        raise HostUnavailable(
            f"The database of NOW-LMS failed to change {len(memberships)} memberships with"
            f" {type(failure).__name__}: nothing was written. Try again later."
        ) from None


def _change(session: Session, membership: Membership) -> Outcome:
    user = session.get(Usuario, membership.account_id)
    if user is None or session.get(UsuarioGrupo, membership.group_id) is None:
        return Outcome(OutcomeStatus.NOT_FOUND, membership.account_id, code="not_found")
    query = select(UsuarioGrupoMiembro).filter_by(grupo=membership.group_id, usuario=user.usuario)
    there = session.scalars(query).all()
    if bool(there) is membership.is_member:
        return Outcome(OutcomeStatus.UNCHANGED, user.id)
    if membership.is_member:
        session.add(UsuarioGrupoMiembro(grupo=membership.group_id, usuario=user.usuario))
    for row in there:
        session.delete(row)
    return Outcome(OutcomeStatus.UPDATED, user.id)
