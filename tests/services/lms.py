"""An LMS of a few lines: portals that a test switches on, and the fields of one portal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from connector.core.model.account import Field, FieldType
from connector.core.ports.host import Host
from connector.core.ports.lms import ChecklistItem, PageLink, Portal, Viewer

FIELDS = (Field("title", "Job title"), Field("region", "Region", FieldType.STRING_CHOICE, choices=("East",)))


class FieldsHost:
    """As much of a host as choosing fields needs."""

    def fields(self) -> Sequence[Field]:
        """The custom user data fields of the portal."""
        return FIELDS


@dataclass
class FakeLms:
    """An `Lms` whose portals are those in `switched_on`."""

    switched_on: dict[str, Portal] = field(default_factory=dict)
    base_template: str = "base.html"

    def viewer(self) -> Viewer | None:
        """None: a test passes the viewer to the services."""
        return None

    def sign_in_url(self, next_url: str) -> str | None:
        """There is no sign-in."""
        return None

    def portal(self, portal_id: str) -> Portal | None:
        """The portal, if it is switched on."""
        return self.switched_on.get(portal_id)

    def portals(self) -> Iterable[Portal]:
        """All that are switched on."""
        return self.switched_on.values()

    def host(self, portal_id: str) -> Host:
        """A host that knows its fields alone."""
        return cast(Host, FieldsHost())

    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Nothing is sent."""

    def links(self, portal_id: str, since: datetime) -> Sequence[PageLink]:
        """No pages."""
        return ()

    def checklist(self, portal_id: str) -> Sequence[ChecklistItem]:
        """Nothing to do."""
        return ()
