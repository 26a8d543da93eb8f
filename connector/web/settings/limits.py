"""Safety: how much a sync may do before it is held, and what proves that the list from Paycor is whole."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.model.limits import Metric
from connector.services.settings.invalid import InvalidSettings
from connector.web.frame import access
from connector.web.frame.forms import lines
from connector.web.settings.limits_form import SafetyForm, given


def edit() -> str | Response:
    """The form; Save changes keeps all of it for this portal, a mistake keeps what was typed."""
    visit = access.visit()
    portal_id = visit.portal.portal_id
    services = visit.services
    if services.views.connection(portal_id) is None:
        return redirect(url_for("connector.overview"))
    policy = services.settings.policy(portal_id)
    form = SafetyForm(**given(policy))
    if form.validate_on_submit():
        try:
            kept = [one for one in policy.canaries if one in (form.kept.data or ())]
            added = services.people.each(portal_id, lines(form.canaries.data), "canaries")
            watched = tuple(dict.fromkeys((*kept, *added)))
            services.settings.revise(
                portal_id, visit.viewer.viewer_id, lambda saved: form.policy(saved, watched)
            )
        except InvalidSettings as error:
            form.take_errors(error.errors)
        else:
            access.flash("The limits are saved. They hold from the next sync on.")
            return redirect(url_for("connector.safety"))
    return render_template(
        "connector/settings/limits.html",
        form=form,
        measures=list(Metric),
        watched=services.people.named(portal_id, policy.canaries),
        unkept=set(policy.canaries) - set(form.kept.data or ()) if request.method == "POST" else set(),
    )
