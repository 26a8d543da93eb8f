"""Finished courses to Paycor: a consent of its own, and what happened to what was sent."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.model.run import RunMode, RunTrigger
from connector.errors import SourceError
from connector.web.frame import access
from connector.web.frame.forms import ActionForm, CompletionsConsentForm


def edit() -> str | Response:
    """Off: the consent. On: how many are in each state, and the buttons that send, send again, and switch off."""
    visit = access.visit()
    access.require_connection(visit)
    completions, portal_id = visit.services.completions, visit.portal_id
    if completions.view(portal_id).is_on:
        return _on(visit)
    form = CompletionsConsentForm()
    problem: SourceError | None = None
    if form.validate_on_submit():
        try:
            completions.switch_on(portal_id, visit.viewer_id)
        except SourceError as error:
            problem = error
        else:
            access.flash("From now on finished courses are sent to Paycor, once a day after the sync.")
            return redirect(url_for("connector.completions"))
    return render_template(
        "connector/completions/off.html",
        form=form,
        view=completions.view(portal_id),
        permissions=completions.permissions(),
        problem=problem,
    )


def _on(visit: access.Visit) -> str | Response:
    completions, portal_id, viewer_id = visit.services.completions, visit.portal_id, visit.viewer_id
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("connector/completions/on.html", form=form, view=completions.view(portal_id))
    if "off" in request.form:
        completions.switch_off(portal_id, viewer_id)
        access.flash("Finished courses are not sent to Paycor any more. What is there stays there.")
        return redirect(url_for("connector.completions"))
    if "again" in request.form:
        completions.send_again(portal_id, viewer_id)
    run_id = visit.services.runs.request(portal_id, RunMode.COMPLETIONS, RunTrigger.MANUAL, viewer_id)
    return redirect(url_for("connector.run", run_id=run_id))
