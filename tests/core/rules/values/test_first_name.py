"""Which first name an account gets: that of the list, or the legal one (rule X29)."""

from typing import Any

import pytest

from connector.core.model.settings import FirstName
from tests.core.builders import account, employee, link, operation_of, result, scene, settings
from tests.core.scenes import decision_of

LISTED, LEGAL = FirstName


@pytest.mark.req("X29", "D11")
@pytest.mark.parametrize(
    ("chosen", "attributes", "new", "existing"),
    [
        pytest.param(LISTED, {"legal_first_name": "Augusta"}, "Ada", "Ada", id="listed"),
        pytest.param(LEGAL, {"legal_first_name": "Augusta"}, "Augusta", "Augusta", id="legal"),
        pytest.param(LEGAL, {"legal_first_name": None}, "Ada", "Ada", id="legal, known to be empty"),
        pytest.param(LEGAL, {}, "Ada", None, id="legal, not sent"),
    ],
)
def test_account_gets_the_chosen_first_name(
    chosen: FirstName, attributes: dict[str, Any], new: str, existing: str | None
) -> None:
    """A name that Paycor did not send changes none; a new account gets that of the list."""
    record, portal = employee(attributes=attributes), settings(first_name=chosen)
    created = operation_of(scene(of=record, chosen=portal))
    old = account(first_name="Other")
    changed = decision_of(scene(old, of=record, linked=link(), chosen=portal))

    assert created.after["first_name"] == new
    assert (changed.operation.after if changed.operation else {}).get("first_name") == existing
    assert result(changed) == ("update" if existing else "unchanged")


@pytest.mark.req("X29")
@pytest.mark.parametrize(("chosen", "expected"), [(LISTED, frozenset()), (LEGAL, {"legal_first_name"})])
def test_legal_names_are_read_only_if_they_are_chosen(chosen: FirstName, expected: frozenset[str]) -> None:
    """They are in a list of their own at Paycor."""
    assert settings(first_name=chosen).attributes == expected
