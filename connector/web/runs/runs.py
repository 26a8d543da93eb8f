"""Syncs and previews: queue one, watch it, read its result, and the history of all."""

from flask import abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.model.report import COUNTED_AS
from connector.core.model.run import RunMode, RunTrigger
from connector.core.ports.host import OutcomeStatus
from connector.services.views.views import Progress, RunView
from connector.web.frame import access, words
from connector.web.frame.bounds import optional_row_id
from connector.web.frame.forms import ActionForm
from connector.words.connection import remedy_for

#: Filters of the rows of a run, next to the kinds of operations: rows that the LMS refused, rows that an undo left,
#: rows over a limit of growth that wait.
REFUSED, LEFT, HELD = "refused", "left", "held"
#: The outcomes of rows that were applied.
DONE = frozenset(status.value for status in OutcomeStatus if status.is_done)


def sync() -> Response:
    """Queue a sync and show its progress; it runs in the background (rules A24, A28)."""
    return _queue(RunMode.SYNC)


def preview() -> Response:
    """Queue a preview: it reads and decides as a sync does, and applies nothing."""
    return _queue(RunMode.PREVIEW)


def _queue(mode: RunMode) -> Response:
    visit = access.visit()
    run_id = visit.services.runs.request(visit.portal_id, mode, RunTrigger.MANUAL, visit.viewer_id)
    return redirect(url_for("connector.run", run_id=run_id))


def history() -> str:
    """Every run, newest first."""
    visit = access.visit()
    page = visit.services.views.runs(visit.portal_id, optional_row_id(request.args, "before"))
    return render_template("connector/runs/runs.html", page=page)


def show(run_id: int) -> str:
    """One run: its progress while it runs, its result when it is over."""
    visit = access.visit()
    services, portal_id = visit.services, visit.portal_id
    run = run_or_404(visit, run_id)
    if not run.is_over:
        return render_template("connector/runs/run_open.html", run=run, text=_progress_text(run))
    kind = selected_kind(run)
    entries = services.views.entries(
        portal_id,
        run_id,
        kind if kind in COUNTED_AS else None,
        optional_row_id(request.args, "after"),
        refused=kind == REFUSED,
        left=kind == LEFT,
        waiting=kind == HELD,
    )
    return render_template(
        "connector/runs/run.html",
        run=run,
        kind=kind,
        counted_kinds=list(COUNTED_AS),
        kinds=kinds_of(run, kind),
        entries=entries,
        labels=services.options.labels(portal_id),
        links=services.lms.links(portal_id, run.started_at or run.requested_at),
        remedy=remedy_for(run.error_code),
        done=DONE,
        can_undo=not services.undo.refusal(portal_id, run_id),
        is_paused=services.connection.is_paused(portal_id),
        form=ActionForm(),
    )


def progress(run_id: int) -> Response:
    """The progress of a run as JSON, for the page that polls it every second."""
    visit = access.visit()
    progress = visit.services.views.progress(visit.portal_id, run_id)
    if progress is None:
        abort(404)
    response = jsonify(
        status=progress.status,
        over=progress.status.is_over,
        text=_progress_text(progress),
        done=progress.done,
        total=progress.total,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def run_or_404(visit: access.Visit, run_id: int) -> RunView:
    """The run, or 404 when the portal has no such run."""
    run = visit.services.views.run(visit.portal_id, run_id)
    if run is None:
        abort(404)
    return run


def selected_kind(run: RunView) -> str | None:
    """The kind of rows to show: the one in the address, otherwise the first of which the run has any."""
    kind = request.args.get("kind")
    if kind in (*COUNTED_AS, REFUSED, LEFT, HELD):
        return kind
    if run.report is None:
        return None
    present = (kind for kind, name in COUNTED_AS.items() if getattr(run.report, name))
    return next(present, LEFT if run.report.left else None)


def kinds_of(run: RunView, selected: str | None = None) -> list[str]:
    """The kinds of rows that a run has, and the selected one even when it has none of it."""
    kinds = [kind for kind, name in COUNTED_AS.items() if run.report is None or getattr(run.report, name)]
    if run.report and run.report.left:
        kinds.append(LEFT)
    if run.report and run.report.held:
        kinds.append(HELD)
    if not run.is_ahead:
        kinds.append(REFUSED)
    return kinds if selected is None or selected in kinds else [*kinds, selected]


def _progress_text(progress: Progress | RunView) -> str:
    phase = words.word("phase", progress.phase)
    if progress.total:
        return f"{phase}: {progress.done:,} of {progress.total:,}"
    return f"{phase}: {progress.done:,}" if progress.done else phase
