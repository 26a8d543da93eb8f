"""What the forms with rows share."""

import pytest
from flask import g

from connector.core.model.settings import WhenNull
from connector.web.frame.access import visit
from connector.web.settings.row_forms import attribute_choices, known_choice, without_row
from tests.web.conftest import Site
from tests.web.fakes import ADMIN


@pytest.mark.parametrize(
    ("button", "prefix", "expected"),
    [
        pytest.param("1", "", ["a", "c"], id="the second row"),
        pytest.param("rule.0", "rule.", ["b", "c"], id="with a prefix"),
        pytest.param("3", "", ["a", "b", "c"], id="no such row"),
        pytest.param("", "", ["a", "b", "c"], id="no button"),
    ],
)
def test_a_button_removes_its_own_row_only(button: str, prefix: str, expected: list[str]) -> None:
    """A wrong button value removes nothing."""
    assert without_row("abc", button, prefix) == expected


def test_an_unknown_choice_becomes_the_default() -> None:
    """A known one stays."""
    assert known_choice("keep", WhenNull.CLEAR) == "keep"
    assert known_choice("burn", WhenNull.CLEAR) == "clear"


def test_attributes_come_under_their_permission_in_the_order_of_the_catalogue(connected: Site) -> None:
    """Every offered attribute is under exactly one permission."""
    with connected.app.test_request_context():
        g.connector_viewer = ADMIN
        g.connector_portal = connected.lms.portal("hq")
        choices = attribute_choices(visit())

    catalogue = connected.services.options.attributes("hq")
    grouped = choices["attributes"]
    assert isinstance(grouped, dict)
    assert choices["offered"] == {attribute.key for attribute in catalogue}
    assert sum(grouped.values(), []) == sorted(catalogue, key=lambda one: list(grouped).index(one.permission))
