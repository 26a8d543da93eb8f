"""Completions back: a consent of its own, and what has become of what was sent."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.model.run import RunMode, RunTrigger
from connector.errors import SourceError
from connector.web.frame import access
from connector.web.frame.forms import ActionForm, SendingForm


def edit() -> str | Response:
    """Off: the consent. On: how many stand how, and the buttons that send, send again, and switch off."""
    visit = access.visit()
    completing, portal_id = visit.services.completions, visit.portal.portal_id
    if visit.services.views.connection(portal_id) is None:
        return redirect(url_for("connector.overview"))
    if completing.view(portal_id).is_on:
        return _on(visit)
    form = SendingForm()
    problem: SourceError | None = None
    if form.validate_on_submit():
        try:
            completing.switch_on(portal_id, visit.viewer.viewer_id)
        except SourceError as error:
            problem = error
        else:
            access.flash("From now on finished courses are sent to Paycor, once a day after the sync.")
            return redirect(url_for("connector.completions"))
    return render_template(
        "connector/completions/off.html",
        form=form,
        view=completing.view(portal_id),
        rights=completing.rights(),
        problem=problem,
    )


def _on(visit: access.Visit) -> str | Response:
    completing, portal_id, viewer_id = (
        visit.services.completions,
        visit.portal.portal_id,
        visit.viewer.viewer_id,
    )
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("connector/completions/on.html", form=form, view=completing.view(portal_id))
    if "off" in request.form:
        completing.switch_off(portal_id, viewer_id)
        access.flash("Finished courses are not sent to Paycor any more. What is there stays there.")
        return redirect(url_for("connector.completions"))
    if "again" in request.form:
        completing.send_again(portal_id, viewer_id)
    run_id = visit.services.runs.request(portal_id, RunMode.COMPLETIONS, RunTrigger.MANUAL, viewer_id)
    return redirect(url_for("connector.run", run_id=run_id))
