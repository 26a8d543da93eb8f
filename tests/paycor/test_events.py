"""Paycor's events: which employee a delivery is about."""

import json

import pytest

from connector.paycor.events import Event, parse_event

ID = "00000001-7a44-0000-0000-0000fce60200"
PLAIN = {
    "eventType": "Employee.Modified",
    "eventId": "5d0c8a52-0000-0000-0000-000000000001",
    "tenantId": 77001,
    "legalEntityId": 190204,
    "itemId": ID,
    "extendedProperties": None,
    "changedFields": None,
    "resource": {"id": ID, "url": f"v1/employees/{ID}"},
}
PARSED = Event(ID, 77001, 190204)


def body(**changes: object) -> bytes:
    """An event with the fields in `changes` replaced."""
    return json.dumps(PLAIN | changes).encode()


@pytest.mark.req("X20")
@pytest.mark.parametrize(
    "delivered",
    [
        pytest.param(body(), id="as documented"),
        pytest.param(
            json.dumps({k[0].upper() + k[1:]: v for k, v in PLAIN.items()}).encode(), id="PascalCase"
        ),
        pytest.param(body(somethingNew={"deep": [1]}), id="an unknown field"),
        pytest.param(body(itemId=ID.upper()), id="an id in capitals"),
        pytest.param(body(tenantId="77001", legalEntityId=" 190204 "), id="numbers as text"),
        pytest.param(body(eventType="employee.created"), id="another type about an employee"),
    ],
)
def test_the_employee_of_an_event_is_found(delivered: bytes) -> None:
    """In any case of the keys, and with any other fields."""
    assert parse_event(delivered) == PARSED


@pytest.mark.parametrize(
    "delivered",
    [
        pytest.param(body(eventType="LegalEntity.Modified"), id="about a legal entity"),
        pytest.param(body(eventType=None), id="no type"),
        pytest.param(body(itemId=None), id="no id"),
        pytest.param(body(itemId="../../sts/v1/common/token"), id="a path"),
        pytest.param(body(itemId="00000000-0000-0000-0000-000000000000"), id="the all-zero id"),
        pytest.param(body(itemId=7), id="a number"),
    ],
)
def test_an_event_without_a_usable_employee_id_has_none(delivered: bytes) -> None:
    """The id becomes part of an address, so only a GUID is accepted."""
    found = parse_event(delivered)

    assert found is not None
    assert found.employee_id is None


@pytest.mark.parametrize("tenant", [None, 0, "0", "many", True, -1, "9" * 30])
def test_an_invalid_tenant_id_is_none(tenant: object) -> None:
    """A zero means that the sender has no id."""
    found = parse_event(body(tenantId=tenant))

    assert found is not None
    assert found.tenant_id is None


@pytest.mark.parametrize("delivered", [b"", b"<event/>", b"[]", b'"text"', b"\xff\xfe", b"{"])
def test_a_body_that_is_not_an_object_is_not_an_event(delivered: bytes) -> None:
    """Nothing is guessed from it."""
    assert parse_event(delivered) is None
