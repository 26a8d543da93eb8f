"""HR Integrations: the way in, and the list that says whether Paycor is Active (rule A48)."""

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from connector.web.frame import access


def index() -> Response | str:
    """The viewer's portals, as far as the integration is on in them; a single one is gone to at once."""
    viewer, lms = access.viewer(), access.services().lms
    portals = [portal for portal_id in sorted(viewer.full) if (portal := lms.portal(portal_id))]
    if not portals:
        abort(404)
    if len(portals) == 1:
        return redirect(url_for("connector.integrations", portal_id=portals[0].portal_id))
    return render_template("connector/connection/index.html", portals=portals)


def show() -> str:
    """The integrations of a portal."""
    visit = access.visit()
    connection = visit.services.views.connection(visit.portal.portal_id)
    return render_template("connector/connection/integrations.html", connection=connection)
