"""One person: why they have their status, every change of their account, and a sync of this person alone.

A URL never contains a name or an email: a search sends them in a form, and the result has the employee id.
"""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.services.people.explain import explain, timeline
from connector.services.views.person import Explanation
from connector.web.frame import access
from connector.web.frame.bounds import optional_row_id
from connector.web.frame.forms import PersonForm
from connector.web.people import steps
from connector.words.people import NOT_FOUND


def show() -> str | Response:
    """Search for a person, or show the one whose employee id is in the address."""
    visit = access.visit()
    wiring, portal_id = visit.services.wiring, visit.portal_id
    form = PersonForm()
    if form.validate_on_submit():
        explanation = explain(wiring, portal_id, form.who.data or "")
        if explanation and explanation.employee_id and not explanation.also:
            return redirect(url_for("connector.person", employee=explanation.employee_id))
        return _page(visit, form, explanation, NOT_FOUND if explanation is None else "")
    employee_id = request.args.get("employee", "")
    by_id = request.method == "GET" and employee_id and "@" not in employee_id
    explanation = explain(wiring, portal_id, employee_id) if by_id else None
    return _page(visit, form, explanation, NOT_FOUND if employee_id and explanation is None else "")


def sync() -> Response:
    """Queue a sync of one person and show its progress; it runs in the background."""
    visit = access.visit()
    run_id = visit.services.runs.request_one(
        visit.portal_id, request.form.get("employee", ""), visit.viewer_id
    )
    return redirect(url_for("connector.run", run_id=run_id))


def _page(visit: access.Visit, form: PersonForm, explanation: Explanation | None, error: str) -> str:
    before = optional_row_id(request.args, "before")
    key = explanation.person_key if explanation else ""
    labels = visit.services.options.labels(visit.portal_id) if explanation else {}
    return render_template(
        "connector/people/person.html",
        form=form,
        explanation=explanation,
        steps=[steps.step_line(step, labels) for step in explanation.steps] if explanation else [],
        error=error,
        timeline=timeline(visit.services.wiring, visit.portal_id, key, before),
        labels=labels,
    )
