"""A stored plan: applied as the admin saw it, released in whole or in part, discarded, or written to a file."""

from collections.abc import Iterator

from flask import Response as StreamedResponse
from flask import abort, redirect, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response

from connector.services.runs.export import export_csv, export_json
from connector.services.runs.request import PlanPart
from connector.services.views.views import RunView
from connector.web.frame import access
from connector.web.frame.bounds import optional_row_id
from connector.web.frame.forms import ActionForm, PlanForm, RowsForm
from connector.web.runs import runs

NONE_TICKED = "Tick at least one row."


def apply(run_id: int) -> Response:
    """Apply a preview within the limits: exactly the plan whose digest the page showed (rule X2)."""
    visit = access.visit()
    form = PlanForm()
    if not form.validate_on_submit():
        abort(400)
    applying_id = visit.services.runs.apply(visit.portal_id, run_id, visit.viewer_id, digest=form.digest.data)
    access.flash("What you saw is applied now, except where something has moved since.")
    return redirect(url_for("connector.run", run_id=applying_id))


def release(run_id: int) -> str | Response:
    """Release a held sync, or a preview over the limits: all of it, the safe part, or the ticked rows (rule X4)."""
    visit = access.visit()
    run = runs.run_or_404(visit, run_id)
    form = RowsForm()
    ticked = list(form.row.data or ())
    if form.validate_on_submit() and (ticked or "ticked" not in request.form):
        part = PlanPart.SAFE if "safe" in request.form else PlanPart.ALL
        applying_id = visit.services.runs.release(
            visit.portal_id,
            run_id,
            visit.viewer_id,
            part=ticked if "ticked" in request.form else part,
        )
        access.flash("What you released is applied now, except where something has moved since.")
        return redirect(url_for("connector.run", run_id=applying_id))
    return _release_page(visit, run, form)


def discard(run_id: int) -> str | Response:
    """Discard a held run, after a page that asks."""
    visit = access.visit()
    run = runs.run_or_404(visit, run_id)
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("connector/runs/discard.html", run=run, form=form)
    visit.services.runs.discard(visit.portal_id, run_id, visit.viewer_id)
    access.flash("The plan is discarded. Nothing was changed by that.")
    return redirect(url_for("connector.run", run_id=run_id))


def as_csv(run_id: int) -> Response:
    """The rows of a run as a file for a spreadsheet (rule X1)."""
    visit = access.visit()
    run = runs.run_or_404(visit, run_id)
    labels = visit.services.options.labels(visit.portal_id)
    lines = export_csv(visit.services.wiring, visit.portal_id, run.run_id, labels)
    return _download(lines, "text/csv", f"paycor-run-{run_id}.csv")


def as_json(run_id: int) -> Response:
    """The rows of a run as a file for a program."""
    visit = access.visit()
    run = runs.run_or_404(visit, run_id)
    lines = export_json(visit.services.wiring, visit.portal_id, run.run_id)
    return _download(lines, "application/json", f"paycor-run-{run_id}.json")


def _download(lines: Iterator[str], mimetype: str, name: str) -> Response:
    """A download of any length, streamed while the rows are read; it has personal data, so no cache may keep it."""
    response = StreamedResponse(stream_with_context(lines), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _release_page(visit: access.Visit, run: RunView, form: RowsForm) -> str:
    kind = runs.selected_kind(run) if run.is_ahead else None
    entries = visit.services.views.entries(
        visit.portal_id, run.run_id, kind, optional_row_id(request.args, "after"), waiting=True
    )
    return render_template(
        "connector/runs/release.html",
        run=run,
        form=form,
        kind=kind,
        kinds=runs.kinds_of(run) if run.is_ahead else [],
        has_safe_part=bool(run.is_ahead and run.held and not run.held.feed_warning),
        entries=entries,
        labels=visit.services.options.labels(visit.portal_id),
        error=NONE_TICKED if request.method == "POST" else "",
    )
