"""What a delivery of Paycor's says: which employee is meant, in any casing, and nothing else."""

import json

import pytest

from connector.paycor.events import Event, event

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
MEANT = Event(ID, 77001, 190204)


def body(**changes: object) -> bytes:
    """An event with the fields in `changes` replaced."""
    return json.dumps(PLAIN | changes).encode()


@pytest.mark.req("X20")
@pytest.mark.parametrize(
    "delivered",
    [
        pytest.param(body(), id="as documented"),
        pytest.param(json.dumps({k[0].upper() + k[1:]: v for k, v in PLAIN.items()}).encode(), id="Pascal"),
        pytest.param(body(somethingNew={"deep": [1]}), id="an unknown field"),
        pytest.param(body(itemId=ID.upper()), id="an id in capitals"),
        pytest.param(body(tenantId="77001", legalEntityId=" 190204 "), id="numbers as text"),
        pytest.param(body(eventType="employee.created"), id="another type about an employee"),
    ],
)
def test_the_employee_of_an_event_is_found(delivered: bytes) -> None:
    """Whatever the casing, and whatever else is there."""
    assert event(delivered) == MEANT


@pytest.mark.parametrize(
    "delivered",
    [
        pytest.param(body(eventType="LegalEntity.Modified"), id="about a legal entity"),
        pytest.param(body(eventType=None), id="no type"),
        pytest.param(body(itemId=None), id="no id"),
        pytest.param(body(itemId="../../sts/v1/common/token"), id="a path"),
        pytest.param(body(itemId="00000000-0000-0000-0000-000000000000"), id="the id of nobody"),
        pytest.param(body(itemId=7), id="a number"),
    ],
)
def test_an_event_about_nobody_names_nobody(delivered: bytes) -> None:
    """The id becomes part of an address, so nothing but a GUID is one."""
    found = event(delivered)

    assert found is not None
    assert found.employee_id is None


@pytest.mark.parametrize("tenant", [None, 0, "0", "many", True, -1, "9" * 30])
def test_a_tenant_that_is_no_number_is_not_said(tenant: object) -> None:
    """Nought is what a system writes that has nothing to write."""
    found = event(body(tenantId=tenant))

    assert found is not None
    assert found.tenant_id is None


@pytest.mark.parametrize("delivered", [b"", b"<event/>", b"[]", b'"text"', b"\xff\xfe", b"{"])
def test_what_is_no_object_is_no_event(delivered: bytes) -> None:
    """It is not guessed at."""
    assert event(delivered) is None
