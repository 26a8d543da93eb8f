"""Who is included: conditions that include or exclude people, people by name, and how many that makes (X13)."""

from dataclasses import replace

import wtforms
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from connector.core.model.settings import Operator, Outside, Scope, SettingsSection
from connector.errors import SettingsConflict
from connector.services.invalid_settings import InvalidSettings
from connector.services.settings.head_count import count_heads
from connector.web.frame import access
from connector.web.frame.forms import CHOOSE, TokenForm, lines, ticked_and_added, values
from connector.web.settings import conditions, versions
from connector.web.settings.conditions import TypedCondition
from connector.web.settings.row_forms import attribute_choices
from connector.web.settings.versions import FormVersion

_LISTS = ("only", "never")
_NAMED = "One a line: employee id, work email, or the employee number if it is mapped."


class ScopeForm(TokenForm):
    """A scope without its conditions; people who are named already are ticked boxes."""

    kept_in = wtforms.SelectMultipleField("Always in", validate_choice=False)
    kept_out = wtforms.SelectMultipleField("Never in", validate_choice=False)
    people_in = wtforms.TextAreaField("Always synced, whatever the conditions say", description=_NAMED)
    people_out = wtforms.TextAreaField("Never synced, whatever the conditions say", description=_NAMED)
    outside = wtforms.RadioField(
        "What happens to people who are outside?",
        choices=values(one.value for one in Outside),
        validators=[InputRequired(CHOOSE)],
    )


def edit() -> tuple[str, int] | Response:
    """The scope as saved, or as typed so far; Save changes saves all of it, an error keeps what was typed."""
    visit = access.visit()
    access.require_connection(visit)
    saved = visit.services.settings.policy(visit.portal_id).scope
    form = ScopeForm(outside=saved.outside.value)
    if request.method == "GET":
        typed = {name: conditions.from_saved(getattr(saved, name)) for name in _LISTS}
        return _page(visit, form, saved, typed, counted=saved)
    if "add" in request.form or "remove" in request.form:
        typed = {name: conditions.after_button(request.form, name) for name in _LISTS}
        return _page(visit, form, saved, typed)
    typed = {name: conditions.without_empty(conditions.read_form(request.form, name)) for name in _LISTS}
    if not form.validate():
        return _page(visit, form, saved, typed, has_errors=True)
    try:
        scope = _scope(visit, form, saved, typed)
        if "count" not in request.form:
            _save(visit, scope)
            access.flash("Who is synced is saved. It takes effect at the next sync; look at a preview first.")
            return redirect(url_for("connector.scope"))
    except SettingsConflict as conflict:
        return _page(visit, form, saved, typed, shown=versions.after_conflict(conflict))
    except InvalidSettings as error:
        form.add_errors(error.errors)
        typed = {name: conditions.with_errors(typed[name], name, error.errors) for name in _LISTS}
        problem = str(error.errors.get("scope", ""))
        return _page(visit, form, saved, typed, problem=problem, has_errors=True)
    return _page(visit, form, saved, typed, counted=scope)


def _scope(
    visit: access.Visit, form: ScopeForm, saved: Scope, typed: dict[str, list[TypedCondition]]
) -> Scope:
    """The scope that the form says. Raises InvalidSettings when a named person is not in the last read."""
    people = visit.services.people
    people_in = people.find_ids(visit.portal_id, lines(form.people_in.data), "people_in")
    people_out = people.find_ids(visit.portal_id, lines(form.people_out.data), "people_out")
    return Scope(
        conditions.to_conditions(typed["only"]),
        conditions.to_conditions(typed["never"]),
        ticked_and_added(saved.people_in, form.kept_in.data, people_in),
        ticked_and_added(saved.people_out, form.kept_out.data, people_out),
        Outside(form.outside.data),
    )


def _save(visit: access.Visit, scope: Scope) -> None:
    versions.save(
        visit,
        SettingsSection.SCOPE,
        lambda choices: replace(choices, policy=replace(choices.policy, scope=scope)),
    )


def _page(
    visit: access.Visit,
    form: ScopeForm,
    saved: Scope,
    typed: dict[str, list[TypedCondition]],
    *,
    counted: Scope | None = None,
    problem: str = "",
    has_errors: bool = False,
    shown: FormVersion | None = None,
) -> tuple[str, int]:
    services, portal_id = visit.services, visit.portal_id
    is_post = request.method == "POST"
    shown = shown or versions.current(visit, SettingsSection.SCOPE)
    page = render_template(
        "connector/settings/scope.html",
        form=form,
        shown=shown,
        typed=typed,
        operators=[operator.value for operator in Operator],
        named_in=services.people.by_ids(portal_id, saved.people_in),
        named_out=services.people.by_ids(portal_id, saved.people_out),
        ticked_in=form.kept_in.data or [] if is_post else saved.people_in,
        ticked_out=form.kept_out.data or [] if is_post else saved.people_out,
        unsaved=is_post,
        problem=problem,
        has_errors=has_errors,
        shows_count=counted is not None,
        head_count=count_heads(services.wiring, portal_id, counted) if counted else None,
        **attribute_choices(visit),
    )
    return page, shown.status
