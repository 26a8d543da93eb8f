"""The navigation as a value: which entries somebody sees in a portal. The base template only draws it."""

from dataclasses import dataclass

from flask import current_app, g, request, session, url_for

from .access import SignedIn, may, signed_in
from .models import Portal

#: Key of `app.extensions` under which the plugins' menu entries are kept.
EXTENSION = "lms_plugins"


@dataclass(frozen=True, slots=True)
class PluginEntry:
    """Where a plugin is shown: from its manifest. Seen only by who has `permission`."""

    section: str
    label: str
    url: str
    permission: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry; `current` marks the page that is being looked at."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading."""

    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the frame of every page shows."""

    who: SignedIn | None
    portal: Portal | None
    sections: tuple[Section, ...]


#: Sections with the label and the endpoint of each entry.
Table = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

_OF_ADMINS: Table = (
    ("", (("Dashboard", "lms.dashboard"),)),
    ("Users", (("All users", "lms.users"), ("Pending users", "lms.pending"))),
)
_OF_FULL_ADMINS: Table = (
    *_OF_ADMINS,
    ("Learning", (("Groups", "lms.groups"), ("Dynamic rules", "lms.rules"), ("Courses", "lms.courses"))),
    (
        "Settings",
        (("Portal", "lms.portal"), ("Custom user data", "lms.fields"), ("Outbox", "lms.outbox")),
    ),
)
_OF_LEARNERS: Table = (("", (("My courses", "lms.my_courses"),)),)


def layout() -> Layout:
    """The frame for this request."""
    who = signed_in()
    portal = current_portal(who)
    if who is None or portal is None:
        return Layout(who, portal, ())
    return Layout(who, portal, (*_own_sections(who, portal), *_plugin_sections(portal)))


def current_portal(who: SignedIn | None) -> Portal | None:
    """The portal that this page is about: the page's own, else the one looked at last, else one's own."""
    shown: Portal | None = g.get("portal")
    if shown is not None or who is None:
        return shown
    asked = str((request.view_args or {}).get("portal_id") or session.get("portal_id") or "")
    return next((portal for portal in who.portals if str(portal.id) == asked), who.portals[0])


def _own_sections(who: SignedIn, portal: Portal) -> list[Section]:
    table = _OF_ADMINS if who.is_admin else _OF_LEARNERS
    if who.is_full_admin:
        table = _OF_FULL_ADMINS
    return [
        Section(label, tuple(_item(text, url_for(endpoint, slug=portal.slug)) for text, endpoint in entries))
        for label, entries in table
    ]


def _plugin_sections(portal: Portal) -> list[Section]:
    """The plugins' entries, only where the operator switched integrations on (rules A40, A43, A44)."""
    entries: list[PluginEntry] = current_app.extensions.get(EXTENSION, [])
    seen = [entry for entry in entries if portal.has_integrations and may(entry.permission, portal)]
    labels = dict.fromkeys(entry.section for entry in seen)
    return [
        Section(label, tuple(_item(entry.label, entry.url) for entry in seen if entry.section == label))
        for label in labels
    ]


def _item(label: str, url: str) -> Item:
    """An entry; it is current on its page and on the pages below it."""
    below = url.rstrip("/") + "/"
    return Item(label, url, request.path == url or (request.path.startswith(below) and url.count("/") > 3))
