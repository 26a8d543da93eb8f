"""The to-do list: what is to be known or mended, by kind with head counts, and the people behind each."""

from flask import render_template, request

from connector.web.frame import access, words


def show() -> str:
    """The kinds, what somebody has to act on first; with `?code=`, the people behind that one."""
    visit = access.visit()
    reading, portal_id = visit.services.views, visit.portal.portal_id
    code = request.args.get("code")
    if code:
        page = reading.findings(portal_id, code, request.args.get("after", type=int))
        return render_template("connector/people/todo_kind.html", kind=words.finding(code), page=page)
    counted = [(words.finding(code), count) for code, count in reading.finding_counts(portal_id)]
    return render_template(
        "connector/people/todo.html",
        to_do=[(kind, count) for kind, count in counted if kind.needs_action],
        explained=[(kind, count) for kind, count in counted if not kind.needs_action],
    )
