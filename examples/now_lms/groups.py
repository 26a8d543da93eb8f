"""The groups of NOW-LMS, whose members are stored by username."""

from collections.abc import Sequence

from now_lms.db import Usuario, UsuarioGrupo, UsuarioGrupoMiembro, database
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from connector.host import Group, HostUnavailable, Membership, Outcome, OutcomeStatus


def all_groups() -> list[Group]:
    """All groups, by name."""
    with database.session.session_factory() as session:
        groups = session.scalars(select(UsuarioGrupo).order_by(UsuarioGrupo.nombre, UsuarioGrupo.id))
        return [Group(group.id, group.nombre) for group in groups]


def change_members(memberships: Sequence[Membership]) -> list[Outcome]:
    """Add users to groups and remove them, in one transaction. Raises HostUnavailable."""
    try:
        with database.session.session_factory() as session, session.begin():
            return [_change(session, membership) for membership in memberships]
    except DBAPIError as failure:
        raise HostUnavailable(
            f"The database of NOW-LMS failed to change {len(memberships)} memberships ({type(failure).__name__}), so"
            " nothing was written. Try again later."
        ) from None


def _change(session: Session, membership: Membership) -> Outcome:
    user = session.get(Usuario, membership.account_id)
    if user is None or session.get(UsuarioGrupo, membership.group_id) is None:
        return Outcome(OutcomeStatus.NOT_FOUND, membership.account_id, code="not_found")
    query = select(UsuarioGrupoMiembro).filter_by(grupo=membership.group_id, usuario=user.usuario)
    rows = session.scalars(query).all()
    if bool(rows) is membership.is_member:
        return Outcome(OutcomeStatus.UNCHANGED, user.id)
    if membership.is_member:
        session.add(UsuarioGrupoMiembro(grupo=membership.group_id, usuario=user.usuario))
    for row in rows:
        session.delete(row)
    return Outcome(OutcomeStatus.UPDATED, user.id)
