"""Who is left alone, which fields there are, and what SCIM has no word for."""

from dataclasses import replace
from typing import Any

import pytest

from connector.core.model.account import AccountState, FieldType, Mail
from connector.core.ports.host import Change, Invitation, Key, KeyKind, OutcomeStatus
from connector.errors import HostContractError
from tests.hosts.scim.wire import ADA, CORE, Wire, listed, only, user

S = OutcomeStatus


@pytest.mark.req("D2")
@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"userName": "Root@example.test"}, id="protected by name"),
        pytest.param({"roles": [{"value": "Instructor"}]}, id="another role"),
        pytest.param({"groups": [{"display": "staff"}]}, id="a group of staff"),
        pytest.param({"id": "me"}, id="the connector itself"),
    ],
)
def test_whoever_is_more_than_a_learner_is_not_suspended(values: dict[str, Any]) -> None:
    """By a role, a group, a name in the settings, or by being who we are."""
    wire = Wire(users=[user(1, **values)], answers={"GET /Me": lambda asked: (200, {"id": "me"})})
    host = wire.host(protected=frozenset({"root@example.test"}), staff_groups=frozenset({"Staff"}))
    outcome = only(host.update([Change(wire.users[0]["id"], state=AccountState.SUSPENDED)]))

    assert outcome.status is S.REJECTED
    assert wire.sent("PATCH") == []


def test_learners_by_role_are_learners() -> None:
    """In any letters."""
    wire = Wire(users=[user(1, roles=[{"value": "Student"}], groups=[{"display": "Sales"}])])
    wire.host().update([Change("u1", state=AccountState.SUSPENDED)])

    assert len(wire.sent("PATCH")) == 1


def test_only_learners_are_deleted() -> None:
    """A trial clears up after itself, and after nobody else."""
    wire = Wire(
        users=[user(1), user(2, roles=[{"value": "admin"}])],
        answers={"DELETE /Users/": lambda asked: (204, "")},
    )
    outcomes = wire.host().delete(["u1", "u2", "u3"])

    assert [one.status for one in outcomes] == [S.UPDATED, S.REJECTED, S.NOT_FOUND]
    assert [one.path for one in wire.sent("DELETE")] == ["/Users/u1"]


ACADEMY = "urn:example:academy:2.0:User"


@pytest.mark.req("A34")
def test_custom_fields_are_attributes_of_the_schemas() -> None:
    """Each with its type and its choices; what cannot be written, or has parts or many values, is none."""
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
    wire.answers["GET /Schemas"] = lambda asked: listed(
        [{"id": CORE, "attributes": wire.attributes}, {"id": ACADEMY, "attributes": extension}]
    )
    wire.answers["GET /ResourceTypes"] = lambda asked: listed(
        [{"schema": CORE, "schemaExtensions": [{"schema": ACADEMY}]}]
    )
    host = wire.host()
    values = {"shift": "Day", "hired": "2026-03-02", "grade": "7", "score": "1.5", "remote": "No"}
    host.create([replace(ADA, fields={**values, f"{ACADEMY}:title": "Dr"})])
    [made] = host.find([Key(KeyKind.EMAIL, ADA.email)]).values()  # type: ignore[union-attr]

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
    assert made[0].fields == {**values, f"{ACADEMY}:title": "Dr"}


def test_fields_are_those_that_the_settings_name() -> None:
    """Where the service lists no schemas there is nobody to ask: each is taken for a text."""
    wire = Wire(attributes=[{"name": "title"}, {"name": "locale"}])
    untold = Wire()

    assert [one.key for one in wire.host(fields=("locale",)).fields()] == ["locale"]
    assert [one.key for one in wire.host(fields=()).fields()] == []
    assert untold.host().fields() == []
    assert not untold.host().capabilities().lists_fields


def test_a_field_that_is_named_by_its_path_is_written_there() -> None:
    """An extension schema that nobody tells of."""
    wire = Wire()
    host = wire.host(fields=(f"{ACADEMY}:shift",))
    host.create([replace(ADA, fields={f"{ACADEMY}:shift": "Day"})])

    assert wire.users[0][ACADEMY] == {"shift": "Day"}
    assert wire.users[0]["schemas"] == [CORE, ACADEMY]


def test_an_invitation_is_not_offered(wire: Wire) -> None:
    """Nothing is sent."""
    outcome = only(wire.host().invite([Invitation("u1", Mail.WELCOME)]))

    assert (outcome.status, outcome.code) == (S.REJECTED, "not_offered")
    assert wire.asked == []


def test_edits_since_are_not_offered(wire: Wire, today: Any) -> None:
    """The capability says so, and whoever asks all the same is told."""
    host = wire.host()

    assert not host.capabilities().changed_since
    with pytest.raises(HostContractError):
        host.changed_since(today)
