"""Safety: how much a sync may do before it is held, and what proves that the list from Paycor is whole."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.guard import Measure
from connector.services.invalid import InvalidSettings
from connector.web import access
from connector.web.forms import lines
from connector.web.safety_form import SafetyForm, given


def edit() -> str | Response:
    """The form; Save changes keeps all of it for this portal, a mistake keeps what was typed."""
    visit = access.visit()
    portal_id = visit.portal.portal_id
    services = visit.services
    if services.reading.connection(portal_id) is None:
        return redirect(url_for("connector.overview"))
    policy = services.configuring.policy(portal_id)
    form = SafetyForm(**given(policy))
    if form.validate_on_submit():
        try:
            kept = [one for one in policy.canaries if one in (form.kept.data or ())]
            added = services.people.each(portal_id, lines(form.canaries.data), "canaries")
            watched = tuple(dict.fromkeys((*kept, *added)))
            services.configuring.revise(
                portal_id, visit.viewer.viewer_id, lambda saved: form.policy(saved, watched)
            )
        except InvalidSettings as error:
            form.take_errors(error.errors)
        else:
            access.say("The limits are saved. They hold from the next sync on.")
            return redirect(url_for("connector.safety"))
    return render_template(
        "connector/safety.html",
        form=form,
        measures=list(Measure),
        watched=services.people.named(portal_id, policy.canaries),
        unkept=set(policy.canaries) - set(form.kept.data or ()) if request.method == "POST" else set(),
    )
