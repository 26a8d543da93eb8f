"""One person: why they are in the state they are in, what has been done to them, and a sync of them alone.

No name and no address is ever in a URL: whoever is sought by one is sent in a form, and then shown by employee id.
"""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.services.views.person import Explanation
from connector.web.frame import access
from connector.web.frame.forms import PersonForm
from connector.web.people import steps
from connector.web.runs.runs import field_labels

NOBODY = (
    "Nobody is known by this, neither in the last read of Paycor nor in the LMS. "
    "Look for a slip of the pen, or sync first."
)


def show() -> str | Response:
    """Look for somebody, or show the one whose employee id is in the address."""
    visit = access.visit()
    explaining, portal_id = visit.services.explanations, visit.portal.portal_id
    form = PersonForm()
    if form.validate_on_submit():
        found = explaining.why(portal_id, form.who.data or "")
        if found and found.employee_id and not found.also:
            return redirect(url_for("connector.person", employee=found.employee_id))
        return _page(visit, form, found, NOBODY if found is None else "")
    wanted = request.args.get("employee", "")
    by_id = request.method == "GET" and wanted and "@" not in wanted
    found = explaining.why(portal_id, wanted) if by_id else None
    return _page(visit, form, found, NOBODY if wanted and found is None else "")


def sync() -> Response:
    """Ask for a sync of one person; it runs in the background, and the viewer is shown how far it is."""
    visit = access.visit()
    run_id = visit.services.runs.request_one(
        visit.portal.portal_id, request.form.get("employee", ""), visit.viewer.viewer_id
    )
    return redirect(url_for("connector.run", run_id=run_id))


def _page(visit: access.Visit, form: PersonForm, found: Explanation | None, error: str) -> str:
    before = request.args.get("before", type=int)
    key = found.person_key if found else ""
    labels = dict(field_labels(visit)) if found else {}
    return render_template(
        "connector/people/person.html",
        form=form,
        found=found,
        told=[steps.step_line(step, labels) for step in found.steps] if found else [],
        error=error,
        timeline=visit.services.explanations.timeline(visit.portal.portal_id, key, before),
        labels=labels,
    )
