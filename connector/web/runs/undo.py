"""Undo a run, after a page that says what it will do; and pause and resume."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.web.frame import access
from connector.web.frame.forms import ActionForm
from connector.web.runs import runs
from connector.words.runs import LEFT_REASONS, UNDONE


def undo(run_id: int) -> str | Response:
    """Undo a run, or only what it did to the employee in the address; the page asks first, with counts (rule X6)."""
    visit = access.visit()
    run = runs.run_or_404(visit, run_id)
    undo, portal_id = visit.services.undo, visit.portal_id
    employee_id = request.args.get("employee") or None
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template(
            "connector/runs/undo.html",
            run=run,
            preview=undo.preview(portal_id, run_id, employee_id),
            undone_words=UNDONE,
            left_words=LEFT_REASONS,
            form=form,
        )
    undo_id = undo.undo(portal_id, run_id, visit.viewer_id, employee_id)
    if employee_id is None:
        access.flash("The run is being undone, and the connection is paused.")
    else:
        access.flash("It is being undone for this person; the sync leaves them alone for 30 days.")
    return redirect(url_for("connector.run", run_id=undo_id))


def pause() -> Response:
    """Stop all automatic runs until an admin resumes (rule D17)."""
    visit = access.visit()
    visit.services.connection.pause(visit.portal_id, visit.viewer_id)
    access.flash("The connection is paused. Nothing runs until you resume it.")
    return redirect(url_for("connector.overview"))


def resume() -> Response:
    """End the pause: syncs run again."""
    visit = access.visit()
    visit.services.connection.resume(visit.portal_id, visit.viewer_id)
    access.flash("The connection is active again. The next daily sync is at its usual hour.")
    return redirect(url_for("connector.overview"))
