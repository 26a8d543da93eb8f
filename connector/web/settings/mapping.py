"""Map your data: attribute > custom user data field > what an empty value does (rules A30 to A33, X12).

The form always sends all rows; adding and removing only draws the page again. Nothing takes effect before Save
changes, and an error keeps every row as it was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.model.settings import SettingsSection
from connector.errors import Refused, SettingsConflict, SourceError
from connector.services.invalid_settings import InvalidSettings
from connector.services.people.directory import EmployeeView
from connector.services.settings.mapping_preview import PreviewedRow, preview_mapping
from connector.web.frame import access
from connector.web.frame.bounds import optional_row_id
from connector.web.frame.forms import ActionForm
from connector.web.settings import mapping_rows, versions
from connector.web.settings.mapping_rows import TypedRow
from connector.web.settings.row_forms import attribute_choices, without_row
from connector.web.settings.versions import FormVersion


@dataclass(frozen=True, slots=True)
class ButtonResult:
    """What the page shows with the rows: whether they are unsaved, and what the pressed button found."""

    unsaved: bool = True
    problem: str = ""
    fields_found: int | None = None
    person: EmployeeView | None = None
    preview: Sequence[PreviewedRow] = ()


def edit() -> tuple[str, int] | Response:
    """The rows as saved, or as typed so far."""
    visit = access.visit()
    access.require_connection(visit)
    if request.method == "GET":
        saved = visit.services.settings.mapping(visit.portal_id)
        return _page(visit, [mapping_rows.from_saved(row) for row in saved], ButtonResult(unsaved=False))
    rows = mapping_rows.read_form(request.form)
    if "add" in request.form:
        return _page(visit, [*rows, TypedRow()])
    if "look" in request.form:
        return _page(visit, rows, _find_custom_fields(visit))
    removed = optional_row_id(request.form, "remove")
    if removed is not None:
        return _page(visit, without_row(rows, str(removed)))
    rows = [row for row in rows if row.attribute or row.field_key]
    errors = mapping_rows.input_errors(rows)
    if not errors and "try" in request.form:
        return _page(visit, rows, _preview(visit, rows))
    try:
        errors = errors or _save(visit, rows)
    except SettingsConflict as conflict:
        return _page(visit, rows, shown=versions.after_conflict(conflict))
    if errors:
        return _page(visit, [replace(row, error=errors.get(index, "")) for index, row in enumerate(rows)])
    access.flash("The mapping is saved. It takes effect at the next sync.")
    return redirect(url_for("connector.mapping"))


def _save(visit: access.Visit, typed: Sequence[TypedRow]) -> Mapping[int, str]:
    """Save all rows, or none: then the result has the errors by the index of the row."""
    rows = tuple(mapping_rows.to_mapping(row) for row in typed)
    try:
        versions.save(visit, SettingsSection.MAPPING, lambda choices: replace(choices, mapping=rows))
    except InvalidSettings as error:
        return {int(index): sentence for index, sentence in error.errors.items()}
    return {}


def _find_custom_fields(visit: access.Visit) -> ButtonResult:
    """How many custom fields Paycor has, or why it did not say; the rows stay as they were typed either way."""
    try:
        count = visit.services.options.find_custom_fields(visit.portal_id, visit.viewer_id)
    except SourceError as error:
        return ButtonResult(problem=str(error))
    return ButtonResult(fields_found=count)


def _preview(visit: access.Visit, typed: Sequence[TypedRow]) -> ButtonResult:
    """What each row would give for the named person; nothing is saved."""
    rows = [mapping_rows.to_mapping(row) for row in typed]
    try:
        person = visit.services.people.find(visit.portal_id, request.form.get("person", "").strip())
        preview = preview_mapping(visit.services.wiring, visit.portal_id, person.employee_id, rows)
    except Refused as error:
        return ButtonResult(problem=error.message)
    return ButtonResult(person=person, preview=preview)


def _page(
    visit: access.Visit,
    rows: Sequence[TypedRow],
    result: ButtonResult | None = None,
    shown: FormVersion | None = None,
) -> tuple[str, int]:
    shown = shown or versions.current(visit, SettingsSection.MAPPING)
    fields = visit.services.options.fields(visit.portal_id)
    page = render_template(
        "connector/settings/mapping.html",
        form=ActionForm(),
        shown=shown,
        fields=fields,
        fields_by_key={field.key: field for field in fields},
        has_searched=visit.services.options.has_searched(visit.portal_id),
        rows=rows,
        blank=TypedRow(),
        result=result or ButtonResult(),
        typed_person=request.form.get("person", ""),
        **attribute_choices(visit),
    )
    return page, shown.status
