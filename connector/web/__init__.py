"""The settings pages: the blueprint and its list of addresses.

Pages turn forms into calls of the services, and their answers into HTML. They never touch the database, Paycor or
the LMS's user API themselves.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from jinja2 import UndefinedError

from connector.errors import ConnectorError
from connector.web import completions
from connector.web.connection import connect, overview
from connector.web.events import page as events_page
from connector.web.frame import access, bounds, errors, protection, screen
from connector.web.frame.csrf import skip_csrf_of_the_lms
from connector.web.people import exceptions, handovers, invitations, matches, person, todo
from connector.web.runs import plans, runs, undo
from connector.web.settings import group_rules, limits, mapping, restore, scope
from connector.web.settings import invitations as invite_settings

#: Address, endpoint, function, methods. All addresses but the first two belong to one portal.
PAGES: tuple[tuple[str, str, Callable[..., Any], tuple[str, ...]], ...] = (
    ("/", "index", overview.index, ("GET",)),
    ("/oauth/callback", "callback", connect.callback, ("GET",)),
    ("/<portal_id>/", "integrations", overview.integrations, ("GET",)),
    ("/<portal_id>/paycor", "overview", overview.show, ("GET",)),
    ("/<portal_id>/paycor/changes", "changes", overview.changes, ("GET",)),
    ("/<portal_id>/paycor/changes/<connector_row:line_id>/restore", "restore", restore.edit, ("GET", "POST")),
    ("/<portal_id>/paycor/connect", "connect", connect.connect, ("GET", "POST")),
    ("/<portal_id>/paycor/connect/paste", "paste", connect.paste, ("GET", "POST")),
    ("/<portal_id>/paycor/review", "review", connect.review, ("GET", "POST")),
    ("/<portal_id>/paycor/finish", "finish", connect.finish, ("GET", "POST")),
    ("/<portal_id>/paycor/disconnect", "disconnect", connect.disconnect, ("GET", "POST")),
    ("/<portal_id>/paycor/mapping", "mapping", mapping.edit, ("GET", "POST")),
    ("/<portal_id>/paycor/invites", "invites", invite_settings.edit, ("GET", "POST")),
    ("/<portal_id>/paycor/safety", "safety", limits.edit, ("GET", "POST")),
    ("/<portal_id>/paycor/exceptions", "exceptions", exceptions.edit, ("GET", "POST")),
    ("/<portal_id>/paycor/disputes", "matches", matches.show, ("GET",)),
    ("/<portal_id>/paycor/disputes/<employee_id>", "match", matches.decide, ("GET", "POST")),
    ("/<portal_id>/paycor/handovers", "handovers", handovers.show, ("GET", "POST")),
    ("/<portal_id>/paycor/scope", "scope", scope.edit, ("GET", "POST")),
    ("/<portal_id>/paycor/groups", "group_rules", group_rules.edit, ("GET", "POST")),
    ("/<portal_id>/paycor/sync", "sync", runs.sync, ("POST",)),
    ("/<portal_id>/paycor/preview", "preview", runs.preview, ("POST",)),
    ("/<portal_id>/paycor/runs", "runs", runs.history, ("GET",)),
    ("/<portal_id>/paycor/runs/<connector_row:run_id>", "run", runs.show, ("GET",)),
    ("/<portal_id>/paycor/runs/<connector_row:run_id>/progress", "progress", runs.progress, ("GET",)),
    ("/<portal_id>/paycor/runs/<connector_row:run_id>/release", "release", plans.release, ("GET", "POST")),
    ("/<portal_id>/paycor/runs/<connector_row:run_id>/discard", "discard", plans.discard, ("GET", "POST")),
    ("/<portal_id>/paycor/runs/<connector_row:run_id>/apply", "apply", plans.apply, ("POST",)),
    ("/<portal_id>/paycor/runs/<connector_row:run_id>/plan.csv", "plan_csv", plans.as_csv, ("GET",)),
    ("/<portal_id>/paycor/runs/<connector_row:run_id>/plan.json", "plan_json", plans.as_json, ("GET",)),
    ("/<portal_id>/paycor/runs/<connector_row:run_id>/undo", "undo", undo.undo, ("GET", "POST")),
    ("/<portal_id>/paycor/pause", "pause", undo.pause, ("POST",)),
    ("/<portal_id>/paycor/resume", "resume", undo.resume, ("POST",)),
    ("/<portal_id>/paycor/findings", "todo", todo.show, ("GET",)),
    ("/<portal_id>/paycor/person", "person", person.show, ("GET", "POST")),
    ("/<portal_id>/paycor/person/sync", "sync_person", person.sync, ("POST",)),
    ("/<portal_id>/paycor/untold", "not_invited", invitations.not_invited, ("GET", "POST")),
    ("/<portal_id>/paycor/unanswered", "no_answer", invitations.no_answer, ("GET", "POST")),
    ("/<portal_id>/paycor/events", "events", events_page.edit, ("GET", "POST")),
    ("/<portal_id>/paycor/completions", "completions", completions.edit, ("GET", "POST")),
)


def blueprint() -> Blueprint:
    """The pages, which the host registers under the mount that the manifest names.

    Static files are under the mount as well, so that they never collide with the LMS's own.
    """
    pages = Blueprint(
        access.NAME,
        "connector",
        template_folder="templates",
        static_folder="static",
        static_url_path="/_static",
    )
    pages.record_once(lambda state: state.app.url_map.converters.update({bounds.ROW: bounds.RowIds}))
    pages.url_value_preprocessor(bounds.refuse_large_body)
    # `access.admit` checks the token of every form.
    skip_csrf_of_the_lms(pages)
    pages.url_value_preprocessor(access.pull_portal)
    pages.url_defaults(access.inject_portal)
    pages.before_request(access.admit)
    pages.context_processor(screen.context)
    pages.record_once(protection.install)
    pages.register_error_handler(ConnectorError, errors.page)
    pages.register_error_handler(UndefinedError, errors.explain_undefined)
    for address, endpoint, page, methods in PAGES:
        pages.add_url_rule(address, endpoint, page, methods=methods)
    return pages
