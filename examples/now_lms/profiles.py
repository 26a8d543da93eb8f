"""What NOW-LMS has no place for: the connector's key on a user, custom user data, the last mail, who waits.

One row beside the user of NOW-LMS, in its own database; the username is left alone, for it is a foreign key everywhere.
"""

from datetime import datetime

from now_lms.db import Usuario, database
from sqlalchemy import JSON, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from connector.core.model.account import AccountState


class PaycorProfile(database.Model):
    """`pending`: not signed in since the invitation. `suspended`: the connector has taken the access away."""

    __tablename__ = "paycor_profile"

    usuario_id: Mapped[str] = mapped_column(ForeignKey("usuario.id", ondelete="CASCADE"), primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(60), unique=True)
    pending: Mapped[bool] = mapped_column(default=False)
    suspended: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime | None]
    fields: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


Usuario.paycor = relationship(PaycorProfile, uselist=False, passive_deletes="all")


def profile_of(user: Usuario) -> PaycorProfile:
    """The profile of a user, made when there is none."""
    if user.paycor is None:
        user.paycor = PaycorProfile(pending=False, suspended=False, fields={})
    return user.paycor


def state_of(user: Usuario) -> AccountState:
    """Whether a user can sign in; whoever was invited waits until they have."""
    if not user.activo:
        return AccountState.SUSPENDED
    waits = user.paycor is not None and user.paycor.pending and user.ultimo_acceso is None
    return AccountState.PENDING if waits else AccountState.ACTIVE


def set_state(user: Usuario, state: AccountState) -> None:
    """Give access, or take it."""
    profile, suspended = profile_of(user), state is AccountState.SUSPENDED
    user.activo, profile.suspended = not suspended, suspended
    if not suspended:
        profile.pending = state is AccountState.PENDING


def release(session: Session, external_id: str) -> None:
    """Forget who had this key and was deleted: on SQLite, NOW-LMS's way of deleting leaves the profile behind."""
    there = select(Usuario.id).where(Usuario.id == PaycorProfile.usuario_id).exists()
    gone = delete(PaycorProfile).where(PaycorProfile.external_id == external_id, ~there)
    session.execute(gone.execution_options(synchronize_session=False))
