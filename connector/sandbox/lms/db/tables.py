"""The tables of the built-in LMS, prefix `lms_`. No queries and no rules live here.

Custom user data is one JSON object for each user, field id -> canonical text: one row to write and to read, however
many fields a portal has, and a field that is deleted and created again never finds the old field's values.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from connector.core.model.account import AccountState, FieldType
from connector.sandbox.lms.db.columns import Base

#: Plans whose portals may have integrations at all (the operator still switches them on one by one).
PLANS_WITH_INTEGRATIONS = frozenset({"premium", "enterprise"})
PLANS = ("essential", "premium", "enterprise")

NAME_MAX = 150
EMAIL_MAX = 254
#: Case folding can make an address longer.
EMAIL_KEY_MAX = 512
EXTERNAL_ID_MAX = 100
TEXT_MAX = 1000


class UserType(StrEnum):
    """A user's role in a portal."""

    LEARNER = "learner"
    MANAGER = "manager"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"


class Operator(StrEnum):
    """How a dynamic rule compares."""

    EQUALS = "equals"
    CONTAINS = "contains"
    BEFORE = "before"
    AFTER = "after"
    IN = "in"


class Subject(StrEnum):
    """What a dynamic rule checks."""

    FIELD = "field"
    EMAIL_DOMAIN = "email_domain"
    CREATED = "created"


class PasswordMailKind(StrEnum):
    """The kinds of mail with a link to choose a password."""

    WELCOME = "welcome"
    INVITATION = "invitation"
    PASSWORD = "password"


class MailState(StrEnum):
    """The state of a mail. SENDING after a crash means unknown: such a mail is not sent again automatically."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


db = SQLAlchemy(metadata=Base.metadata)


class Portal(Base):
    """A portal; one with a `parent_id` is a sub-portal. `integrations` is the operator's switch (rule A43)."""

    __tablename__ = "lms_portal"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("lms_portal.id"))
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    slug: Mapped[str] = mapped_column(String(50), unique=True)
    time_zone: Mapped[str] = mapped_column(String(50), default="UTC")
    plan: Mapped[str] = mapped_column(String(20), default="enterprise")
    sso: Mapped[bool] = mapped_column(default=False)
    integrations: Mapped[bool] = mapped_column(default=False)

    @property
    def has_integrations(self) -> bool:
        """Whether admins see integrations here: the plan allows them and the operator switched them on."""
        return self.integrations and self.plan in PLANS_WITH_INTEGRATIONS


class User(Base):
    """A user of one portal. `version` rises with every edit; `external_id` is another system's key for the user."""

    __tablename__ = "lms_user"
    __table_args__ = (
        # The key comes first: users are looked up by hundreds of keys at a time, and a database without row
        # statistics would read the whole portal instead.
        UniqueConstraint("email_key", "portal_id"),
        UniqueConstraint("external_id", "portal_id"),
        Index(None, "portal_id", "name_key", "id"),
        Index(None, "portal_id", "updated_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    portal_id: Mapped[int] = mapped_column(ForeignKey("lms_portal.id"))
    email: Mapped[str] = mapped_column(String(EMAIL_MAX))
    email_key: Mapped[str] = mapped_column(String(EMAIL_KEY_MAX))
    external_id: Mapped[str | None] = mapped_column(String(EXTERNAL_ID_MAX))
    first_name: Mapped[str] = mapped_column(String(NAME_MAX))
    last_name: Mapped[str] = mapped_column(String(NAME_MAX))
    #: The sort key of the list of users.
    name_key: Mapped[str] = mapped_column(Text)
    type: Mapped[UserType] = mapped_column(default=UserType.LEARNER)
    state: Mapped[AccountState] = mapped_column(default=AccountState.ACTIVE)
    full_permissions: Mapped[bool] = mapped_column(default=False)
    #: None: no password is right.
    password_hash: Mapped[str | None] = mapped_column(String(255))
    must_set_password: Mapped[bool] = mapped_column(default=True)
    #: Field id (as text) -> canonical text; an empty field is absent.
    custom: Mapped[dict[str, str]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    invited_at: Mapped[datetime | None]
    welcomed_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    portal: Mapped[Portal] = relationship()

    __mapper_args__: Mapping[str, Any] = {"version_id_col": version}

    @property
    def name(self) -> str:
        """First and last name, or the email address of a user without a name."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def is_paycor(self) -> bool:
        """Whether the account belongs to another system: it shows the Paycor mark (rule A12)."""
        return self.external_id is not None


class FieldDefinition(Base):
    """A custom user data field (rule A34). Its `key` and `type` never change."""

    __tablename__ = "lms_field"
    __table_args__ = (UniqueConstraint("portal_id", "key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    portal_id: Mapped[int] = mapped_column(ForeignKey("lms_portal.id"))
    key: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(100))
    type: Mapped[FieldType] = mapped_column(default=FieldType.STRING)
    required: Mapped[bool] = mapped_column(default=False)
    choices: Mapped[list[str]] = mapped_column(default=list)


class Group(Base):
    """A group of users."""

    __tablename__ = "lms_group"
    __table_args__ = (UniqueConstraint("portal_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    portal_id: Mapped[int] = mapped_column(ForeignKey("lms_portal.id"))
    name: Mapped[str] = mapped_column(String(100))


class Membership(Base):
    """A user in a group. A `by_hand` one stays; the others end when no rule of the group matches any more."""

    __tablename__ = "lms_membership"

    group_id: Mapped[int] = mapped_column(ForeignKey("lms_group.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("lms_user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    by_hand: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime]


class Rule(Base):
    """A dynamic rule: the users who meet all its conditions are in the group."""

    __tablename__ = "lms_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    portal_id: Mapped[int] = mapped_column(ForeignKey("lms_portal.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("lms_group.id", ondelete="CASCADE"))

    conditions: Mapped[list["Condition"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Condition.id", lazy="selectin"
    )


class Condition(Base):
    """One condition of a dynamic rule. `operand` lists its values for `in`, one for the rest."""

    __tablename__ = "lms_condition"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("lms_rule.id", ondelete="CASCADE"), index=True)
    subject: Mapped[Subject]
    field_id: Mapped[int | None] = mapped_column(ForeignKey("lms_field.id", ondelete="CASCADE"))
    operator: Mapped[Operator]
    operand: Mapped[list[str]]


class Course(Base):
    """A course. `send_link` mails its link to users who are enrolled after their welcome.

    `ends_on_leaving` ends the enrolment of users who are in none of the course's groups any more.
    """

    __tablename__ = "lms_course"
    __table_args__ = (UniqueConstraint("portal_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    portal_id: Mapped[int] = mapped_column(ForeignKey("lms_portal.id"))
    title: Mapped[str] = mapped_column(String(NAME_MAX))
    summary: Mapped[str] = mapped_column(Text, default="")
    send_link: Mapped[bool] = mapped_column(default=False)
    ends_on_leaving: Mapped[bool] = mapped_column(default=False)


class GroupCourse(Base):
    """A course that a group enrols its members in (rule A36)."""

    __tablename__ = "lms_group_course"

    group_id: Mapped[int] = mapped_column(ForeignKey("lms_group.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id", ondelete="CASCADE"), primary_key=True)


class Enrolment(Base):
    """A user in a course."""

    __tablename__ = "lms_enrolment"

    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("lms_user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    enrolled_at: Mapped[datetime]


class PasswordLink(Base):
    """A one-use link to choose a password. Only the token's hash is kept."""

    __tablename__ = "lms_password_link"
    __table_args__ = (Index(None, "user_id", "sent_at"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("lms_user.id", ondelete="CASCADE"))
    kind: Mapped[PasswordMailKind]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class OutboxMail(Base):
    """A mail. `claim` marks the mails that one sender has claimed; `error` is a class name, never an address."""

    __tablename__ = "lms_outbox"
    __table_args__ = (Index(None, "state", "id"), Index(None, "portal_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    portal_id: Mapped[int] = mapped_column(ForeignKey("lms_portal.id"))
    recipient: Mapped[str] = mapped_column(String(EMAIL_MAX))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    claim: Mapped[str | None] = mapped_column(String(32), index=True)
    error: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
