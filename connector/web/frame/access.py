"""Who may enter: looked at before every page, so that no page can forget it.

A request in; an answer when it may not go on, else the `Visit` that every page works with. The order is: the schema,
who is looking, the portal, their permission in it, and last the form's own token.
"""

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from connector.core.ports.lms import Portal, Viewer
from connector.services import Services
from connector.web.frame.forms import ActionForm

#: The blueprint's name, which begins every endpoint.
NAME = "connector"
#: Pages that belong to no portal: the way in, and the way back from Paycor.
WITHOUT_PORTAL = (f"{NAME}.index", f"{NAME}.callback")
STATIC = f"{NAME}.static"
_NOTICE = "connector_notice"


@dataclass(frozen=True, slots=True)
class Visit:
    """One admitted request: who is looking, and at which portal."""

    services: Services
    viewer: Viewer
    portal: Portal


def services() -> Services:
    """The connector of this application."""
    return cast(Services, current_app.extensions[NAME])


def visit() -> Visit:
    """The request at hand; only after `admit` has let it in."""
    return Visit(services(), g.connector_viewer, g.connector_portal)


def viewer() -> Viewer:
    """Whoever is looking, on the pages without a portal too."""
    return cast(Viewer, g.connector_viewer)


def pull_portal(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the portal out of the address, so that no page has to name it."""
    g.connector_portal_id = (values or {}).pop("portal_id", None)


def inject_portal(endpoint: str, values: dict[str, Any]) -> None:
    """Put the portal at hand into the addresses that are made on a page."""
    portal_id = g.get("connector_portal_id")
    app: Flask = current_app
    if portal_id is not None and app.url_map.is_endpoint_expecting(endpoint, "portal_id"):
        values.setdefault("portal_id", portal_id)


def admit() -> Response | None:
    """Let the request in, or answer it.

    503 while the schema is behind; to the sign-in, or 403, when nobody is signed in; 404 for a portal that is not
    there, switched off or not the viewer's (rules A42, A43); 403 without full permission in it (rules A40, A41); 400
    for a form without its token.
    """
    if request.endpoint == STATIC:
        return None
    services().views.check_schema()
    found = services().lms.viewer()
    if found is None:
        return _to_sign_in()
    g.connector_viewer = found
    if request.endpoint not in WITHOUT_PORTAL:
        g.connector_portal = _portal(found, g.connector_portal_id)
    elif not found.full:
        abort(403)
    if request.method == "POST" and not ActionForm().validate():
        abort(
            400, "This page was open for too long, or was not sent from here. Go back, reload it, try again."
        )
    return None


def flash(text: str) -> None:
    """Tell the viewer something on the next page they see."""
    session[_NOTICE] = text


def pop_flash() -> str | None:
    """What there is to tell, once. It is kept apart from the LMS's own notices, which its layout may show itself."""
    return cast("str | None", session.pop(_NOTICE, None))


def _portal(found: Viewer, portal_id: str) -> Portal:
    portal = services().lms.portal(portal_id)
    if portal is None or portal_id not in found.portals:
        abort(404)
    if portal_id not in found.full:
        abort(403)
    return portal


def _to_sign_in() -> Response:
    """A page is come back to after the sign-in; a form is not, for its answer cannot be asked for by GET."""
    come_back = request.full_path.rstrip("?") if request.method == "GET" else url_for(f"{NAME}.index")
    address = services().lms.sign_in_url(
        request.script_root + come_back if request.method == "GET" else come_back
    )
    if address is None:
        abort(403)
    return redirect(address)
