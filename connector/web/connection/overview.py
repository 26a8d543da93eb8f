"""HR Integrations, the list that says whether Paycor is Active (rule A48), and a portal's Paycor page with its log."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.model.connection import ConnectionState
from connector.core.model.findings import FixedBy
from connector.web.frame import access
from connector.web.frame.bounds import optional_row_id
from connector.web.frame.forms import ActionForm, DisconnectForm
from connector.words.connection import ATTENTION, ATTENTION_ELSE
from connector.words.findings import finding_text


def index() -> Response | str:
    """The viewer's portals in which the integration is switched on; a single one opens at once."""
    viewer, lms = access.viewer(), access.services().lms
    portals = [portal for portal_id in sorted(viewer.full) if (portal := lms.portal(portal_id))]
    if not portals:
        abort(404)
    if len(portals) == 1:
        return redirect(url_for("connector.integrations", portal_id=portals[0].portal_id))
    return render_template("connector/connection/index.html", portals=portals)


def integrations() -> str:
    """The integrations of a portal."""
    visit = access.visit()
    connection = visit.services.views.connection(visit.portal_id)
    return render_template("connector/connection/integrations.html", connection=connection)


def show() -> str | Response:
    """The overview: status, next sync, what to do. Without a connection it offers + Connect."""
    visit = access.visit()
    services, portal_id = visit.services, visit.portal_id
    connection = services.views.connection(portal_id)
    if connection is None or connection.state == ConnectionState.DISCONNECTED:
        return render_template("connector/connection/not_connected.html", before=connection)
    counts = services.views.finding_counts(portal_id)
    return render_template(
        "connector/connection/overview.html",
        connection=connection,
        attention=ATTENTION.get(connection.attention_code or "", ATTENTION_ELSE),
        allowed_at=services.runs.next_manual_at(portal_id),
        to_do=sum(count for code, count in counts if finding_text(code).fixed_by is not FixedBy.NOBODY),
        has_not_invited=bool(services.views.not_invited(portal_id).rows),
        checklist=services.lms.checklist(portal_id),
        events_on=services.events.endpoint(portal_id) is not None,
        completions=services.completions.view(portal_id),
        form=ActionForm(),
        disconnect_form=DisconnectForm(),
    )


def changes() -> str:
    """Who changed what about the connection, newest first."""
    visit = access.visit()
    page = visit.services.views.audit(visit.portal_id, optional_row_id(request.args, "before"))
    return render_template("connector/connection/changes.html", page=page, me=visit.viewer_id)
