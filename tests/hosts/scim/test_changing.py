"""How users are changed on services with half a PATCH or tags that mean nothing (traps S3, S5 to S7)."""

from dataclasses import replace

import pytest

from connector.core.model.account import AccountState, FieldType
from connector.core.ports.host import Change, Key, KeyKind, OutcomeStatus
from tests.hosts.scim.wire import ADA, Asked, Reply, Wire, only, user

S = OutcomeStatus
SHIFT = {"name": "userType", "type": "string", "canonicalValues": ["Day", "Night"]}


@pytest.mark.req("A32")
@pytest.mark.parametrize(("value", "status"), [("Day", S.CREATED), ("day", S.REJECTED), ("Dusk", S.REJECTED)])
def test_a_choice_is_checked_before_it_is_sent(value: str, status: OutcomeStatus) -> None:
    """S7: canonicalValues bind nobody, so the service would keep it."""
    wire = Wire(attributes=[SHIFT])
    host = wire.host()

    assert [(one.key, one.type, one.choices) for one in host.fields()] == [
        ("userType", FieldType.STRING_CHOICE, ("Day", "Night"))
    ]
    assert only(host.create([replace(ADA, fields={"userType": value})])).status is status
    assert len(wire.users) == (1 if status is S.CREATED else 0)


@pytest.mark.parametrize("answers_with_user", [True, False])
def test_a_change_is_done_with_or_without_a_body(wire: Wire, answers_with_user: bool) -> None:
    """S6: 200 with the user, or 204; then it is looked after once, and believed from then on."""

    def patch(asked: Asked) -> Reply:
        one = next(one for one in wire.users if asked.path.endswith(one["id"]))
        one["active"] = asked.body["Operations"][0]["value"]
        return (200, one) if answers_with_user else (204, "")

    wire.answers["PATCH /Users/"] = patch
    host = wire.host()
    suspend = [Change(f"u{number}", state=AccountState.SUSPENDED) for number in range(1, 6)]
    outcomes = host.update(suspend)
    looked_up = len(wire.sent("POST", "/Users/.search"))
    keys = [Key(KeyKind.ID, one.account_id) for one in suspend]
    now = host.find(keys)
    assert isinstance(now, dict)

    assert {one.status for one in outcomes} == {S.UPDATED}
    assert [one.version for one in outcomes] == [now[key][0].version for key in keys]
    assert looked_up == (1 if answers_with_user else 2)


def test_a_change_that_is_dropped_is_no_change(wire: Wire) -> None:
    """S5: 204, and nothing has happened; else it would be sent again every night and told to be done."""
    wire.answers["PATCH /Users/"] = lambda asked: (204, "")
    outcome = only(wire.host().update([Change("u1", first_name="Augusta")]))

    assert (outcome.status, outcome.code) == (S.REJECTED, "dropped")


def test_what_a_create_has_kept_may_be_dropped_from_a_change(wire: Wire) -> None:
    """S5: one is no proof of the other."""
    wire.answers["PATCH /Users/"] = lambda asked: (204, "")
    host = wire.host()
    made = only(host.create([ADA]))
    outcome = only(host.update([Change(made.account_id or "", state=AccountState.SUSPENDED)]))

    assert (outcome.status, outcome.code) == (S.REJECTED, "dropped")


def test_what_a_patch_cannot_say_goes_by_put(wire: Wire) -> None:
    """S5: 501 for one attribute; all the others are sent as they were, and the next change is a PUT at once."""

    def put(asked: Asked) -> Reply:
        one = next(one for one in wire.users if asked.path.endswith(one["id"]))
        one.update(asked.body)
        return 200, one

    wire.answers["PATCH /Users/"] = lambda asked: (501, "")
    wire.answers["PUT /Users/"] = put
    host = wire.host()
    outcomes = host.update([Change(f"u{number}", external_id=f"q{number}") for number in (1, 2, 3)])

    assert {one.status for one in outcomes} == {S.UPDATED}
    assert (len(wire.sent("PATCH")), len(wire.sent("PUT"))) == (1, 3)
    assert wire.users[0] == {**user(1), "externalId": "q1"}


def test_what_is_not_needed_is_left_out_when_it_is_refused(wire: Wire) -> None:
    """S5: a full name that the service makes by itself; the rest of the change is done."""
    for one in wire.users:
        one["name"]["formatted"] = "Ada Lovelace"

    def patch(asked: Asked) -> Reply:
        if any(one["path"] == "name.formatted" for one in asked.body["Operations"]):
            return 501, {"status": 501}
        one = next(one for one in wire.users if asked.path.endswith(one["id"]))
        one["name"]["familyName"] = "King"
        return 200, one

    wire.answers["PATCH /Users/"] = patch
    outcomes = wire.host().update([Change(f"u{number}", last_name="King") for number in (1, 2, 3)])

    assert {one.status for one in outcomes} == {S.UPDATED}
    assert len(wire.sent("PATCH")) == 1 + 3


def test_a_new_address_leaves_the_others_alone(wire: Wire) -> None:
    """S3: and the user name follows, if it was the address."""
    wire.users[0]["emails"].append({"value": "home@example.test", "type": "home"})
    wire.host().update([Change("u1", email="king@example.test")])
    [operations] = [one.body["Operations"] for one in wire.sent("PATCH")]

    assert {one["path"]: one["value"] for one in operations} == {
        "emails": [
            {"value": "king@example.test", "primary": True},
            {"value": "home@example.test", "type": "home"},
        ],
        "userName": "king@example.test",
    }


# --- entity tags ---


def tagged(wire: Wire, *, honest: bool) -> Wire:
    """The service with entity tags; unless it is `honest` they are called stale whatever is sent."""
    wire.config = {"etag": {"supported": True}}
    for one in wire.users:
        one["meta"] = {"version": 'W/"1"'}

    def patch(asked: Asked) -> Reply:
        one = next(one for one in wire.users if asked.path.endswith(one["id"]))
        tag = asked.headers.get("If-Match")
        if tag and (not honest or tag != one["meta"]["version"]):
            return 412, ""
        one["active"] = False
        one["meta"] = {"version": 'W/"2"'}
        return 200, one

    wire.answers["PATCH /Users/"] = patch
    return wire


def test_a_change_is_conditional_where_there_are_tags(wire: Wire) -> None:
    """Nobody else's edit is lost."""
    host = tagged(wire, honest=True).host()

    assert only(host.update([Change("u1", state=AccountState.SUSPENDED)])).status is S.UPDATED
    assert wire.sent("PATCH")[0].headers["If-Match"] == 'W/"1"'


def test_tags_that_are_stale_without_a_change_are_given_up(wire: Wire) -> None:
    """S3: the user is as it was, so the tag tells nothing; nobody is kept from being suspended by it."""
    host = tagged(wire, honest=False).host()
    outcomes = host.update([Change(f"u{number}", state=AccountState.SUSPENDED) for number in (1, 2)])

    assert {one.status for one in outcomes} == {S.UPDATED}
    assert [one.headers.get("If-Match") for one in wire.sent("PATCH")] == ['W/"1"', None, None]


def test_a_change_that_somebody_else_was_quicker_than_waits(wire: Wire) -> None:
    """412, and the user is another: what to do is decided anew by the next sync."""
    tagged(wire, honest=True)

    def patch(asked: Asked) -> Reply:
        wire.users[0]["name"]["givenName"] = "Adelaide"
        return 412, ""

    wire.answers["PATCH /Users/"] = patch
    outcome = only(wire.host().update([Change("u1", state=AccountState.SUSPENDED)]))

    assert (outcome.status, outcome.code) == (S.RETRY, "changed")
