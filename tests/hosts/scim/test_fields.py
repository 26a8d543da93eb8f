"""Attributes of a SCIM service as custom user data."""

from dataclasses import replace

import pytest

from connector.core.model.account import AccountState, FieldType
from connector.core.ports.host import Change, Key, KeyKind, OutcomeStatus
from tests.hosts.scim.wire import ADA, CORE, Wire, listed, only

ACADEMY = "urn:example:academy:2.0:User"
S = OutcomeStatus
SHIFT = {"name": "userType", "type": "string", "canonicalValues": ["Day", "Night"]}


@pytest.mark.req("A34")
def test_custom_fields_are_attributes_of_the_schemas() -> None:
    """With type and choices; attributes that are read-only, complex or multi-valued are left out."""
    wire = Wire(
        attributes=[
            {"name": "title"},
            {"name": "userName"},
            {"name": "photos", "type": "complex", "multiValued": True},
        ]
    )
    extension = [
        {"name": "shift", "canonicalValues": ["Day", "Night"]},
        {"name": "hired", "type": "dateTime"},
        {"name": "grade", "type": "integer"},
        {"name": "score", "type": "decimal"},
        {"name": "remote", "type": "boolean"},
        {"name": "title"},
        {"name": "points", "type": "integer", "mutability": "readOnly"},
    ]
    wire.answers["GET /Schemas"] = lambda request: listed(
        [{"id": CORE, "attributes": wire.attributes}, {"id": ACADEMY, "attributes": extension}]
    )
    wire.answers["GET /ResourceTypes"] = lambda request: listed(
        [{"schema": CORE, "schemaExtensions": [{"schema": ACADEMY}]}]
    )
    host = wire.host()
    values = {"shift": "Day", "hired": "2026-03-02", "grade": "7", "score": "1.5", "remote": "No"}
    host.create([replace(ADA, fields={**values, f"{ACADEMY}:title": "Dr"})])
    [created] = host.find([Key(KeyKind.EMAIL, ADA.email)]).values()  # type: ignore[union-attr]

    assert {one.key: one.type for one in host.fields()} == {
        "title": FieldType.STRING,
        "shift": FieldType.STRING_CHOICE,
        "hired": FieldType.DATE,
        "grade": FieldType.INTEGER,
        "score": FieldType.DECIMAL,
        "remote": FieldType.STRING_CHOICE,
        f"{ACADEMY}:title": FieldType.STRING,
    }
    assert wire.users[0][ACADEMY] == {
        "shift": "Day",
        "hired": "2026-03-02T00:00:00Z",
        "grade": 7,
        "score": 1.5,
        "remote": False,
        "title": "Dr",
    }
    assert created[0].fields == {**values, f"{ACADEMY}:title": "Dr"}


def test_only_the_fields_in_the_settings_are_offered() -> None:
    """Without schemas each of them is taken for a text."""
    wire = Wire(attributes=[{"name": "title"}, {"name": "locale"}])
    undescribed = Wire()

    assert [one.key for one in wire.host(fields=("locale",)).fields()] == ["locale"]
    assert [one.key for one in wire.host(fields=()).fields()] == []
    assert undescribed.host().fields() == []
    assert not undescribed.host().capabilities().lists_fields


def test_a_field_named_by_its_path_is_written_there() -> None:
    """In an extension schema that the service does not list."""
    wire = Wire()
    host = wire.host(fields=(f"{ACADEMY}:shift",))
    host.create([replace(ADA, fields={f"{ACADEMY}:shift": "Day"})])

    assert wire.users[0][ACADEMY] == {"shift": "Day"}
    assert wire.users[0]["schemas"] == [CORE, ACADEMY]


@pytest.mark.req("A32")
@pytest.mark.parametrize(("value", "status"), [("Day", S.CREATED), ("day", S.REJECTED), ("Dusk", S.REJECTED)])
def test_a_choice_is_checked_before_it_is_sent(value: str, status: OutcomeStatus) -> None:
    """S7: canonicalValues are only advice, so the service would keep the value."""
    wire = Wire(attributes=[SHIFT])
    host = wire.host()

    assert [(one.key, one.type, one.choices) for one in host.fields()] == [
        ("userType", FieldType.STRING_CHOICE, ("Day", "Night"))
    ]
    assert only(host.create([replace(ADA, fields={"userType": value})])).status is status
    assert len(wire.users) == (1 if status is S.CREATED else 0)


def test_a_boolean_is_sent_as_a_boolean() -> None:
    """S5: some services refuse the text "True", others accept it."""
    wire = Wire(attributes=[{"name": "timezone", "type": "boolean"}])
    host = wire.host()
    [outcome] = host.create([replace(ADA, fields={"timezone": "Yes"})])
    host.update([Change(outcome.account_id or "", state=AccountState.SUSPENDED, fields={"timezone": "No"})])
    [patch] = [one.body["Operations"] for one in wire.sent("PATCH")]

    assert [wire.users[0]["active"], wire.users[0]["timezone"]] == [True, True]
    assert [one["value"] for one in patch] == [False, False]
