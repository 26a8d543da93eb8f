"""How users are made on services that refuse, drop or break (traps S2 to S5)."""

from dataclasses import replace

import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Outcome, OutcomeStatus
from tests.hosts.scim.wire import ADA, PAGE, Asked, Reply, Wire, only, user

S = OutcomeStatus


def test_a_create_sends_what_the_schema_has() -> None:
    """S3: a sub-attribute outside the schema is refused, and a full name may be required."""
    wire = Wire(
        attributes=[
            {"name": "externalId", "mutability": "readOnly", "returned": "never"},
            {
                "name": "name",
                "type": "complex",
                "subAttributes": [{"name": "formatted"}, {"name": "familyName"}],
            },
            {"name": "emails", "type": "complex", "multiValued": True, "subAttributes": [{"name": "value"}]},
        ]
    )
    host = wire.host()
    host.create([ADA])
    [sent] = [one.body for one in wire.sent("POST", "/Users")]

    assert sent["emails"] == [{"value": "ada@example.test"}]
    assert sent["name"] == {"formatted": "Ada Lovelace", "familyName": "Lovelace"}
    assert "externalId" not in sent
    assert not host.capabilities().keeps_external_id


def test_booleans_are_booleans() -> None:
    """S5: the text "True" is refused by some and taken by others."""
    wire = Wire(attributes=[{"name": "timezone", "type": "boolean"}])
    host = wire.host()
    [outcome] = host.create([replace(ADA, fields={"timezone": "Yes"})])
    host.update([Change(outcome.account_id or "", state=AccountState.SUSPENDED, fields={"timezone": "No"})])
    [patch] = [one.body["Operations"] for one in wire.sent("PATCH")]

    assert [wire.users[0]["active"], wire.users[0]["timezone"]] == [True, True]
    assert [one["value"] for one in patch] == [False, False]


@pytest.mark.req("A9")
def test_a_create_that_is_answered_409_finds_who_is_in_the_way(wire: Wire) -> None:
    """S4: somebody was made between the look-up and the create."""

    def quicker(asked: Asked) -> Reply:
        wire.users.append(user(6, userName=ADA.email, emails=[{"value": ADA.email}], externalId=""))
        return 409, {"scimType": "uniqueness", "detail": f"{ADA.email} is taken"}

    wire.answers["POST /Users"] = quicker

    assert only(wire.host().create([ADA])) == Outcome(S.EXISTS, "u6", code="email.taken")


@pytest.mark.req("A9")
def test_a_user_name_that_is_somebodys_is_found_beforehand(wire: Wire) -> None:
    """S2: asked for it twice, a service answers 500 with a page, which says nothing."""
    wire.users[2]["userName"] = ADA.email.upper()

    assert only(wire.host().create([ADA])) == Outcome(S.EXISTS, "u3", code="email.taken")
    assert wire.sent("POST", "/Users") == wire.sent("POST", "/Users/.search")


@pytest.mark.parametrize("reply", [(500, PAGE), (200, PAGE), (503, "")])
def test_a_create_without_a_clear_answer_is_not_repeated(wire: Wire, reply: Reply) -> None:
    """S2: whether it was done is looked up by the sync."""
    wire.answers["POST /Users"] = lambda asked: reply

    assert only(wire.host().create([ADA])).status is S.UNKNOWN
    assert len([one for one in wire.sent("POST") if one.path == "/Users"]) == 1


def test_a_refusal_has_no_words_of_the_service_in_it(wire: Wire) -> None:
    """What it says may have the address in it; its type is a word of a small set."""
    wire.answers["POST /Users"] = lambda asked: (400, {"scimType": "invalidValue", "detail": ADA.email})

    assert only(wire.host().create([ADA])) == Outcome(S.REJECTED, code="scim.invalidValue")


def test_an_attribute_that_is_dropped_is_told() -> None:
    """S5: it answers 201 and has forgotten the title; the account is there all the same."""
    wire = Wire(attributes=[{"name": "title", "type": "string"}])
    wire.answers["POST /Users"] = lambda asked: (201, {**asked.body, "id": "u9", "title": None})
    outcome = only(wire.host().create([replace(ADA, fields={"title": "Analyst"})]))

    assert (outcome.status, outcome.account_id, outcome.code) == (S.CREATED, "u9", "dropped")
