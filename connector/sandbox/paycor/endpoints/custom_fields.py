"""Custom fields: all employees' values by a POST that reads, one employee's by GET, changed by PUT.

A value that a client wrote replaces the generated one.
"""

from datetime import timedelta
from typing import Any

import msgspec
from flask import Blueprint, Response

from connector.sandbox.company import Person, ids
from connector.sandbox.company.custom_fields import CUSTOM_FIELDS, CustomFieldSpec, custom_value
from connector.sandbox.paycor.auth import access
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.data.entity import EntityFeed
from connector.sandbox.paycor.data.records import employee_reference
from connector.sandbox.paycor.state.sandbox import sandbox
from connector.sandbox.paycor.wire import answers, bodies
from connector.sandbox.paycor.wire.paging import ListedRows

blueprint = Blueprint("custom_fields", __name__)

_KIND = "custom field"


class _WrittenValue(msgspec.Struct):
    """A value that a client wrote, and when."""

    value: str
    at: str


class CustomRows:
    """The values of all employees of a legal entity: each position of the feed once for every field."""

    def __init__(self, feed: EntityFeed, filters: dict[str, str | None]) -> None:
        """`filters` is field name in small letters -> value; a value of None takes any."""
        self._feed, self._filters_by_name, self._box = feed, filters, sandbox()

    def size(self) -> int:
        """The number of positions: employees times fields."""
        return self._feed.size * len(CUSTOM_FIELDS)

    def row(self, position: int) -> dict[str, Any] | None:
        """The value at a position; None when a filter or a patch removes it."""
        feed_position, field_index = divmod(position, len(CUSTOM_FIELDS))
        name = CUSTOM_FIELDS[field_index].name.lower()
        if self._filters_by_name and name not in self._filters_by_name:
            return None
        person = self._box.overlay.person(self._feed.person_at(feed_position), self._box.today)
        if person is None:
            return None
        item = _item(self._feed, person, field_index)
        value = self._filters_by_name.get(name)
        if not _is_sent(item):
            return None

        return item if value is None or (item["value"] or "").strip().lower() == value.lower() else None


@blueprint.post("/v1/legalentities/<int:legal_entity_id>/customfields")
def of_legal_entity(legal_entity_id: int) -> Response:
    """The POST that reads: all employees' values, 100 a page, filtered by name and value."""
    access.require(permissions.ALL_CUSTOM_FIELDS)
    feed = access.feed_of(legal_entity_id)
    filters = _filters(bodies.json_object())
    sealed = {f"filter {name}": value or "" for name, value in filters.items()}

    return access.paged_answer(CustomRows(feed, filters), sealed)


@blueprint.get("/v1/employees/<employee_id>/customfields")
def of_employee(employee_id: str) -> Response:
    """One employee's values with the choices of each field: a page, or by switch a bare array."""
    access.require(permissions.CUSTOM_FIELDS)
    feed, person = access.employee(employee_id)
    items = [
        {**item, "customFieldsOptions": list(field.options)}
        for field_index, field in enumerate(CUSTOM_FIELDS)
        if _is_sent(item := _item(feed, person, field_index))
    ]
    if sandbox().switches.custom_fields_as_array:
        return answers.as_json(items)

    return access.paged_answer(ListedRows(items))


@blueprint.put("/v1/employees/<employee_id>/customfields")
def update(employee_id: str) -> Response:
    """Change some of an employee's values: all of them or, when one is wrong, none."""
    access.require(permissions.UPDATE_CUSTOM_FIELDS)
    feed, person = access.employee(employee_id)
    body = bodies.json_body()
    if not isinstance(body, list):
        raise answers.Refusal(400, "Bad Request", "The body is not a JSON array.")
    changes = [_change(feed, change, field_index) for field_index, change in enumerate(body)]
    at = sandbox().clock().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    for field_id, value in changes:
        written = msgspec.json.encode(_WrittenValue(value, at)).decode()
        sandbox().store.write(_KIND, person.employee_id, field_id, written)
    url = f"/v1/employees/{person.employee_id}/customfields"

    return answers.as_json({"resourceUrl": {"id": person.employee_id, "url": url}})


def _field_id(feed: EntityFeed, field_index: int) -> str:
    return ids.IdSpace(feed.company.seed, ids.CUSTOM_FIELD, feed.entity.id).id_of(field_index)


def _item(feed: EntityFeed, person: Person, field_index: int) -> dict[str, Any]:
    field, field_id, anchor = CUSTOM_FIELDS[field_index], _field_id(feed, field_index), feed.company.anchor
    kept = sandbox().store.written(_KIND, person.employee_id).get(field_id)
    written = None if kept is None else msgspec.json.decode(kept, type=_WrittenValue)
    made_at = f"{anchor - timedelta(days=person.index % 300)}T14:03:22.517"
    return {
        "customFieldId": field_id,
        "legalEntityId": feed.entity.id,
        "fieldName": field.name,
        "dataType": field.data_type,
        "value": custom_value(field_index, person, anchor) if written is None else written.value,
        "isRequired": field.is_required,
        "dateModified": made_at if written is None else written.at,
        "employee": msgspec.to_builtins(employee_reference(person.employee_id)),
    }


def _is_sent(item: dict[str, Any]) -> bool:
    return bool(item["value"]) or not sandbox().switches.omits_empty_custom_fields


def _filters(body: dict[str, Any]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for one in body.get("filters") or []:
        fields = one if isinstance(one, dict) else {}
        name = bodies.text_of(fields, "fieldName", is_required=True) or ""
        found[name.lower()] = bodies.text_of(fields, "fieldValue") or None

    return found


def _change(feed: EntityFeed, change: object, position: int) -> tuple[str, str]:
    """A field's id and its new value. Raises Refusal (400) naming the position in the array."""
    fields = change if isinstance(change, dict) else {}
    for name in ("customFieldId", "value"):
        if not isinstance(fields.get(name), str):
            raise answers.invalid(f"[{position}].{name}", "is required")
    field_id, value = fields["customFieldId"].lower(), fields["value"]
    known = {_field_id(feed, field_index): field for field_index, field in enumerate(CUSTOM_FIELDS)}
    if field_id not in known:
        raise answers.invalid(f"[{position}].customFieldId", "is not a custom field of this legal entity")
    if not _fits(known[field_id], value):
        raise answers.invalid(f"[{position}].value", "does not fit the custom field")

    return field_id, value


def _fits(field: CustomFieldSpec, value: str) -> bool:
    """Whether a value is one of the choices; a pick list takes several, with commas."""
    several = value.split(",") if field.data_type.startswith("PickList") else [value]

    return not field.options or all(one.strip() in field.options for one in several)
