"""What the pages and jobs need to know from an LMS: its portals, who is signed in, and where its own pages are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from connector.core.model.completion import Completion
from connector.core.ports.host import Host


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal, top-level or sub-portal, in which the operator has switched the integration on (rule A43).

    `time_zone` is an IANA name. `sso` means that its learners sign in elsewhere (rule A16).
    """

    portal_id: str
    name: str
    time_zone: str = "UTC"
    sso: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """The user who sent this request. `portals` are theirs; in those of `full` they have full permissions."""

    viewer_id: str
    name: str
    portals: frozenset[str] = frozenset()
    full: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the LMS to look at after a sync."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A feature of the LMS that works well with the integration (rule A49); `url` is where to set it up."""

    label: str
    done: bool
    url: str = ""


class Lms(Protocol):
    """The LMS that the plugin is installed in. Called in an application context, `viewer` in a request."""

    #: The template that the pages extend; it must have the blocks `title` and `content`.
    base_template: str

    def viewer(self) -> Viewer | None:
        """The user who is signed in to the LMS; None if no one is."""
        ...

    def sign_in_url(self, next_url: str) -> str | None:
        """Where to send a user who is not signed in; None answers 403 instead."""
        ...

    def portal(self, portal_id: str) -> Portal | None:
        """The portal; None if it does not exist or the integration is switched off in it."""
        ...

    def portals(self) -> Iterable[Portal]:
        """Every portal in which the integration is switched on."""
        ...

    def host(self, portal_id: str) -> Host:
        """The user API of one portal."""
        ...

    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Mail the portal's admins about something that needs them."""
        ...

    def links(self, portal_id: str, since: datetime) -> Sequence[PageLink]:
        """Where to check a sync: users created since then, pending users (rule A29)."""
        ...

    def checklist(self, portal_id: str) -> Sequence[ChecklistItem]:
        """Groups, custom user data, dynamic rules: done or not (rule A49)."""
        ...


@runtime_checkable
class ReportsCompletions(Protocol):
    """An optional part of an `Lms`: with it, finished courses can be sent to Paycor."""

    def completions(self, portal_id: str, since: datetime) -> Iterable[Completion]:
        """The courses whose completion was recorded at or after `since`, by learners of the portal, in any order.

        The same completion may come again in any later call; its key stays the same.
        """
        ...
