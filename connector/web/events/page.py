"""Instant updates: the address and the secret for Paycor, shown once, and the button that ends both."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.web.events.receive import ENDPOINT
from connector.web.frame import access
from connector.web.frame.addresses import public_address, require_public_url
from connector.web.frame.forms import ActionForm


def edit() -> str | Response:
    """Whether it is on and when the last event came; one button makes new secrets, the other switches it off."""
    visit = access.visit()
    access.require_connection(visit)
    events, portal_id = visit.services.events, visit.portal_id
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template(
            "connector/events/events.html", form=form, endpoint=events.endpoint(portal_id), secrets=None
        )
    if "close" in request.form:
        events.close(portal_id, visit.viewer_id)
        access.flash("Instant updates are off. The address and the secret no longer work.")
        return redirect(url_for("connector.events"))
    require_public_url()
    secrets = events.open(portal_id, visit.viewer_id)
    response = make_response(
        render_template(
            "connector/events/events.html",
            form=form,
            endpoint=events.endpoint(portal_id),
            secrets=secrets,
            address=public_address(ENDPOINT, path=secrets.path),
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response
