"""Who may enter: checked before every page, so that no page can forget it.

A request in; an answer when it may not go on, otherwise the `Visit` that every page works with. The order is: what
no database can store, the schema, who is signed in, the portal, their permission in it, and last the form's own token.
"""

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from connector.core.ports.lms import Portal, Viewer
from connector.services import Services
from connector.services.views.views import ConnectionView
from connector.web.frame import bounds, way_back
from connector.web.frame.forms import ActionForm

#: The blueprint's name, which begins every endpoint.
NAME = "connector"
#: Pages that belong to no portal: the way in, and the way back from Paycor.
WITHOUT_PORTAL = (f"{NAME}.index", way_back.CALLBACK)
STATIC = f"{NAME}.static"
_NOTICE = "connector_notice"


@dataclass(frozen=True, slots=True)
class Visit:
    """One admitted request: who is looking, and at which portal."""

    services: Services
    viewer: Viewer
    portal: Portal

    @property
    def portal_id(self) -> str:
        """The id of the portal, which every service takes."""
        return self.portal.portal_id

    @property
    def viewer_id(self) -> str:
        """The id of the admin, for the audit."""
        return self.viewer.viewer_id


def services() -> Services:
    """The connector of this application."""
    return cast(Services, current_app.extensions[NAME])


def visit() -> Visit:
    """The current request; only after `admit` has let it in."""
    return Visit(services(), g.connector_viewer, g.connector_portal)


def viewer() -> Viewer:
    """The admin who is signed in, also on the pages without a portal."""
    return cast(Viewer, g.connector_viewer)


def require_connection(visit: Visit) -> ConnectionView:
    """The portal's connection. A portal that never had one is sent to the overview, which offers + Connect."""
    connection = visit.services.views.connection(visit.portal_id)
    if connection is None:
        abort(redirect(url_for(f"{NAME}.overview")))
    return connection


def pull_portal(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the portal out of the address, so that no page has to name it."""
    g.connector_portal_id = (values or {}).pop("portal_id", None)


def inject_portal(endpoint: str, values: dict[str, Any]) -> None:
    """Put the current portal into the addresses that a page builds."""
    portal_id = g.get("connector_portal_id")
    app: Flask = current_app
    if portal_id is not None and app.url_map.is_endpoint_expecting(endpoint, "portal_id"):
        values.setdefault("portal_id", portal_id)


def admit() -> Response | None:
    """Let the request in (None), or answer it.

    503 while the schema is behind; the sign-in, or 403, when no admin is signed in; 404 for a portal that does not
    exist, is switched off or is not the viewer's (rules A42, A43); 403 without full permission in it (rules A40,
    A41); 400 for a form without its token, and for a text that no database holds (rule D22).
    """
    if request.endpoint == STATIC:
        return None
    bounds.refuse_texts()
    services().views.check_schema()
    viewer = services().lms.viewer()
    first = way_back.page_that_leads_on(is_signed_in=viewer is not None)
    if first is not None:
        return first
    if viewer is None:
        return _to_sign_in()
    g.connector_viewer = viewer
    if request.endpoint not in WITHOUT_PORTAL:
        g.connector_portal = _admitted_portal(viewer, g.connector_portal_id)
    elif not viewer.full:
        abort(403)
    if request.method == "POST" and not ActionForm().validate():
        abort(
            400, "This page was open for too long, or was not sent from here. Go back, reload it, try again."
        )
    return None


def flash(text: str) -> None:
    """Show the viewer a notice on the next page they open."""
    session[_NOTICE] = text


def pop_flash() -> str | None:
    """The notice to show, once. It is kept apart from the LMS's own notices, which its layout may show itself."""
    if request.method == "HEAD":
        return None
    return cast("str | None", session.pop(_NOTICE, None))


def _admitted_portal(viewer: Viewer, portal_id: str) -> Portal:
    portal = services().lms.portal(portal_id)
    if portal is None or portal_id not in viewer.portals:
        abort(404)
    if portal_id not in viewer.full:
        abort(403)
    return portal


def _to_sign_in() -> Response:
    """The sign-in leads back to a page, but from a form to the way in: a form's answer has no address for GET."""
    come_back = request.full_path.rstrip("?") if request.method == "GET" else url_for(f"{NAME}.index")
    address = services().lms.sign_in_url(
        request.script_root + come_back if request.method == "GET" else come_back
    )
    if address is None:
        abort(403)
    return redirect(address)
