"""Links to choose a password, the same whether sent by hand or for the connector (rule A19).

A batch writes its links, its mails and the dates on the accounts in the caller's transaction: all or nothing.
The mails go out after the commit (`mail`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState
from connector.sandbox.lms.db.tables import (
    Course,
    Enrolment,
    OutboxMail,
    PasswordLink,
    PasswordMailKind,
    Portal,
    User,
)
from connector.sandbox.lms.mail.texts import LINK_HOURS, course_mail, password_mail

LINKS = cast(Table, PasswordLink.__table__)
OUTBOX = cast(Table, OutboxMail.__table__)
USERS = cast(Table, User.__table__)
LIFETIME = timedelta(hours=LINK_HOURS)
_DATE_COLUMN = {PasswordMailKind.WELCOME: "welcomed_at", PasswordMailKind.INVITATION: "invited_at"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A user to mail, and the kind of mail."""

    user_id: str
    email: str
    name: str
    kind: PasswordMailKind


def hash_of(token: str) -> str:
    """The stored hash of a token: the token has 256 random bits, so a plain hash is enough."""
    return sha256(token.encode()).hexdigest()


def send(
    session: Session, portal: Portal, recipients: Sequence[Recipient], instant: datetime, base_url: str
) -> None:
    """Write one link and one mail for each recipient; their earlier links stop working."""
    if not recipients:
        return
    withdraw(session, [recipient.user_id for recipient in recipients], instant)
    courses = _courses(session, [recipient.user_id for recipient in recipients], base_url, portal)
    links: list[dict[str, Any]] = []
    mails: list[dict[str, Any]] = []
    for recipient in recipients:
        token = token_urlsafe(32)
        links.append(
            {
                "token_hash": hash_of(token),
                "user_id": recipient.user_id,
                "kind": recipient.kind,
                "sent_at": instant,
                "expires_at": instant + LIFETIME,
            }
        )
        content = password_mail(
            recipient.kind,
            recipient.name,
            portal.name,
            f"{base_url}/invitation/{token}",
            () if recipient.kind is PasswordMailKind.PASSWORD else courses.get(recipient.user_id, ()),
        )
        mails.append(mail_row(portal.id, recipient.email, content.subject, content.text, instant))
    connection = session.connection()
    connection.execute(insert(LINKS), links)
    connection.execute(insert(OUTBOX), mails)
    _date(session, recipients, instant)


def send_course_links(
    session: Session, portal: Portal, enrolled: Sequence[tuple[int, str]], instant: datetime, base_url: str
) -> None:
    """Mail the links of courses with `send_link` to enrolled users; `enrolled` has (course, user) pairs.

    A user without a welcome yet gets the link with the welcome: creating an account sends no mail.
    """
    course_ids = {course_id for course_id, _ in enrolled}
    courses = {
        course.id: course
        for course in session.scalars(
            select(Course).where(Course.id.in_(course_ids), Course.send_link.is_(True))
        )
    }
    users = {user_id for course_id, user_id in enrolled if course_id in courses}
    if not users or portal.sso:
        return
    mailed = {
        user.id: user
        for user in session.scalars(select(User).where(User.id.in_(users), User.state == AccountState.ACTIVE))
        if user.welcomed_at or user.invited_at
    }
    mails = []
    for course_id, user_id in enrolled:
        if course_id in courses and user_id in mailed:
            user, title = mailed[user_id], courses[course_id].title
            content = course_mail(user.name, portal.name, title, course_url(base_url, portal, course_id))
            mails.append(mail_row(portal.id, user.email, content.subject, content.text, instant))
    if mails:
        session.connection().execute(insert(OUTBOX), mails)


def withdraw(session: Session, user_ids: Sequence[str], instant: datetime) -> None:
    """End the open links of these users."""
    session.connection().execute(
        update(LINKS)
        .where(LINKS.c.user_id.in_(user_ids), LINKS.c.used_at.is_(None), LINKS.c.withdrawn_at.is_(None))
        .values(withdrawn_at=instant)
    )


def open_link(session: Session, token: str, instant: datetime) -> tuple[PasswordLink, User] | None:
    """The link of a token and its user; None when unknown, used, withdrawn or expired, or the user is suspended."""
    link = session.get(PasswordLink, hash_of(token))
    if link is None or link.used_at or link.withdrawn_at or instant >= link.expires_at:
        return None
    user = session.get_one(User, link.user_id)
    return None if user.state is AccountState.SUSPENDED else (link, user)


def course_url(base_url: str, portal: Portal, course_id: int) -> str:
    """The address of a course's page."""
    return f"{base_url}/p/{portal.slug}/courses/{course_id}"


def mail_row(portal_id: int, recipient: str, subject: str, text: str, instant: datetime) -> dict[str, Any]:
    """A row of the outbox."""
    return {
        "portal_id": portal_id,
        "recipient": recipient,
        "subject": subject,
        "text": text,
        "created_at": instant,
    }


def _courses(
    session: Session, user_ids: Sequence[str], base_url: str, portal: Portal
) -> Mapping[str, list[tuple[str, str]]]:
    """Title and link of every course that these users are in, by user (rule B2)."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = session.execute(
        select(Enrolment.user_id, Course.id, Course.title)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.user_id.in_(user_ids))
        .order_by(Course.title)
    )
    for user_id, course_id, title in rows:
        found.setdefault(user_id, []).append((title, course_url(base_url, portal, course_id)))
    return found


def _date(session: Session, recipients: Sequence[Recipient], instant: datetime) -> None:
    """Store on each account when it was mailed; that is no edit of the account, so its version stays."""
    for kind, column in _DATE_COLUMN.items():
        users = [recipient.user_id for recipient in recipients if recipient.kind is kind]
        if users:
            session.connection().execute(update(USERS).where(USERS.c.id.in_(users)).values({column: instant}))
