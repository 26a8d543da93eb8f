"""Conditions as they are typed: three columns of a form in, conditions out, and back again with what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from connector.core.model.settings import Condition, Operator
from connector.web.frame.forms import lines

#: More than can be saved, so that whoever goes over the limit is told so.
_MOST = 100


@dataclass(frozen=True, slots=True)
class TypedCondition:
    """A condition as it stands on the page; `values` are one a line, and everything may be empty still."""

    attribute: str = ""
    operator: str = Operator.EQUALS.value
    values: str = ""
    error: str = ""


def typed(form: MultiDict[str, str], name: str) -> list[TypedCondition]:
    """The conditions of one list as they were sent: each sends all three of its fields, so they pair up by order."""
    columns = [form.getlist(f"{name}_{column}")[:_MOST] for column in ("attribute", "operator", "values")]
    known = [one if one in set(Operator) else Operator.EQUALS.value for one in columns[1]]
    return [TypedCondition(*one) for one in zip(columns[0], known, columns[2], strict=False)]


def after_button(form: MultiDict[str, str], name: str) -> list[TypedCondition]:
    """The same after the button that was pressed: with one more, or without the one that is removed."""
    conditions = typed(form, name)
    if form.get("add") == name:
        return [*conditions, TypedCondition()]
    removed = form.get("remove", "")
    return [one for number, one in enumerate(conditions) if removed != f"{name}.{number}"]


def saved(conditions: Iterable[Condition]) -> list[TypedCondition]:
    """The conditions as they are kept."""
    return [TypedCondition(one.attribute, one.operator.value, "\n".join(one.values)) for one in conditions]


def filled(conditions: Iterable[TypedCondition]) -> list[TypedCondition]:
    """Those with anything in them; an empty one is no condition."""
    return [one for one in conditions if one.attribute or one.values.strip()]


def meant(conditions: Iterable[TypedCondition]) -> tuple[Condition, ...]:
    """What was typed, as values."""
    return tuple(
        Condition(one.attribute, Operator(one.operator), tuple(lines(one.values))) for one in conditions
    )


def marked(
    conditions: Iterable[TypedCondition], name: str, errors: Mapping[str | int, str]
) -> list[TypedCondition]:
    """The same with what is wrong beside each."""
    return [replace(one, error=errors.get(f"{name}.{number}", "")) for number, one in enumerate(conditions)]
