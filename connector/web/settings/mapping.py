"""Map your data: attribute > custom user data field > what an empty value does (rules A30 to A33, X12).

Rows are edited on the page and sent whole; adding and removing only draws the page anew. Nothing takes effect before
Save changes, and a mistake keeps every row as it was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.model.attributes import label_of
from connector.errors import Refused, SourceError
from connector.services.people.directory import EmployeeView
from connector.services.settings.invalid import InvalidSettings
from connector.services.settings.mapping_preview import PreviewedRow
from connector.web.frame import access
from connector.web.frame.forms import ActionForm, by_permission
from connector.web.settings import mapping_rows
from connector.web.settings.mapping_rows import TypedRow


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page has besides the rows: whether they are saved, and what came of the button that was pressed."""

    unsaved: bool = True
    problem: str = ""
    looked: int | None = None
    person: EmployeeView | None = None
    tried: Sequence[PreviewedRow] = field(default_factory=tuple)


def edit() -> str | Response:
    """The rows as saved, or as typed so far."""
    visit = access.visit()
    portal_id = visit.portal.portal_id
    configuring = visit.services.settings
    if visit.services.views.connection(portal_id) is None:
        return redirect(url_for("connector.overview"))
    if request.method == "GET":
        saved = configuring.mapping(portal_id)
        return _page(visit, [mapping_rows.saved(row) for row in saved], Shown(unsaved=False))
    typed = mapping_rows.typed(request.form)
    if "add" in request.form:
        return _page(visit, [*typed, TypedRow()])
    if "look" in request.form:
        return _page(visit, typed, _looked(visit))
    removed = request.form.get("remove", type=int)
    if removed is not None:
        return _page(visit, [row for number, row in enumerate(typed) if number != removed])
    filled = [row for row in typed if row.attribute or row.field_key]
    errors = mapping_rows.wrong(filled)
    if not errors and "try" in request.form:
        return _page(visit, filled, _tried(visit, filled))
    errors = errors or _save(visit, filled)
    if errors:
        return _page(visit, [replace(row, error=errors.get(number, "")) for number, row in enumerate(filled)])
    access.flash("The mapping is saved. It takes effect at the next sync.")
    return redirect(url_for("connector.mapping"))


def _save(visit: access.Visit, typed: Sequence[TypedRow]) -> Mapping[int, str]:
    """Save the rows; what is wrong with which of them, and then nothing was saved."""
    rows = [mapping_rows.meant(row) for row in typed]
    try:
        visit.services.settings.save_mapping(visit.portal.portal_id, visit.viewer.viewer_id, rows)
    except InvalidSettings as error:
        return {int(number): sentence for number, sentence in error.errors.items()}
    return {}


def _looked(visit: access.Visit) -> Shown:
    """Ask Paycor which custom fields there are; the rows stay as they were typed, whatever comes of it."""
    try:
        count = visit.services.settings.look_for_custom_fields(visit.portal.portal_id, visit.viewer.viewer_id)
    except SourceError as error:
        return Shown(problem=str(error))
    return Shown(looked=count)


def _tried(visit: access.Visit, typed: Sequence[TypedRow]) -> Shown:
    """What each row would give for whoever was named, with nothing saved."""
    portal_id, rows = visit.portal.portal_id, [mapping_rows.meant(row) for row in typed]
    try:
        person = visit.services.people.one(portal_id, request.form.get("person", "").strip())
        return Shown(
            person=person, tried=visit.services.mapping_previews.tried(portal_id, person.employee_id, rows)
        )
    except Refused as error:
        return Shown(problem=error.message)


def _page(visit: access.Visit, rows: Sequence[TypedRow], shown: Shown | None = None) -> str:
    portal_id, configuring = visit.portal.portal_id, visit.services.settings
    fields, attributes = configuring.fields(portal_id), configuring.attributes(portal_id)
    return render_template(
        "connector/settings/mapping.html",
        form=ActionForm(),
        attributes=by_permission(attributes),
        offered={attribute.key for attribute in attributes},
        fields=fields,
        fields_by_key={field.key: field for field in fields},
        label_of=label_of,
        has_looked=configuring.has_looked(portal_id),
        rows=rows,
        blank=TypedRow(),
        shown=shown or Shown(),
        typed_person=request.form.get("person", ""),
    )
