"""`core.ports.lms.Lms` for the built-in LMS: portals, the viewer and the LMS's own pages, for the plugin."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import current_app, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState
from connector.core.model.completion import Completion
from connector.core.ports import lms as port
from connector.sandbox.lms.config import Settings, settings
from connector.sandbox.lms.db.tables import FieldDefinition, Group, Portal, Rule, User, UserType
from connector.sandbox.lms.groups import completions
from connector.sandbox.lms.host import BuiltInHost
from connector.sandbox.lms.mail import queue
from connector.sandbox.lms.people.invitations import OUTBOX, mail_row
from connector.sandbox.lms.web.access import signed_in


class BuiltInLms:
    """The built-in LMS as the plugin sees it; its methods need an application context."""

    base_template = "lms/base.html"

    def __init__(self, db: SQLAlchemy) -> None:
        self._db = db

    def viewer(self) -> port.Viewer | None:
        """The signed-in user; a top-level admin with full permissions belongs to the sub-portals, too."""
        viewer = signed_in()
        if viewer is None:
            return None
        portals = frozenset(str(portal.id) for portal in viewer.portals)
        return port.Viewer(
            viewer.user.id, viewer.user.name, portals, portals if viewer.is_full_admin else frozenset()
        )

    def sign_in_url(self, next_url: str) -> str | None:
        """The sign-in page, which comes back to `next_url`."""
        return _page("lms.sign_in", next=next_url)

    def portal(self, portal_id: str) -> port.Portal | None:
        """The portal; None when there is none, its plan has no integrations or they are switched off."""
        if not (portal_id.isascii() and portal_id.isdecimal() and len(portal_id) < 10):
            return None
        with Session(self._engine) as session:
            portal = session.get(Portal, int(portal_id))
            return _as_port(portal) if portal is not None and portal.has_integrations else None

    def portals(self) -> Iterable[port.Portal]:
        """Every portal that may use integrations, oldest first."""
        with Session(self._engine) as session:
            portals = session.scalars(select(Portal).order_by(Portal.id))
            return [_as_port(portal) for portal in portals if portal.has_integrations]

    def host(self, portal_id: str) -> BuiltInHost:
        """The user API of one portal; it needs no application context."""
        return BuiltInHost(self._engine, self._settings, int(portal_id))

    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Mail the portal's admins with full permissions; for a sub-portal without any, those of its parent."""
        instant = self._settings.clock()
        with Session(self._engine) as session, session.begin():
            portal = session.get_one(Portal, int(portal_id))
            admins = _full_admins(session, portal.id)
            if not admins and portal.parent_id is not None:
                admins = _full_admins(session, portal.parent_id)
            rows = [mail_row(portal.id, email, subject, text, instant) for email in admins]
            if rows:
                session.connection().execute(insert(OUTBOX), rows)
        queue.drain(self._engine, self._settings)

    def links(self, portal_id: str, since: datetime) -> Sequence[port.PageLink]:
        """The pages of users created since, and of pending users (rule A29)."""
        slug = self._slug(portal_id)
        moment = since.replace(microsecond=0).isoformat()
        return [
            port.PageLink("Users created since", _page("lms.users", slug=slug, created=moment)),
            port.PageLink("Pending users", _page("lms.pending", slug=slug)),
        ]

    def checklist(self, portal_id: str) -> Sequence[port.ChecklistItem]:
        """Groups, custom user data and dynamic rules: whether the portal has any (rule A49)."""
        slug = self._slug(portal_id)
        with Session(self._engine) as session:
            return [
                port.ChecklistItem(label, _has(session, table, int(portal_id)), _page(endpoint, slug=slug))
                for label, table, endpoint in (
                    ("Create groups and give them courses", Group, "lms.groups"),
                    ("Set up custom user data", FieldDefinition, "lms.fields"),
                    ("Set up dynamic rules that fill the groups", Rule, "lms.rules"),
                )
            ]

    def completions(self, portal_id: str, since: datetime) -> Iterable[Completion]:
        """The courses that were finished at or after an instant."""
        return completions.completions(self._engine, int(portal_id), since)

    @property
    def _engine(self) -> Engine:
        return self._db.engine

    @property
    def _settings(self) -> Settings:
        return settings(current_app)

    def _slug(self, portal_id: str) -> str:
        with Session(self._engine) as session:
            return session.get_one(Portal, int(portal_id)).slug


def _as_port(portal: Portal) -> port.Portal:
    return port.Portal(str(portal.id), portal.name, portal.time_zone, portal.sso)


def _full_admins(session: Session, portal_id: int) -> list[str]:
    """The email addresses of this portal's active admins with full permissions."""
    return list(
        session.scalars(
            select(User.email)
            .where(
                User.portal_id == portal_id,
                User.type == UserType.ADMIN,
                User.full_permissions.is_(True),
                User.state == AccountState.ACTIVE,
            )
            .order_by(User.email_key)
        )
    )


def _has(session: Session, table: type[Group] | type[FieldDefinition] | type[Rule], portal_id: int) -> bool:
    return session.scalar(select(table.id).where(table.portal_id == portal_id).limit(1)) is not None


def _page(endpoint: str, **values: str) -> str:
    """The path of a page, also without a request."""
    root = request.script_root if has_request_context() else ""
    return current_app.url_map.bind("localhost", script_name=root or "/").build(endpoint, values)
