"""What NOW-LMS does not store: the external id of a user, custom user data, the last mail, and who is pending.

One row per user of NOW-LMS, in its own database. The username cannot hold the id: it is a foreign key everywhere.
"""

from datetime import datetime

from now_lms.db import Usuario, database
from sqlalchemy import JSON, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from connector.host import AccountState


class PaycorProfile(database.Model):
    """`pending`: not signed in since the invitation. `suspended`: the connector ended the access."""

    __tablename__ = "paycor_profile"

    usuario_id: Mapped[str] = mapped_column(ForeignKey("usuario.id", ondelete="CASCADE"), primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(60), unique=True)
    pending: Mapped[bool] = mapped_column(default=False)
    suspended: Mapped[bool] = mapped_column(default=False)
    last_mailed_at: Mapped[datetime | None] = mapped_column("told_at")
    fields: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


Usuario.paycor = relationship(PaycorProfile, uselist=False, passive_deletes="all")


def profile_of(user: Usuario) -> PaycorProfile:
    """The profile of a user, created when there is none."""
    if user.paycor is None:
        user.paycor = PaycorProfile(pending=False, suspended=False, fields={})
    return user.paycor


def state_of(user: Usuario) -> AccountState:
    """The state of a user; an invited user is pending until the first sign-in."""
    if not user.activo:
        return AccountState.SUSPENDED
    is_pending = user.paycor is not None and user.paycor.pending and user.ultimo_acceso is None
    return AccountState.PENDING if is_pending else AccountState.ACTIVE


def set_state(user: Usuario, state: AccountState) -> None:
    """Give a user access, or end it."""
    profile, suspended = profile_of(user), state is AccountState.SUSPENDED
    user.activo, profile.suspended = not suspended, suspended
    if not suspended:
        profile.pending = state is AccountState.PENDING


def delete_orphan(session: Session, external_id: str) -> None:
    """Delete the profile of a deleted user with this key: on SQLite, NOW-LMS leaves it behind."""
    has_user = select(Usuario.id).where(Usuario.id == PaycorProfile.usuario_id).exists()
    orphaned = delete(PaycorProfile).where(PaycorProfile.external_id == external_id, ~has_user)
    session.execute(orphaned.execution_options(synchronize_session=False))
