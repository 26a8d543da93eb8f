"""Users created on services that refuse, drop or fail (traps S2 to S5)."""

from dataclasses import replace

import pytest

from connector.core.ports.host import Outcome, OutcomeStatus
from tests.hosts.scim.wire import ADA, PAGE, Reply, Request, Wire, only, user

S = OutcomeStatus


def test_a_create_sends_only_attributes_of_the_schema() -> None:
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


@pytest.mark.req("A9")
def test_a_409_gives_exists_with_the_other_account(wire: Wire) -> None:
    """S4: another client created the user after the look-up."""

    def quicker(request: Request) -> Reply:
        wire.users.append(user(6, userName=ADA.email, emails=[{"value": ADA.email}], externalId=""))
        return 409, {"scimType": "uniqueness", "detail": f"{ADA.email} is taken"}

    wire.answers["POST /Users"] = quicker

    assert only(wire.host().create([ADA])) == Outcome(S.EXISTS, "u6", code="email.taken")


@pytest.mark.req("A9")
def test_a_taken_user_name_is_found_beforehand(wire: Wire) -> None:
    """S2: for a duplicate, one service answers 500 with HTML, which says nothing."""
    wire.users[2]["userName"] = ADA.email.upper()

    assert only(wire.host().create([ADA])) == Outcome(S.EXISTS, "u3", code="email.taken")
    assert wire.sent("POST", "/Users") == wire.sent("POST", "/Users/.search")


@pytest.mark.parametrize("reply", [(500, PAGE), (200, PAGE), (503, "")])
def test_a_create_without_a_clear_answer_is_not_repeated(wire: Wire, reply: Reply) -> None:
    """S2: the sync looks up whether it was done."""
    wire.answers["POST /Users"] = lambda request: reply

    assert only(wire.host().create([ADA])).status is S.UNKNOWN
    assert len([one for one in wire.sent("POST") if one.path == "/Users"]) == 1


def test_a_refusal_has_no_text_of_the_service(wire: Wire) -> None:
    """Its detail may have the address in it; its type is one of a few words."""
    wire.answers["POST /Users"] = lambda request: (400, {"scimType": "invalidValue", "detail": ADA.email})

    assert only(wire.host().create([ADA])) == Outcome(S.REJECTED, code="scim.invalidValue")


def test_a_dropped_attribute_gives_a_code() -> None:
    """S5: it answers 201 without the title; the account exists anyway."""
    wire = Wire(attributes=[{"name": "title", "type": "string"}])
    wire.answers["POST /Users"] = lambda request: (201, {**request.body, "id": "u9", "title": None})
    outcome = only(wire.host().create([replace(ADA, fields={"title": "Analyst"})]))

    assert (outcome.status, outcome.account_id, outcome.code) == (S.CREATED, "u9", "dropped")
