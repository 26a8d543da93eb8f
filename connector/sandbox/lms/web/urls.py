"""The address of every page: the blueprint of the LMS, and nothing else."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from connector.sandbox.lms.web.pages import (
    courses,
    fields,
    groups,
    home,
    outbox,
    pending,
    portal,
    rules,
    sign_in,
    user,
    users,
)
from connector.sandbox.lms.web.pages.common import local

READ = ("GET",)
WRITE = ("POST",)
FORM = ("GET", "POST")

PAGES: tuple[tuple[str, str, Callable[..., Any], tuple[str, ...]], ...] = (
    ("/", "home", home.home, READ),
    ("/login", "sign_in", sign_in.sign_in, FORM),
    ("/logout", "sign_out", sign_in.sign_out, WRITE),
    ("/password", "own_password", sign_in.own_password, FORM),
    ("/invitation/<token>", "invitation", sign_in.invitation, FORM),
    ("/p/<slug>/login", "portal_sign_in", sign_in.sign_in, FORM),
    ("/p/<slug>/sso", "sso", sign_in.sso, FORM),
    ("/p/<slug>/password-link", "forgotten", sign_in.forgotten, FORM),
    ("/p/<slug>/", "dashboard", home.dashboard, READ),
    ("/p/<slug>/courses", "my_courses", home.my_courses, READ),
    ("/p/<slug>/courses/<int:course_id>", "course", home.course, READ),
    ("/p/<slug>/courses/<int:course_id>/finish", "finish_course", home.finish_course, WRITE),
    ("/p/<slug>/users", "users", users.users, READ),
    ("/p/<slug>/users.csv", "export_csv", users.export_csv, READ),
    ("/p/<slug>/users/pending", "pending", pending.pending, READ),
    ("/p/<slug>/users/new", "new_user", user.new_user, FORM),
    ("/p/<slug>/users/<user_id>", "user", user.user, FORM),
    ("/p/<slug>/users/<user_id>/invite", "invite_user", user.invite_user, WRITE),
    ("/p/<slug>/users/<user_id>/withdraw", "withdraw_invitation", pending.withdraw_invitation, WRITE),
    ("/p/<slug>/learning/groups", "groups", groups.groups, FORM),
    ("/p/<slug>/learning/groups/<int:group_id>", "group", groups.group, FORM),
    ("/p/<slug>/learning/groups/<int:group_id>/delete", "delete_group", groups.delete_group, WRITE),
    ("/p/<slug>/learning/groups/<int:group_id>/leave/<user_id>", "leave_group", groups.leave_group, WRITE),
    ("/p/<slug>/learning/rules", "rules", rules.rules, FORM),
    ("/p/<slug>/learning/rules/<int:rule_id>/delete", "delete_rule", rules.delete_rule, WRITE),
    ("/p/<slug>/learning/courses", "courses", courses.courses, READ),
    ("/p/<slug>/learning/courses/new", "new_course", courses.new_course, FORM),
    ("/p/<slug>/learning/courses/<int:course_id>", "edit_course", courses.edit_course, FORM),
    ("/p/<slug>/settings/portal", "portal", portal.portal, FORM),
    ("/p/<slug>/settings/fields", "fields", fields.fields, READ),
    ("/p/<slug>/settings/fields/new", "new_field", fields.new_field, FORM),
    ("/p/<slug>/settings/fields/<int:field_id>", "field", fields.field, FORM),
    ("/p/<slug>/settings/fields/<int:field_id>/delete", "delete_field", fields.delete_field, WRITE),
    ("/p/<slug>/settings/outbox", "outbox", outbox.outbox, FORM),
    ("/p/<slug>/settings/outbox/<int:mail_id>", "outbox_mail", outbox.outbox_mail, READ),
)

blueprint = Blueprint("lms", __name__)
for rule, endpoint, view, methods in PAGES:
    blueprint.add_url_rule(rule, endpoint, view, methods=list(methods))
blueprint.add_app_template_filter(local)
