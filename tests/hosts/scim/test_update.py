"""Users changed on services with half a PATCH or meaningless tags (traps S3, S5 to S7)."""

import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, OutcomeStatus
from tests.hosts.scim.wire import ADA, Reply, Request, Wire, only, user

S = OutcomeStatus


def tagged(wire: Wire, *, honest: bool) -> Wire:
    """The service with entity tags; unless it is `honest`, it calls every tag stale."""
    wire.config = {"etag": {"supported": True}}
    for one in wire.users:
        one["meta"] = {"version": 'W/"1"'}

    def patch(request: Request) -> Reply:
        one = next(one for one in wire.users if request.path.endswith(one["id"]))
        tag = request.headers.get("If-Match")
        if tag and (not honest or tag != one["meta"]["version"]):
            return 412, ""
        one["active"] = False
        one["meta"] = {"version": 'W/"2"'}
        return 200, one

    wire.answers["PATCH /Users/"] = patch
    return wire


@pytest.mark.parametrize("answers_with_user", [True, False])
def test_a_change_is_done_with_or_without_a_body(wire: Wire, answers_with_user: bool) -> None:
    """S6: 200 with the user, or 204; then the user is looked up once, and the service is trusted from then on."""

    def patch(request: Request) -> Reply:
        one = next(one for one in wire.users if request.path.endswith(one["id"]))
        one["active"] = request.body["Operations"][0]["value"]
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


def test_a_dropped_change_is_rejected(wire: Wire) -> None:
    """S5: 204 without effect; otherwise it would be sent every night and count as done."""
    wire.answers["PATCH /Users/"] = lambda request: (204, "")
    outcome = only(wire.host().update([Change("u1", first_name="Augusta")]))

    assert (outcome.status, outcome.code) == (S.REJECTED, "dropped")


def test_a_value_kept_on_create_may_be_dropped_from_a_change(wire: Wire) -> None:
    """S5: one does not prove the other."""
    wire.answers["PATCH /Users/"] = lambda request: (204, "")
    host = wire.host()
    created = only(host.create([ADA]))
    outcome = only(host.update([Change(created.account_id or "", state=AccountState.SUSPENDED)]))

    assert (outcome.status, outcome.code) == (S.REJECTED, "dropped")


def test_an_attribute_refused_in_a_patch_is_sent_by_put(wire: Wire) -> None:
    """S5: after a 501 all other attributes are sent unchanged, and the next change is a PUT at once."""

    def put(request: Request) -> Reply:
        one = next(one for one in wire.users if request.path.endswith(one["id"]))
        one.update(request.body)
        return 200, one

    wire.answers["PATCH /Users/"] = lambda request: (501, "")
    wire.answers["PUT /Users/"] = put
    host = wire.host()
    outcomes = host.update([Change(f"u{number}", external_id=f"q{number}") for number in (1, 2, 3)])

    assert {one.status for one in outcomes} == {S.UPDATED}
    assert (len(wire.sent("PATCH")), len(wire.sent("PUT"))) == (1, 3)
    assert wire.users[0] == {**user(1), "externalId": "q1"}


def test_an_optional_attribute_is_left_out_when_it_is_refused(wire: Wire) -> None:
    """S5: such as a full name that the service makes itself; the rest of the change is done."""
    for one in wire.users:
        one["name"]["formatted"] = "Ada Lovelace"

    def patch(request: Request) -> Reply:
        if any(one["path"] == "name.formatted" for one in request.body["Operations"]):
            return 501, {"status": 501}
        one = next(one for one in wire.users if request.path.endswith(one["id"]))
        one["name"]["familyName"] = "King"
        return 200, one

    wire.answers["PATCH /Users/"] = patch
    outcomes = wire.host().update([Change(f"u{number}", last_name="King") for number in (1, 2, 3)])

    assert {one.status for one in outcomes} == {S.UPDATED}
    assert len(wire.sent("PATCH")) == 1 + 3


def test_a_new_address_keeps_the_other_addresses(wire: Wire) -> None:
    """S3: the user name follows if it was the address."""
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


def test_a_change_is_conditional_if_the_service_has_tags(wire: Wire) -> None:
    """An edit by another client is not lost."""
    host = tagged(wire, honest=True).host()

    assert only(host.update([Change("u1", state=AccountState.SUSPENDED)])).status is S.UPDATED
    assert wire.sent("PATCH")[0].headers["If-Match"] == 'W/"1"'


def test_tags_that_are_stale_without_an_edit_are_ignored(wire: Wire) -> None:
    """S3: the user has not changed, so the tag means nothing and must not block a suspension."""
    host = tagged(wire, honest=False).host()
    outcomes = host.update([Change(f"u{number}", state=AccountState.SUSPENDED) for number in (1, 2)])

    assert {one.status for one in outcomes} == {S.UPDATED}
    assert [one.headers.get("If-Match") for one in wire.sent("PATCH")] == ['W/"1"', None, None]


def test_a_change_after_an_edit_by_another_client_is_retried(wire: Wire) -> None:
    """412, and the user has changed: the next sync decides again."""
    tagged(wire, honest=True)

    def patch(request: Request) -> Reply:
        wire.users[0]["name"]["givenName"] = "Adelaide"
        return 412, ""

    wire.answers["PATCH /Users/"] = patch
    outcome = only(wire.host().update([Change("u1", state=AccountState.SUSPENDED)]))

    assert (outcome.status, outcome.code) == (S.RETRY, "changed")
