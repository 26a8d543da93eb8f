"""Changes that admins and learners make to a user on the pages, on the caller's session; the caller commits.

Unlike the connector's batches they may change the type of a user and the state of any user.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from connector.core.model.account import AccountState
from connector.core.model.employee import Value
from connector.sandbox.lms.db.tables import PasswordLink, PasswordMailKind, Portal, User
from connector.sandbox.lms.groups import rules
from connector.sandbox.lms.people import checks
from connector.sandbox.lms.people.custom_fields import CustomFields
from connector.sandbox.lms.people.invitations import Recipient, send, send_course_links


class EmailTaken(Exception):
    """Another user of the portal has this email address."""


def add_user(
    session: Session,
    portal: Portal,
    fields: CustomFields,
    columns: Mapping[str, Any],
    values: Mapping[str, Value],
    now: datetime,
) -> User:
    """Add a user. Raises EmailTaken."""
    identity = checks.identity(columns["email"], columns["first_name"], columns["last_name"])
    _refuse_taken(session, portal, identity["email_key"], None)
    row = checks.new_row(portal.id, now, **{**columns, **identity}, custom=fields.stored(values))
    row["password_hash"] = checks.forgotten_password_hash()
    user = User(**row)
    session.add(user)
    session.flush()
    return user


def edit_user(
    session: Session,
    user: User,
    fields: CustomFields,
    columns: Mapping[str, Any],
    values: Mapping[str, Value],
    now: datetime,
) -> None:
    """Change a user; the version rises if a value changes. Raises EmailTaken."""
    identity = checks.identity(columns["email"], columns["first_name"], columns["last_name"])
    _refuse_taken(session, user.portal, identity["email_key"], user.id)
    for name, value in {**columns, **identity, "custom": fields.merged(user.custom, values)}.items():
        if getattr(user, name) != value:
            setattr(user, name, value)
    if session.is_modified(user):
        user.updated_at = now
        session.flush()


def apply_rules(session: Session, user: User, now: datetime, base_url: str) -> None:
    """Apply the portal's dynamic rules to a user who was added or changed."""
    person = rules.RuleUser(user.id, user.email_key, user.created_at, user.custom)
    enrolled = rules.refresh(session, user.portal, [person], now)
    if enrolled:
        send_course_links(session, user.portal, enrolled, now, base_url)


def send_password_mail(
    session: Session,
    portal: Portal,
    users: Sequence[User],
    kind: PasswordMailKind,
    now: datetime,
    base_url: str,
) -> None:
    """Send a welcome, an invitation or a link for a new password, as the connector does (rule A19)."""
    session.flush()
    send(session, portal, [Recipient(user.id, user.email, user.name, kind) for user in users], now, base_url)
    session.expire_all()


def set_password(user: User, password: str, now: datetime) -> None:
    """Set a user's chosen password; a pending user becomes active."""
    user.password_hash = generate_password_hash(password)
    user.must_set_password = False
    if user.state is AccountState.PENDING:
        user.state = AccountState.ACTIVE
        user.updated_at = now
    user.accepted_at = user.accepted_at or now


def use_link(link: PasswordLink, user: User, password: str, now: datetime) -> None:
    """Set the chosen password and use up its link."""
    link.used_at = now
    set_password(user, password, now)


def _refuse_taken(session: Session, portal: Portal, email_key: str, user_id: str | None) -> None:
    owner = session.scalar(select(User.id).where(User.portal_id == portal.id, User.email_key == email_key))
    if owner is not None and owner != user_id:
        raise EmailTaken
