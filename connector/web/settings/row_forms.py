"""What the forms with rows share: the attributes to choose from, removing a row, unknown values of a choice."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from connector.core.model.attributes import Attribute, label_of
from connector.web.frame.access import Visit

Row = TypeVar("Row")
Choice = TypeVar("Choice", bound=StrEnum)


def attribute_choices(visit: Visit) -> dict[str, object]:
    """For the template: `attributes` under the permission that each needs, the keys `offered`, and `label_of` a key."""
    attributes = visit.services.options.attributes(visit.portal_id)
    by_permission: dict[str, list[Attribute]] = {}
    for attribute in attributes:
        by_permission.setdefault(attribute.permission, []).append(attribute)
    return {
        "attributes": by_permission,
        "offered": {attribute.key for attribute in attributes},
        "label_of": label_of,
    }


def without_row(rows: Iterable[Row], button: str, prefix: str = "") -> list[Row]:
    """The rows but for the one whose button was pressed; the buttons have the values `<prefix><index>`."""
    return [row for index, row in enumerate(rows) if button != f"{prefix}{index}"]


def known_choice(text: str, default: Choice) -> str:
    """What was sent for a choice, or the default when it is no member of the default's set."""
    return text if text in set(type(default)) else default.value
