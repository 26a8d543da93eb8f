"""Custom user data of LearnUpon."""

import pytest
import responses

from connector.core.model.account import Field, FieldType
from connector.hosts.learnupon import LearnUponHost
from tests.hosts.learnupon.fake.portal import DEFINITIONS
from tests.hosts.learnupon.fake.wire import URL


@pytest.mark.req("A34")
def test_fields_are_all_definitions_except_the_external_id(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """By the ids of their definitions, with the choices as they are written."""
    assert portal.fields() == (
        Field("231", "Job title"),
        Field("232", "Hire date", FieldType.DATE),
        Field("233", "Employment", FieldType.STRING_CHOICE, choices=("Regular", "Temporary")),
        Field("234", "Hours a week", FieldType.DECIMAL),
        Field("235", "Share", FieldType.DECIMAL_CHOICE, choices=("0.50", "1.00")),
    )


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(["Full, time", "Part"], id="a list"),
        pytest.param("Full, time\r\nPart\r\n", id="a line each"),
        pytest.param('"Full, time", "Part"', id="in quotes"),
    ],
)
def test_choices_are_read_in_every_form(
    wire: responses.RequestsMock, portal: LearnUponHost, values: object
) -> None:
    """It is not documented which form LearnUpon uses."""
    choice = {"id": 7, "type_id": 4, "label": "Time", "predefined_values": values}
    unknown = {"id": 8, "type_id": 99, "label": "Signature"}
    body = {"customDataFieldDefinitions": [DEFINITIONS[-1], choice, unknown]}
    wire.replace(responses.GET, f"{URL}/users/customuserdata", json=body)

    assert [(field.key, field.choices) for field in portal.fields()] == [("7", ("Full, time", "Part"))]
