"""Group rules: who is put into which group of the LMS, for one that has no dynamic rules of its own (X24)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.model.attributes import label_of
from connector.core.model.settings import GroupRule, Operator
from connector.services.settings.invalid import InvalidSettings
from connector.web.frame import access
from connector.web.frame.forms import ActionForm, by_permission
from connector.web.settings import conditions
from connector.web.settings.conditions import TypedCondition

#: More than can be saved, so that whoever goes over the limit is told so.
_MOST = 100


@dataclass(frozen=True, slots=True)
class TypedRule:
    """A rule as it stands on the page; everything may be empty still."""

    group_id: str = ""
    conditions: Sequence[TypedCondition] = (TypedCondition(),)
    error: str = ""


def edit() -> str | Response:
    """The rules as saved, or as typed so far; Save changes keeps all of them, a mistake keeps what was typed."""
    visit = access.visit()
    configuring, portal_id = visit.services.settings, visit.portal.portal_id
    if visit.services.views.connection(portal_id) is None:
        return redirect(url_for("connector.overview"))
    if not ActionForm().validate_on_submit():
        saved = configuring.policy(portal_id).group_rules
        return _page(visit, [TypedRule(one.group_id, conditions.saved(one.conditions)) for one in saved])
    if any(name in request.form for name in ("add", "remove", "add_rule", "remove_rule")):
        return _page(visit, _after_button())
    rules = [replace(one, conditions=conditions.filled(one.conditions)) for one in _typed()]
    meant = tuple(GroupRule(one.group_id, conditions.meant(one.conditions)) for one in rules)
    try:
        configuring.revise(
            portal_id, visit.viewer.viewer_id, lambda policy: replace(policy, group_rules=meant)
        )
    except InvalidSettings as error:
        marked = [
            TypedRule(
                one.group_id,
                conditions.marked(one.conditions, f"rule.{number}", error.errors),
                str(error.errors.get(f"rule.{number}", "")),
            )
            for number, one in enumerate(rules)
        ]
        return _page(visit, marked, problem=str(error.errors.get("rules") or "Look at what is marked below."))
    access.flash("The group rules are saved. They take effect at the next sync; look at a preview first.")
    return redirect(url_for("connector.group_rules"))


def _typed() -> list[TypedRule]:
    groups = request.form.getlist("group")[:_MOST]
    return [
        TypedRule(group_id, conditions.typed(request.form, f"rule.{number}"))
        for number, group_id in enumerate(groups)
    ]


def _after_button() -> list[TypedRule]:
    """The rules after the button that was pressed: one rule or condition more, or one less."""
    rules = [
        replace(one, conditions=conditions.after_button(request.form, f"rule.{number}"))
        for number, one in enumerate(_typed())
    ]
    if "add_rule" in request.form:
        return [*rules, TypedRule()]
    removed = request.form.get("remove_rule", "")
    return [one for number, one in enumerate(rules) if removed != str(number)]


def _page(visit: access.Visit, rules: Sequence[TypedRule], problem: str = "") -> str:
    configuring, portal_id = visit.services.settings, visit.portal.portal_id
    attributes = configuring.attributes(portal_id)
    return render_template(
        "connector/settings/group_rules.html",
        form=ActionForm(),
        rules=rules,
        groups=configuring.groups(portal_id),
        attributes=by_permission(attributes),
        offered={one.key for one in attributes},
        operators=[one.value for one in Operator],
        label_of=label_of,
        unsaved=request.method == "POST",
        problem=problem,
    )
