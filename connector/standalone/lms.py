"""A remote LMS in the form that the plugin needs: one portal, whose admins are the connector's own."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from flask import url_for

from connector.core.ports.host import Host
from connector.core.ports.lms import ChecklistItem, PageLink, Portal, Viewer
from connector.standalone import access

PORTAL_ID = "main"

log = logging.getLogger(__name__)


class RemoteLms:
    """One portal over a remote host; `new_host` creates a host for each run."""

    base_template = "standalone/base.html"

    def __init__(self, portal: Portal, new_host: Callable[[], Host]) -> None:
        self._portal = portal
        self._new_host = new_host

    def viewer(self) -> Viewer | None:
        """The signed-in admin; every admin may change everything."""
        admin = access.signed_in()
        portals = frozenset({self._portal.portal_id})
        return Viewer(admin.name, admin.name, portals, portals) if admin else None

    def sign_in_url(self, next_url: str) -> str | None:
        """The sign-in page, which leads back to `next_url`."""
        return url_for("standalone.sign_in", next=next_url)

    def portal(self, portal_id: str) -> Portal | None:
        """The one portal."""
        return self._portal if portal_id == self._portal.portal_id else None

    def portals(self) -> Iterable[Portal]:
        """The one portal."""
        return [self._portal]

    def host(self, portal_id: str) -> Host:
        """The user API of the LMS."""
        return self._new_host()

    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Log the subject: the admins here have no addresses. The text may name people and is not logged."""
        log.warning("For the admins: %s", subject)

    def links(self, portal_id: str, since: datetime) -> Sequence[PageLink]:
        """None: the addresses of the LMS's own pages are unknown."""
        return ()

    def checklist(self, portal_id: str) -> Sequence[ChecklistItem]:
        """None: the set-up of the LMS is unknown."""
        return ()
