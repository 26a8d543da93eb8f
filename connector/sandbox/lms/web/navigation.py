"""The navigation as a value: the entries that a user sees in a portal. The base template only draws it."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from flask import current_app, g, request, session, url_for

from connector.sandbox.lms.db.tables import Portal
from connector.sandbox.lms.web.access import SignedIn, may, signed_in

#: Key of `app.extensions` under which the plugins' menu entries are kept.
EXTENSION = "lms_plugins"


@dataclass(frozen=True, slots=True)
class PluginEntry:
    """The menu entry of a plugin, from its manifest. Only users with `permission` see it.

    Its pages for a portal are under `mount`, then the portal's id.
    """

    section: str
    label: str
    mount: str
    permission: str

    def url(self, portal: Portal) -> str:
        """The address of the plugin's first page for a portal."""
        return f"{request.script_root}{self.mount}/{portal.id}/"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry; `current` marks the page of this request, or the page above it."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading."""

    label: str
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The frame of every page."""

    viewer: SignedIn | None
    portal: Portal | None
    sections: tuple[Section, ...]


#: Section, label, endpoint.
Table = tuple[tuple[str, str, str], ...]

_OF_ADMINS: Table = (
    ("", "Dashboard", "lms.dashboard"),
    ("Users", "All users", "lms.users"),
    ("Users", "Pending users", "lms.pending"),
)
_OF_FULL_ADMINS: Table = (
    *_OF_ADMINS,
    ("Learning", "Groups", "lms.groups"),
    ("Learning", "Dynamic rules", "lms.rules"),
    ("Learning", "Courses", "lms.courses"),
    ("Settings", "Portal", "lms.portal"),
    ("Settings", "Custom user data", "lms.fields"),
    ("Settings", "Outbox", "lms.outbox"),
)
_OF_LEARNERS: Table = (("", "My courses", "lms.my_courses"),)


def layout() -> Layout:
    """The frame for this request."""
    viewer = signed_in()
    portal = current_portal(viewer)
    if viewer is None or portal is None:
        return Layout(viewer, portal, ())
    links = [*_own_links(viewer, portal), *_plugin_links(portal)]
    here = request.script_root + request.path
    above = [url for _, _, url in links if here == url or here.startswith(url.rstrip("/") + "/")]
    current = max(above, key=len, default=None)
    sections = tuple(
        Section(section, tuple(MenuItem(label, url, url == current) for _, label, url in entries))
        for section, entries in groupby(links, key=itemgetter(0))
    )
    return Layout(viewer, portal, sections)


def current_portal(viewer: SignedIn | None) -> Portal | None:
    """The portal of this page: the page's own, else the last visited one, else the user's own."""
    shown: Portal | None = g.get("portal")
    if shown is not None or viewer is None:
        return shown
    plugins = [portal for portal in viewer.portals for entry in _entries() if _is_below(entry.url(portal))]
    last = [portal for portal in viewer.portals if str(portal.id) == session.get("portal_id")]
    return [*plugins, *last, *viewer.portals][0]


def _own_links(viewer: SignedIn, portal: Portal) -> list[tuple[str, str, str]]:
    """Section, label and address of each entry of the LMS itself."""
    table = _OF_ADMINS if viewer.is_admin else _OF_LEARNERS
    if viewer.is_full_admin:
        table = _OF_FULL_ADMINS
    return [(section, label, url_for(endpoint, slug=portal.slug)) for section, label, endpoint in table]


def _plugin_links(portal: Portal) -> list[tuple[str, str, str]]:
    """The plugins' entries, only if the operator switched integrations on (rules A40, A43, A44)."""
    if not portal.has_integrations:
        return []
    seen = [entry for entry in _entries() if may(entry.permission, portal)]
    return sorted((entry.section, entry.label, entry.url(portal)) for entry in seen)


def _entries() -> list[PluginEntry]:
    entries: list[PluginEntry] = current_app.extensions.get(EXTENSION, [])
    return entries


def _is_below(url: str) -> bool:
    return (request.script_root + request.path).startswith(url)
