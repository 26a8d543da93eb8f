"""Who is synced: conditions that bring people in and keep people out, people by name, and who that would be (X13)."""

from collections.abc import Sequence
from dataclasses import replace

import wtforms
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from connector.core.model.attributes import label_of
from connector.core.model.settings import Operator, Outside, Scope
from connector.services.settings.invalid import InvalidSettings
from connector.web.frame import access
from connector.web.frame.forms import CHOOSE, TokenForm, by_permission, lines, values
from connector.web.settings import conditions
from connector.web.settings.conditions import TypedCondition

_LISTS = ("only", "never")
_NAMED = "One a line: employee id, work email, or the employee number if it is mapped."


class ScopeForm(TokenForm):
    """What a scope has besides its conditions; those who are named already are ticked boxes."""

    kept_in = wtforms.SelectMultipleField("Always in", validate_choice=False)
    kept_out = wtforms.SelectMultipleField("Never in", validate_choice=False)
    people_in = wtforms.TextAreaField("Always synced, whatever the conditions say", description=_NAMED)
    people_out = wtforms.TextAreaField("Never synced, whatever the conditions say", description=_NAMED)
    outside = wtforms.RadioField(
        "What happens to people who are outside?",
        choices=values(one.value for one in Outside),
        validators=[InputRequired(CHOOSE)],
    )


def edit() -> str | Response:
    """The scope as saved, or as typed so far; Save changes keeps all of it, a mistake keeps what was typed."""
    visit = access.visit()
    portal_id = visit.portal.portal_id
    if visit.services.views.connection(portal_id) is None:
        return redirect(url_for("connector.overview"))
    saved = visit.services.settings.policy(portal_id).scope
    form = ScopeForm(outside=saved.outside.value)
    if request.method == "GET":
        shown = {name: conditions.saved(getattr(saved, name)) for name in _LISTS}
        return _page(visit, form, saved, shown, counted=saved)
    if "add" in request.form or "remove" in request.form:
        shown = {name: conditions.after_button(request.form, name) for name in _LISTS}
        return _page(visit, form, saved, shown)
    shown = {name: conditions.filled(conditions.typed(request.form, name)) for name in _LISTS}
    if not form.validate():
        return _page(visit, form, saved, shown, wrong=True)
    try:
        scope = _meant(visit, form, saved, shown)
        if "count" not in request.form:
            _save(visit, scope)
            access.flash("Who is synced is saved. It takes effect at the next sync; look at a preview first.")
            return redirect(url_for("connector.scope"))
    except InvalidSettings as error:
        form.take_errors(error.errors)
        shown = {name: conditions.marked(shown[name], name, error.errors) for name in _LISTS}
        return _page(visit, form, saved, shown, problem=str(error.errors.get("scope", "")), wrong=True)
    return _page(visit, form, saved, shown, counted=scope)


def _meant(
    visit: access.Visit, form: ScopeForm, saved: Scope, shown: dict[str, list[TypedCondition]]
) -> Scope:
    people, portal_id = visit.services.people, visit.portal.portal_id
    named_in = people.each(portal_id, lines(form.people_in.data), "people_in")
    named_out = people.each(portal_id, lines(form.people_out.data), "people_out")
    return Scope(
        conditions.meant(shown["only"]),
        conditions.meant(shown["never"]),
        _together(saved.people_in, form.kept_in.data, named_in),
        _together(saved.people_out, form.kept_out.data, named_out),
        Outside(form.outside.data),
    )


def _together(saved: Sequence[str], ticked: Sequence[str] | None, added: Sequence[str]) -> tuple[str, ...]:
    kept = [one for one in saved if one in (ticked or ())]
    return tuple(dict.fromkeys((*kept, *added)))


def _save(visit: access.Visit, scope: Scope) -> None:
    visit.services.settings.revise(
        visit.portal.portal_id, visit.viewer.viewer_id, lambda policy: replace(policy, scope=scope)
    )


def _page(
    visit: access.Visit,
    form: ScopeForm,
    saved: Scope,
    shown: dict[str, list[TypedCondition]],
    *,
    counted: Scope | None = None,
    problem: str = "",
    wrong: bool = False,
) -> str:
    services, portal_id = visit.services, visit.portal.portal_id
    attributes = services.settings.attributes(portal_id)
    ticked = (form.kept_in.data or [], form.kept_out.data or []) if request.method == "POST" else None
    return render_template(
        "connector/settings/scope.html",
        form=form,
        shown=shown,
        attributes=by_permission(attributes),
        offered={one.key for one in attributes},
        operators=[one.value for one in Operator],
        label_of=label_of,
        named_in=services.people.named(portal_id, saved.people_in),
        named_out=services.people.named(portal_id, saved.people_out),
        ticked_in=saved.people_in if ticked is None else ticked[0],
        ticked_out=saved.people_out if ticked is None else ticked[1],
        unsaved=request.method == "POST",
        problem=problem,
        wrong=wrong,
        asked=counted is not None,
        heads=services.head_counts.count(portal_id, counted) if counted else None,
    )
