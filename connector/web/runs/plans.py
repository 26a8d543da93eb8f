"""A stored plan: applied as it was seen, released in whole or in part, thrown away, or written to a file."""

from collections.abc import Iterator

from flask import Response as Streamed
from flask import abort, redirect, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response

from connector.services.runs.request import Part
from connector.services.views.views import RunView
from connector.web.frame import access
from connector.web.frame.forms import ActionForm, PlanForm, RowsForm
from connector.web.runs import runs

NOTHING_TICKED = "Tick at least one row."


def apply(run_id: int) -> Response:
    """Apply a preview: exactly the plan whose digest the page has shown (rule X2)."""
    visit = access.visit()
    form = PlanForm()
    if not form.validate_on_submit():
        abort(400)
    applying = visit.services.runs.apply(
        visit.portal.portal_id, run_id, visit.viewer.viewer_id, digest=form.digest.data
    )
    access.flash("What you saw is applied now, except where something has moved since.")
    return redirect(url_for("connector.run", run_id=applying))


def release(run_id: int) -> str | Response:
    """Let a held run go on: all of it, the safe part, or the rows that are ticked (rule X4)."""
    visit = access.visit()
    run = runs.of_portal(visit, run_id)
    form = RowsForm()
    ticked = list(form.row.data or ())
    if form.validate_on_submit() and (ticked or "ticked" not in request.form):
        whole = Part.SAFE if "safe" in request.form else Part.ALL
        applying = visit.services.runs.apply(
            visit.portal.portal_id,
            run_id,
            visit.viewer.viewer_id,
            part=ticked if "ticked" in request.form else whole,
        )
        access.flash("What you released is applied now, except where something has moved since.")
        return redirect(url_for("connector.run", run_id=applying))
    return _release_page(visit, run, form)


def discard(run_id: int) -> str | Response:
    """Throw a held run away, after a second look."""
    visit = access.visit()
    run = runs.of_portal(visit, run_id)
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("connector/runs/discard.html", run=run, form=form)
    visit.services.runs.discard(visit.portal.portal_id, run_id, visit.viewer.viewer_id)
    access.flash("The sync is discarded. Nothing was changed.")
    return redirect(url_for("connector.run", run_id=run_id))


def as_csv(run_id: int) -> Response:
    """The rows of a run as a file for a spreadsheet (rule X1)."""
    visit = access.visit()
    run = runs.of_portal(visit, run_id)
    lines = visit.services.exports.as_csv(visit.portal.portal_id, run.run_id, runs.field_labels(visit))
    return _file(lines, "text/csv", f"paycor-run-{run_id}.csv")


def as_json(run_id: int) -> Response:
    """The same for a program."""
    visit = access.visit()
    run = runs.of_portal(visit, run_id)
    lines = visit.services.exports.as_json(visit.portal.portal_id, run.run_id)
    return _file(lines, "application/json", f"paycor-run-{run_id}.json")


def _file(lines: Iterator[str], mimetype: str, name: str) -> Response:
    """A download that is written while it is read, whatever its length; nobody in between keeps it."""
    answer = Streamed(stream_with_context(lines), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _release_page(visit: access.Visit, run: RunView, form: RowsForm) -> str:
    kind = runs.kind_shown(run)
    page = visit.services.views.entries(
        visit.portal.portal_id, run.run_id, kind, request.args.get("after", type=int), waiting=True
    )
    return render_template(
        "connector/runs/release.html",
        run=run,
        form=form,
        kind=kind,
        kinds=runs.kinds_of(run),
        entries=page,
        labels=runs.field_labels(visit),
        error=NOTHING_TICKED if request.method == "POST" else "",
    )
