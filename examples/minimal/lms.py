"""A small LMS: its users, and the class that connects them to the connector."""

from datetime import UTC, datetime
from typing import Any

from flask import session as cookie
from flask import url_for
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, Session, mapped_column

from connector.host import Account, AccountState, Change, Columns, Field, FieldType, InProcessLms, Mail, NewAccount

db = SQLAlchemy()


def now() -> datetime:
    """UTC without a zone, as this LMS stores it."""
    return datetime.now(UTC).replace(tzinfo=None)


class User(db.Model):
    """A user. A real LMS has a password here, too."""

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    role: Mapped[str] = mapped_column(default="learner")
    state: Mapped[str] = mapped_column(default="active")
    external_id: Mapped[str | None] = mapped_column(unique=True)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class SentMail(db.Model):
    """A mail. A real LMS sends it; this one stores it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    subject: Mapped[str]


class SmallLms(InProcessLms[User]):
    """Everything that the connector needs to know."""

    name = "Small LMS"
    columns = Columns(User.id, User.external_id, User.email, User.changed_at)

    def current_user(self) -> User | None:
        """The signed-in user."""
        return db.session.get(User, cookie.get("user_id", 0))

    def is_admin(self, user: User) -> bool:
        """Whether a user may use the pages."""
        return user.role == "admin"

    def sign_in_url(self, next_url: str) -> str | None:
        """The sign-in page, for everyone else."""
        return url_for("sign_in")

    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Mail the admins about something that needs them."""
        with Session(db.engine) as session, session.begin():
            for admin in session.query(User).filter_by(role="admin"):
                session.add(SentMail(user_id=admin.id, subject=subject))

    def fields(self) -> list[Field]:
        """The custom user data that Paycor's attributes can be mapped to."""
        return [
            Field("job_title", "Job title"),
            Field("hire_date", "Hire date", FieldType.DATE),
            Field("employment_type", "Employment", FieldType.STRING_CHOICE, choices=("Regular", "Temporary")),
        ]

    def read(self, user: User) -> Account:
        """A user as an `Account`."""
        state, is_learner = AccountState(user.state), user.role == "learner"
        values = (str(user.id), user.email, user.first_name, user.last_name)
        return Account(*values, state, is_learner, user.external_id, user.fields)

    def new_user(self, session: Session, row: NewAccount) -> User:
        """A learner; no mail yet."""
        user = User(first_name=row.first_name, last_name=row.last_name, email=row.email, state=str(row.state))
        user.external_id, user.fields = row.external_id, filled(row.fields)
        return user

    def edit_user(self, session: Session, user: User, change: Change) -> None:
        """Change a user; None keeps a value."""
        for name in ("email", "first_name", "last_name", "state"):
            value = getattr(change, name)
            if value is not None:
                setattr(user, name, str(value))
        if change.external_id is not None:
            user.external_id = change.external_id or None
        user.fields = filled({**user.fields, **change.fields})

    def send(self, session: Session, user: User, mail: Mail) -> None:
        """Send the welcome or the invitation."""
        session.add(SentMail(user_id=user.id, subject=f"Your {mail} to {self.name}"))


def sign_in_as_admin() -> None:
    """Sign in the one admin, who is created the first time."""
    admin = db.session.query(User).filter_by(role="admin").first()
    if admin is None:
        admin = User(first_name="Alma", last_name="Admin", email="admin@small.example", role="admin")
        db.session.add(admin)
        db.session.commit()
    cookie["user_id"] = admin.id


def filled(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that have a value."""
    return {key: value for key, value in fields.items() if value is not None}
