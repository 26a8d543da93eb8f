"""The to-do list: each kind of finding with its head count and advice, and the people behind each."""

from flask import render_template, request

from connector.core.model.findings import FixedBy
from connector.web.frame import access
from connector.web.frame.bounds import optional_row_id
from connector.words.findings import finding_text


def show() -> str:
    """The kinds, first those that need action; with `?code=`, the people behind that one."""
    visit = access.visit()
    views, portal_id = visit.services.views, visit.portal_id
    code = request.args.get("code")
    if code:
        page = views.findings(portal_id, code, optional_row_id(request.args, "after"))
        return render_template("connector/people/todo_kind.html", kind=finding_text(code), page=page)
    counted = [(finding_text(code), count) for code, count in views.finding_counts(portal_id)]
    return render_template(
        "connector/people/todo.html",
        to_do=[(kind, count) for kind, count in counted if kind.fixed_by is not FixedBy.NOBODY],
        explained=[(kind, count) for kind, count in counted if kind.fixed_by is FixedBy.NOBODY],
    )
