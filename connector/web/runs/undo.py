"""Taking a run back, after a page that says what it comes to; and pause and resume."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.rules.undo import LEFT, RESTORED
from connector.web.frame import access
from connector.web.frame.forms import ActionForm
from connector.web.runs import runs


def undo(run_id: int) -> str | Response:
    """Undo a run, or what it has done to the one employee in the address; asked first, with counts (rule X6)."""
    visit = access.visit()
    run = runs.of_portal(visit, run_id)
    undoing, portal_id = visit.services.undo, visit.portal.portal_id
    employee_id = request.args.get("employee") or None
    form = ActionForm()
    if not form.validate_on_submit():
        seen = undoing.preview(portal_id, run_id, employee_id)
        return render_template(
            "connector/runs/undo.html", run=run, seen=seen, restored=RESTORED, left=LEFT, form=form
        )
    undo_id = undoing.undo(portal_id, run_id, visit.viewer.viewer_id, employee_id)
    if employee_id is None:
        access.flash("The run is being undone, and the connection is paused.")
    else:
        access.flash("It is being undone for this person; the sync leaves them alone for 30 days.")
    return redirect(url_for("connector.run", run_id=undo_id))


def pause() -> Response:
    """Let nothing run by itself from now on (rule D17)."""
    visit = access.visit()
    visit.services.pausing.pause(visit.portal.portal_id, visit.viewer.viewer_id)
    access.flash("The connection is paused. Nothing runs until you resume it.")
    return redirect(url_for("connector.overview"))


def resume() -> Response:
    """Let the syncs run again."""
    visit = access.visit()
    visit.services.pausing.resume(visit.portal.portal_id, visit.viewer.viewer_id)
    access.flash("The connection is active again. The next daily sync is at its usual hour.")
    return redirect(url_for("connector.overview"))
