"""The Paycor page of a portal: how it stands, when it syncs, what to press."""

from flask import render_template, request
from werkzeug.wrappers import Response

from connector.core.model.connection import ConnectionState
from connector.web.frame import access, words
from connector.web.frame.forms import ActionForm, DisconnectForm


def show() -> str | Response:
    """The overview; without a connection, the way to make one."""
    visit = access.visit()
    services, portal_id = visit.services, visit.portal.portal_id
    connection = services.views.connection(portal_id)
    if connection is None or connection.state == ConnectionState.DISCONNECTED:
        return render_template("connector/connection/not_connected.html", before=connection)
    counts = services.views.finding_counts(portal_id)
    return render_template(
        "connector/connection/overview.html",
        connection=connection,
        attention=words.ATTENTION.get(connection.attention_code or "", words.ATTENTION_ELSE),
        allowed_at=services.runs.next_manual_at(portal_id),
        to_do=sum(count for code, count in counts if words.finding(code).needs_action),
        untold=bool(services.views.untold(portal_id).rows),
        checklist=services.lms.checklist(portal_id),
        beyond={
            "events": services.events.door(portal_id) is not None,
            "completions": services.completions.view(portal_id),
        },
        form=ActionForm(),
        disconnecting=DisconnectForm(),
    )


def changes() -> str:
    """Who changed what about the connection, newest first."""
    visit = access.visit()
    page = visit.services.views.audit(visit.portal.portal_id, request.args.get("before", type=int))
    return render_template("connector/connection/changes.html", page=page, me=visit.viewer.viewer_id)
