"""NOW-LMS as a host of the connector: its users, groups, admins and certificates."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from secrets import token_urlsafe
from zoneinfo import available_timezones

from flask import url_for
from flask_login import current_user
from groups import all_groups, change_members
from mail import can_mail, mail_all, send_welcome
from now_lms.auth import proteger_passwd
from now_lms.db import (
    Certificacion,
    Configuracion,
    Curso,
    Usuario,
    database,
    generador_de_codigos_unicos,
)
from profiles import PaycorProfile, delete_orphan, profile_of, set_state, state_of
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from connector.host import (
    Account,
    Capabilities,
    Change,
    ChecklistItem,
    Columns,
    Completion,
    Field,
    FieldType,
    Group,
    InProcessLms,
    Mail,
    Membership,
    NewAccount,
    Outcome,
    PageLink,
    Portal,
    Value,
)

#: The fields that Paycor's attributes can be mapped to; add your own here.
FIELDS = (
    Field("job_title", "Job title"),
    Field("department", "Department"),
    Field("manager", "Manager"),
    Field("work_state", "Work state"),
    Field("hire_date", "Hire date", FieldType.DATE),
    Field("employment_type", "Employment", FieldType.STRING_CHOICE, choices=("Regular", "Temporary")),
)
#: NOW-LMS's forms create a "student", and its list of users turns one into a "user"; both are only learners.
LEARNERS = ("student", "user")
COLUMNS = {"first_name": "nombre", "last_name": "apellido"}


class NowLms(InProcessLms[Usuario]):
    """A NOW-LMS, which is one portal."""

    base_template = "paycor/layout.html"
    portal_id = "site"
    columns = Columns(Usuario.id, PaycorProfile.external_id, Usuario.correo_electronico, Usuario.modificado)
    reports_last_mailed_at = True

    def capabilities(self) -> Capabilities:
        """Mail only while NOW-LMS has a verified mail server."""
        return replace(super().capabilities(), invite=can_mail())

    # --- users ---

    def users(self) -> Select[Usuario]:
        """All users, with their profiles."""
        query = select(Usuario).outerjoin(Usuario.paycor)
        return query.options(contains_eager(Usuario.paycor))

    def fields(self) -> Sequence[Field]:
        """The fields above: NOW-LMS has no custom user data."""
        return FIELDS

    def read(self, user: Usuario) -> Account:
        """A user as an `Account`."""
        profile = user.paycor or PaycorProfile(fields={})
        return Account(
            account_id=user.id,
            email=user.correo_electronico or "",
            first_name=user.nombre or "",
            last_name=user.apellido or "",
            state=state_of(user),
            is_learner=user.tipo in LEARNERS,
            external_id=profile.external_id,
            fields=profile.fields,
            last_mailed_at=profile.last_mailed_at and profile.last_mailed_at.replace(tzinfo=UTC),
        )

    def new_user(self, session: Session, row: NewAccount) -> Usuario:
        """A learner as an admin creates one, with a verified address and a random password."""
        delete_orphan(session, row.external_id)
        code = generador_de_codigos_unicos()
        user = Usuario(id=code, usuario=f"paycor-{code[-10:].lower()}", acceso=random_password_hash())
        user.nombre, user.apellido, user.tipo = row.first_name, row.last_name, "student"
        set_address(user, row.email)
        set_state(user, row.state)
        user.paycor.external_id, user.paycor.fields = row.external_id, filled(row.fields)
        return user

    def edit_user(self, session: Session, user: Usuario, change: Change) -> None:
        """Set what has changed, and nothing else: NOW-LMS would record an edit."""
        for name, column in COLUMNS.items():
            value = getattr(change, name)
            if value not in (None, getattr(user, column)):
                setattr(user, column, value)
        if change.email is not None:
            set_address(user, change.email)
        if change.state not in (None, state_of(user)):
            set_state(user, change.state)
        if change.external_id is not None:
            delete_orphan(session, change.external_id)
            profile_of(user).external_id = change.external_id or None
        if change.fields:
            profile = profile_of(user)
            profile.fields = filled({**profile.fields, **change.fields})

    def send(self, session: Session, user: Usuario, mail: Mail) -> None:
        """Send the welcome or the invitation."""
        send_welcome(user, mail, self.portal_name())
        profile_of(user).last_mailed_at = datetime.now(UTC)

    # --- groups ---

    def groups(self) -> Sequence[Group]:
        """Every group of users, by name."""
        return all_groups()

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Put users into groups, and take them out."""
        return change_members(memberships)

    # --- the site ---

    def portals(self) -> Iterable[Portal]:
        """The site, with the title and the time zone of its settings."""
        zone = _settings().time_zone
        zone = zone if zone in available_timezones() else self.time_zone
        return [Portal(self.portal_id, self.portal_name(), zone, self.sso)]

    def portal_name(self) -> str:
        """The name of the site in its settings."""
        return _settings().titulo

    def current_user(self) -> Usuario | None:
        """The signed-in user."""
        return current_user._get_current_object() if current_user.is_authenticated else None

    def is_admin(self, user: Usuario) -> bool:
        """Whether a user is an admin of NOW-LMS; instructors and moderators are not."""
        return user.tipo == "admin"

    def sign_in_url(self, next_url: str) -> str | None:
        """NOW-LMS's sign-in, which always leads to its panel afterwards."""
        return url_for("user.inicio_sesion")

    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Mail every admin who has an address; the pages show the same to the others."""
        admins = select(Usuario).where(Usuario.tipo == "admin", Usuario.correo_electronico.is_not(None))
        with database.session.session_factory() as session:
            mail_all([admin.correo_electronico for admin in session.scalars(admins)], subject, text)

    def links(self, portal_id: str, since: datetime) -> Sequence[PageLink]:
        """The pages of NOW-LMS where an admin sees what a sync did."""
        return [
            PageLink("Learners from Paycor", url_for("paycor.learners")),
            PageLink("All users", url_for("admin_profile.usuarios")),
            PageLink("Inactive users", url_for("admin_profile.usuarios_inactivos")),
        ]

    def checklist(self, portal_id: str) -> Sequence[ChecklistItem]:
        """What NOW-LMS needs for the integration."""
        return [
            ChecklistItem("A verified mail server", can_mail(), url_for("setting.mail")),
            ChecklistItem("Groups of learners", bool(self.groups()), url_for("group.nuevo_grupo")),
        ]

    def completions(self, portal_id: str, since: datetime) -> Iterator[Completion]:
        """The certificates of courses that were issued since `since`."""
        query = (
            select(Certificacion, Curso.nombre, Usuario.id)
            .join(Curso, Curso.codigo == Certificacion.curso)
            .join(Usuario, Usuario.usuario == Certificacion.usuario)
            .where(Certificacion.timestamp >= since.astimezone(UTC).replace(tzinfo=None))
        )
        with database.session.session_factory() as session:
            rows = session.execute(query).all()
        for certificate, course, user_id in rows:
            yield Completion(user_id, certificate.id, course, certificate.fecha, certificate.expires_at)


def _settings() -> Configuracion:
    with database.session.session_factory() as session:
        return session.scalars(select(Configuracion)).one()


@cache
def random_password_hash() -> bytes:
    """The hash of a random password that is not kept; one per process, because hashing takes a while."""
    return proteger_passwd(token_urlsafe(32))


def set_address(user: Usuario, email: str) -> None:
    """Set a verified address: HR vouches for it. In lower case, because NOW-LMS's sign-in is case-sensitive."""
    address = email.strip().lower()
    if user.correo_electronico != address:
        user.correo_electronico, user.correo_electronico_verificado = address, True


def filled(fields: Mapping[str, Value]) -> dict[str, str]:
    """The fields that have a value."""
    return {key: value for key, value in fields.items() if value is not None}
