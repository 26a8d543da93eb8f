"""Map your data: attribute > custom user data field > what an empty value does (rules A30 to A33).

Rows are edited on the page and sent whole; adding and removing only draws the page anew. Nothing takes effect before
Save changes, and a mistake keeps every row as it was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.core.attributes import label_of
from connector.core.settings import MappingRow, WhenNull
from connector.errors import SourceError
from connector.services.invalid import InvalidSettings
from connector.web import access
from connector.web.forms import ActionForm, by_permission

#: More rows than there are attributes are a slip or an attack.
MOST_ROWS = 200
CHOOSE_BOTH = "Choose an attribute and a field, or remove this row."


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row as it stands on the page; either side may still be empty."""

    attribute: str = ""
    field_key: str = ""
    when_null: str = WhenNull.CLEAR.value
    error: str = ""


def edit() -> str | Response:
    """The rows as saved, or as typed so far."""
    visit = access.visit()
    portal_id = visit.portal.portal_id
    configuring = visit.services.configuring
    if visit.services.reading.connection(portal_id) is None:
        return redirect(url_for("connector.overview"))
    if request.method == "GET":
        saved = configuring.mapping(portal_id)
        return _page(visit, [TypedRow(row.attribute, row.field_key, row.when_null.value) for row in saved])
    typed = _typed()
    if "add" in request.form:
        return _page(visit, [*typed, TypedRow()], unsaved=True)
    if "look" in request.form:
        return _look(visit, typed)
    removed = request.form.get("remove", type=int)
    if removed is not None:
        return _page(visit, [row for number, row in enumerate(typed) if number != removed], unsaved=True)
    filled = [row for row in typed if row.attribute or row.field_key]
    errors = _save(visit, filled)
    if errors:
        marked = [replace(row, error=errors.get(number, "")) for number, row in enumerate(filled)]
        return _page(visit, marked, unsaved=True)
    access.say("The mapping is saved. It takes effect at the next sync.")
    return redirect(url_for("connector.mapping"))


def _typed() -> list[TypedRow]:
    """The rows as they were sent: every row sends all three of its fields, so they pair up by their order."""
    columns = [request.form.getlist(name)[:MOST_ROWS] for name in ("attribute", "field_key", "when_null")]
    known = [
        WhenNull(value).value if value in set(WhenNull) else WhenNull.CLEAR.value for value in columns[2]
    ]
    return [TypedRow(*row) for row in zip(columns[0], columns[1], known, strict=False)]


def _save(visit: access.Visit, typed: Sequence[TypedRow]) -> Mapping[int, str]:
    """Save the rows; what is wrong with which of them, and then nothing was saved."""
    halves = {
        number: CHOOSE_BOTH for number, row in enumerate(typed) if not (row.attribute and row.field_key)
    }
    if halves:
        return halves
    rows = [MappingRow(row.attribute, row.field_key, WhenNull(row.when_null)) for row in typed]
    try:
        visit.services.configuring.save_mapping(visit.portal.portal_id, visit.viewer.viewer_id, rows)
    except InvalidSettings as error:
        return {int(number): sentence for number, sentence in error.errors.items()}
    return {}


def _look(visit: access.Visit, typed: Sequence[TypedRow]) -> str:
    """Ask Paycor which custom fields there are; the rows stay as they were typed, whatever comes of it."""
    try:
        count = visit.services.configuring.look_for_custom_fields(
            visit.portal.portal_id, visit.viewer.viewer_id
        )
    except SourceError as error:
        return _page(visit, typed, unsaved=True, problem=str(error))
    return _page(visit, typed, unsaved=True, looked=count)


def _page(
    visit: access.Visit,
    rows: Sequence[TypedRow],
    *,
    unsaved: bool = False,
    problem: str = "",
    looked: int | None = None,
) -> str:
    portal_id, configuring = visit.portal.portal_id, visit.services.configuring
    fields, attributes = configuring.fields(portal_id), configuring.attributes(portal_id)
    return render_template(
        "connector/mapping.html",
        form=ActionForm(),
        attributes=by_permission(attributes),
        offered={attribute.key for attribute in attributes},
        fields=fields,
        fields_by_key={field.key: field for field in fields},
        label_of=label_of,
        has_looked=configuring.has_looked(portal_id),
        rows=rows,
        blank=TypedRow(),
        unsaved=unsaved,
        problem=problem,
        looked=looked,
    )
