"""Syncs and previews: asking for one, watching it, reading its result, and the history of all."""

from collections.abc import Mapping

from flask import abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.model.operation import GROUP
from connector.core.model.report import COUNTED_AS
from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.core.ports.host import OutcomeStatus
from connector.errors import HostError
from connector.services.views.views import Progress, RunView
from connector.web.frame import access, words
from connector.web.frame.forms import ActionForm

#: Whose rows of a plan can be looked at: the kinds of operations, and those that the LMS did not do.
REFUSED = "refused"
#: The outcomes of rows that were carried out.
DONE = frozenset(status.value for status in OutcomeStatus if status.is_done)
#: Whose rows an undo has left as they are.
LEFT = "left"


def sync() -> Response:
    """Ask for a sync; it runs in the background, and the viewer is shown how far it is (rules A24, A28)."""
    return _requested(RunMode.SYNC)


def preview() -> Response:
    """Ask for a preview: the same reading and deciding, and nothing applied."""
    return _requested(RunMode.PREVIEW)


def _requested(mode: RunMode) -> Response:
    visit = access.visit()
    run_id = visit.services.runs.request(
        visit.portal.portal_id, mode, RunTrigger.MANUAL, visit.viewer.viewer_id
    )
    return redirect(url_for("connector.run", run_id=run_id))


def history() -> str:
    """Every run, newest first."""
    visit = access.visit()
    page = visit.services.views.runs(visit.portal.portal_id, request.args.get("before", type=int))
    return render_template("connector/runs/runs.html", page=page)


def show(run_id: int) -> str:
    """One run: how far it is while it runs, its result when it is over."""
    visit = access.visit()
    services, portal_id = visit.services, visit.portal.portal_id
    run = of_portal(visit, run_id)
    if not run.is_over:
        return render_template("connector/runs/run_open.html", run=run, text=_progress_text(run))
    kind = kind_shown(run)
    entries = services.views.entries(
        portal_id,
        run_id,
        kind if kind in COUNTED_AS else None,
        request.args.get("after", type=int),
        refused=kind == REFUSED,
        left=kind == LEFT,
    )
    return render_template(
        "connector/runs/run.html",
        run=run,
        kind=kind,
        kinds=list(COUNTED_AS),
        shown=kinds_of(run, kind),
        entries=entries,
        labels=field_labels(visit),
        links=services.lms.links(portal_id, run.started_at or run.requested_at),
        mending=words.remedy(run.error_code),
        done=DONE,
        undoable=not services.undo.refusal(portal_id, run_id),
        paused=services.pausing.is_paused(portal_id),
        form=ActionForm(),
    )


def progress(run_id: int) -> Response:
    """How far a run is, for the page that asks every second."""
    visit = access.visit()
    seen = visit.services.views.progress(visit.portal.portal_id, run_id)
    if seen is None:
        abort(404)
    response = jsonify(
        status=seen.status,
        over=seen.status.is_over,
        text=_progress_text(seen),
        done=seen.done,
        total=seen.total,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def of_portal(visit: access.Visit, run_id: int) -> RunView:
    """The run, or 404 when it is not the portal's."""
    run = visit.services.views.run(visit.portal.portal_id, run_id)
    if run is None:
        abort(404)
    return run


def kind_shown(run: RunView) -> str | None:
    """The kind of rows to show: the one asked for, else the first that there is any of."""
    asked = request.args.get("kind")
    if asked in (*COUNTED_AS, REFUSED, LEFT):
        return asked
    if run.report is None:
        return None
    there = (kind for kind, name in COUNTED_AS.items() if getattr(run.report, name))
    return next(there, LEFT if run.report.left else None)


def kinds_of(run: RunView, kind: str | None = None) -> list[str]:
    """The kinds of rows that there are, and the one that was asked for."""
    there = [one for one, name in COUNTED_AS.items() if run.report is None or getattr(run.report, name)]
    ahead = run.mode == RunMode.PREVIEW or run.status == RunStatus.HELD
    if run.report and run.report.left:
        there.append(LEFT)
    every = there if ahead else [*there, REFUSED]
    return every if kind is None or kind in every else [*every, kind]


def field_labels(visit: access.Visit) -> Mapping[str, str]:
    """The LMS's names for its fields, and for its groups by the names that operations use.

    An LMS that does not answer now costs the names, not the page.
    """
    try:
        configuring, portal_id = visit.services.settings, visit.portal.portal_id
        fields = {field.key: field.label for field in configuring.fields(portal_id)}
        return fields | {GROUP + group.group_id: group.name for group in configuring.groups(portal_id)}
    except HostError:
        return {}


def _progress_text(seen: Progress | RunView) -> str:
    phase = words.word("phase", seen.phase)
    if seen.total:
        return f"{phase}: {seen.done:,} of {seen.total:,}"
    return f"{phase}: {seen.done:,}" if seen.done else phase
