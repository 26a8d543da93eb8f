"""Group rules: who is put into which group of the LMS, for one that has no dynamic rules of its own (X24)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.model.settings import GroupRule, Operator, SettingsSection
from connector.errors import SettingsConflict
from connector.services.invalid_settings import InvalidSettings
from connector.web.frame import access
from connector.web.frame.forms import ActionForm
from connector.web.settings import conditions, versions
from connector.web.settings.conditions import MAX_ROWS, TypedCondition
from connector.web.settings.row_forms import attribute_choices, without_row
from connector.web.settings.versions import FormVersion


@dataclass(frozen=True, slots=True)
class TypedRule:
    """A rule as the page shows it; everything may be empty so far."""

    group_id: str = ""
    conditions: Sequence[TypedCondition] = (TypedCondition(),)
    error: str = ""


def edit() -> tuple[str, int] | Response:
    """The rules as saved, or as typed so far; Save changes saves all of them, an error keeps what was typed."""
    visit = access.visit()
    access.require_connection(visit)
    if not ActionForm().validate_on_submit():
        saved = visit.services.settings.policy(visit.portal_id).group_rules
        return _page(
            visit, [TypedRule(rule.group_id, conditions.from_saved(rule.conditions)) for rule in saved]
        )
    if any(name in request.form for name in ("add", "remove", "add_rule", "remove_rule")):
        return _page(visit, _after_button())
    rules = [replace(rule, conditions=conditions.without_empty(rule.conditions)) for rule in _read_form()]
    try:
        _save(visit, rules)
    except SettingsConflict as conflict:
        return _page(visit, rules, shown=versions.after_conflict(conflict))
    except InvalidSettings as error:
        problem = str(error.errors.get("rules") or "Look at what is marked below.")
        return _page(visit, _with_errors(rules, error.errors), problem)
    access.flash("The group rules are saved. They take effect at the next sync; look at a preview first.")
    return redirect(url_for("connector.group_rules"))


def _save(visit: access.Visit, typed: Sequence[TypedRule]) -> None:
    rules = tuple(GroupRule(rule.group_id, conditions.to_conditions(rule.conditions)) for rule in typed)
    versions.save(
        visit,
        SettingsSection.GROUP_RULES,
        lambda choices: replace(choices, policy=replace(choices.policy, group_rules=rules)),
    )


def _read_form() -> list[TypedRule]:
    groups = request.form.getlist("group")[:MAX_ROWS]
    return [
        TypedRule(group_id, conditions.read_form(request.form, f"rule.{index}"))
        for index, group_id in enumerate(groups)
    ]


def _after_button() -> list[TypedRule]:
    """The rules after a button was pressed: one rule or condition more, or one less."""
    rules = [
        replace(rule, conditions=conditions.after_button(request.form, f"rule.{index}"))
        for index, rule in enumerate(_read_form())
    ]
    if "add_rule" in request.form:
        return [*rules, TypedRule()]
    return without_row(rules, request.form.get("remove_rule", ""))


def _with_errors(rules: Sequence[TypedRule], errors: Mapping[str | int, str]) -> list[TypedRule]:
    return [
        TypedRule(
            rule.group_id,
            conditions.with_errors(rule.conditions, f"rule.{index}", errors),
            str(errors.get(f"rule.{index}", "")),
        )
        for index, rule in enumerate(rules)
    ]


def _page(
    visit: access.Visit, rules: Sequence[TypedRule], problem: str = "", shown: FormVersion | None = None
) -> tuple[str, int]:
    shown = shown or versions.current(visit, SettingsSection.GROUP_RULES)
    page = render_template(
        "connector/settings/group_rules.html",
        form=ActionForm(),
        shown=shown,
        rules=rules,
        groups=visit.services.options.groups(visit.portal_id),
        operators=[operator.value for operator in Operator],
        unsaved=request.method == "POST",
        problem=problem,
        **attribute_choices(visit),
    )
    return page, shown.status
