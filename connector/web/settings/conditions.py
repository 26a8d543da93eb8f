"""The conditions of a form: three columns of fields in, `Condition`s out, and back again with their errors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from connector.core.model.settings import Condition, Operator
from connector.web.frame.forms import lines
from connector.web.settings.row_forms import known_choice, without_row

#: More than can be saved, so that the error about the limit still shows.
MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class TypedCondition:
    """A condition as the page shows it; `values` are one a line, and everything may be empty so far."""

    attribute: str = ""
    operator: str = Operator.EQUALS.value
    values: str = ""
    error: str = ""


def read_form(form: MultiDict[str, str], name: str) -> list[TypedCondition]:
    """The conditions of one list as sent. Each sends all three of its fields, so order pairs them up."""
    attributes, operators, values = (
        form.getlist(f"{name}_{column}")[:MAX_ROWS] for column in ("attribute", "operator", "values")
    )
    return [
        TypedCondition(attribute, known_choice(operator, Operator.EQUALS), text)
        for attribute, operator, text in zip(attributes, operators, values, strict=False)
    ]


def after_button(form: MultiDict[str, str], name: str) -> list[TypedCondition]:
    """The same after Add or Remove was pressed: with one more, or without the removed one."""
    conditions = read_form(form, name)
    if form.get("add") == name:
        return [*conditions, TypedCondition()]
    return without_row(conditions, form.get("remove", ""), f"{name}.")


def from_saved(conditions: Iterable[Condition]) -> list[TypedCondition]:
    """Saved conditions, for the page."""
    return [TypedCondition(one.attribute, one.operator.value, "\n".join(one.values)) for one in conditions]


def without_empty(conditions: Iterable[TypedCondition]) -> list[TypedCondition]:
    """The conditions that say anything."""
    return [one for one in conditions if one.attribute or one.values.strip()]


def to_conditions(conditions: Iterable[TypedCondition]) -> tuple[Condition, ...]:
    """What was typed, as values."""
    return tuple(
        Condition(one.attribute, Operator(one.operator), tuple(lines(one.values))) for one in conditions
    )


def with_errors(
    conditions: Iterable[TypedCondition], name: str, errors: Mapping[str | int, str]
) -> list[TypedCondition]:
    """Each condition with its error, which has the key `<name>.<index>`."""
    return [replace(one, error=errors.get(f"{name}.{index}", "")) for index, one in enumerate(conditions)]
