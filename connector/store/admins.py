"""The admins of a stand-alone connector: names, password hashes, failed sign-ins, and where they are signed in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete as deletion
from sqlalchemy import or_, select, update

from connector.store.db.sessions import Session
from connector.store.tables.admins import AdminRow, SignInRow


def by_name(session: Session, name: str, *, lock: bool = False) -> AdminRow | None:
    """The admin with this name, locked if asked for; None when there is none."""
    query = select(AdminRow).where(AdminRow.name == name)
    return session.scalar(query.with_for_update() if lock else query)


def names(session: Session) -> Sequence[str]:
    """The names of all admins, in alphabetical order."""
    return session.scalars(select(AdminRow.name).order_by(AdminRow.name)).all()


def add(session: Session, name: str, now: datetime) -> AdminRow:
    """A new admin; the caller sets the password."""
    row = AdminRow(name=name, made_at=now)
    session.add(row)
    return row


def delete(session: Session, name: str) -> bool:
    """Delete an admin; returns whether there was one."""
    row = by_name(session, name, lock=True)
    if row is not None:
        end_sign_ins(session, row.id)
        session.delete(row)
    return row is not None


def add_sign_in(session: Session, secret_hash: bytes, admin_id: int, now: datetime) -> None:
    """Remember a browser in which the admin has just signed in."""
    session.add(SignInRow(secret_hash=secret_hash, admin_id=admin_id, began_at=now, seen_at=now))


def sign_in_of(session: Session, secret_hash: bytes) -> tuple[SignInRow, AdminRow] | None:
    """The sign-in with this secret and its admin; None when it was ended, or when there never was one."""
    query = select(SignInRow, AdminRow).join(AdminRow, AdminRow.id == SignInRow.admin_id)
    found = session.execute(query.where(SignInRow.secret_hash == secret_hash)).one_or_none()
    return (found[0], found[1]) if found else None


def mark_seen(session: Session, secret_hash: bytes, now: datetime) -> None:
    """Record that a page was opened; a sign-in that was ended meanwhile stays ended."""
    session.execute(update(SignInRow).where(SignInRow.secret_hash == secret_hash).values(seen_at=now))


def end_sign_in(session: Session, secret_hash: bytes) -> None:
    """End one sign-in, if it is still there."""
    session.execute(deletion(SignInRow).where(SignInRow.secret_hash == secret_hash))


def end_sign_ins(session: Session, admin_id: int) -> None:
    """End all sign-ins of an admin, in every browser."""
    session.execute(deletion(SignInRow).where(SignInRow.admin_id == admin_id))


def delete_old_sign_ins(session: Session, began_before: datetime, seen_before: datetime) -> None:
    """Delete the sign-ins that are too old, or that nobody has used for too long."""
    session.execute(
        deletion(SignInRow).where(or_(SignInRow.began_at <= began_before, SignInRow.seen_at <= seen_before))
    )
