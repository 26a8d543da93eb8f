"""Event nudges: the address and the secret that Paycor is given, shown once; and an end to both."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.web.events.receive import ENDPOINT
from connector.web.frame import access
from connector.web.frame.addresses import public
from connector.web.frame.forms import ActionForm


def edit() -> str | Response:
    """Whether there is a door and when it last heard something; its two buttons make a new one, or close it."""
    visit = access.visit()
    nudging, portal_id = visit.services.events, visit.portal.portal_id
    if visit.services.views.connection(portal_id) is None:
        return redirect(url_for("connector.overview"))
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template(
            "connector/events/events.html", form=form, door=nudging.door(portal_id), made=None
        )
    if "close" in request.form:
        nudging.close(portal_id, visit.viewer.viewer_id)
        access.flash("Event nudges are off. The address and the secret are good for nothing from now on.")
        return redirect(url_for("connector.events"))
    made = nudging.open(portal_id, visit.viewer.viewer_id)
    response = make_response(
        render_template(
            "connector/events/events.html",
            form=form,
            door=nudging.door(portal_id),
            made=made,
            address=public(ENDPOINT, path=made.path),
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response
