"""Settings > Custom user data: the fields of a portal (rule A34)."""

from re import sub
from typing import Any
from unicodedata import normalize

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from connector.core.model.account import FieldType
from connector.sandbox.lms.db.tables import Condition, FieldDefinition, Portal, Rule, db
from connector.sandbox.lms.groups import rules
from connector.sandbox.lms.people.custom_fields import fits
from connector.sandbox.lms.people.portals import custom_fields, lock_portal
from connector.sandbox.lms.web import access
from connector.sandbox.lms.web.forms import TYPE_LABELS, DefinitionForm
from connector.sandbox.lms.web.pages.common import enter, moment


@access.require_full
def fields(slug: str) -> str:
    """The fields, by label."""
    portal = enter(slug)
    definitions = custom_fields(db.session(), portal.id).definitions
    return render_template("lms/fields.html", portal=portal, fields=definitions, types=TYPE_LABELS)


@access.require_full
def new_field(slug: str) -> str | Response:
    """Add a field."""
    portal = enter(slug)
    form = DefinitionForm(request.form)
    if request.method == "POST" and form.validate() and _choices_fit(form, FieldType(form.type.data)):
        definition = FieldDefinition(
            portal_id=portal.id, key=_key(portal, form.label.data or ""), type=FieldType(form.type.data)
        )
        _fill(definition, form)
        db.session.add(definition)
        db.session.commit()
        flash(f"{definition.label} is added.", "done")
        return redirect(url_for("lms.fields", slug=portal.slug))
    return render_template("lms/field.html", portal=portal, form=form, field=None)


@access.require_full
def field(slug: str, field_id: int) -> str | Response:
    """Change a field: its label, whether it is required, its choices. The users' values stay."""
    portal = enter(slug)
    definition = _definition(portal, field_id)
    form = DefinitionForm(request.form, obj=definition, choices="\n".join(definition.choices))
    if request.method == "POST":
        form.type.data = definition.type.value
    if request.method == "POST" and form.validate() and _choices_fit(form, definition.type):
        _fill(definition, form)
        db.session.commit()
        flash("Saved.", "done")
        return redirect(url_for("lms.fields", slug=portal.slug))
    used_by = db.session.scalars(_rules_on(definition)).all()
    return render_template("lms/field.html", portal=portal, form=form, field=definition, used_by=len(used_by))


@access.require_full
def delete_field(slug: str, field_id: int) -> Response:
    """Delete a field, its values and the rules that check it, and apply the other rules again."""
    portal = enter(slug)
    definition = _definition(portal, field_id)
    lock_portal(db.session(), portal.id)
    for rule in db.session.scalars(_rules_on(definition)):
        db.session.delete(rule)
    db.session.flush()
    label = definition.label
    db.session.delete(definition)
    db.session.flush()
    rules.refresh_all(db.session(), portal, moment())
    db.session.commit()
    flash(f"{label} is deleted.", "done")
    return redirect(url_for("lms.fields", slug=portal.slug))


def _rules_on(definition: FieldDefinition) -> Select[Any]:
    """The rules that check a field: without that condition they would match other users."""
    return select(Rule).where(Rule.conditions.any(Condition.field_id == definition.id))


def _choices_fit(form: DefinitionForm, field_type: FieldType) -> bool:
    """Whether the choices fit the type; if not, the form field gets an error."""
    choices = _choices(form)
    if field_type.is_choice and not choices:
        form.choices.errors = ["Write at least one value."]
    elif not field_type.is_choice and choices:
        form.choices.errors = ["Only the three types with a list have choices."]
    elif not all(fits(field_type, choice) for choice in choices):
        form.choices.errors = ["Each value must be a number of the type that was chosen."]
    return not form.choices.errors


def _fill(definition: FieldDefinition, form: DefinitionForm) -> None:
    definition.label = (form.label.data or "").strip()
    definition.required = bool(form.required.data)
    definition.choices = _choices(form)


def _choices(form: DefinitionForm) -> list[str]:
    """The choices, without empty lines and repeats, in the typed order."""
    lines = (line.strip() for line in (form.choices.data or "").splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def _definition(portal: Portal, field_id: int) -> FieldDefinition:
    definition = db.session.get(FieldDefinition, field_id)
    if definition is None or definition.portal_id != portal.id:
        abort(404)
    return definition


def _key(portal: Portal, label: str) -> str:
    """A key made from the label, unique in the portal."""
    ascii_label = normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = sub(r"[^a-z0-9]+", "_", ascii_label).strip("_")[:50] or "field"
    taken = set(db.session.scalars(select(FieldDefinition.key).where(FieldDefinition.portal_id == portal.id)))
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key
