"""Writing to LearnUpon: what is sent, and what is believed of what it answers."""

from typing import Any

import pytest
import requests
import responses

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, KeyKind, NewAccount, OutcomeStatus
from connector.core.ports.optional import Membership, SupportsGroups
from connector.hosts.learnupon import LearnUponHost
from tests.hosts.learnupon.wire import GONE, HTML, ROW, URL, USER, everybody, found, sent

S = OutcomeStatus


# --- making ---


@pytest.mark.req("A6", "A14")
def test_a_new_user_is_sent_whole(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """A learner, with a password of its own that is changed at once, and values by the ids of their definitions."""
    everybody(wire)
    wire.post(f"{URL}/users", json={"id": 662})
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    portal.create([ROW])
    portal.create([NewAccount("p2", "bob@example.test", "Bob", "Noyce", AccountState.ACTIVE)])
    [ada, bob] = [body["User"] for body in sent(wire, "POST")]

    assert len(ada["password"]) > 20
    assert ada.pop("password") != bob.pop("password")
    assert ada == {
        "email": "ada@example.test",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "change_password_on_first_login": True,
        "enabled": True,
        "user_type": "learner",
        "CustomData": {"use_definition_ids": 1, "231": "Analyst", "240": "p1"},
    }


@pytest.mark.parametrize("body", [{"id": 662}, {"User": {"id": 662}}, {"user": {"id": "662"}}])
def test_the_id_of_a_new_user_is_read_in_every_form(
    wire: responses.RequestsMock, portal: LearnUponHost, body: dict[str, Any]
) -> None:
    """And its version is that of the user as it is read back."""
    everybody(wire)
    wire.post(f"{URL}/users", json=body)
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    [outcome] = portal.create([ROW])
    [ada] = found(portal, KeyKind.ID, "662")

    assert (outcome.status, outcome.account_id, outcome.version) == (S.CREATED, "662", ada.version)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"status": 500, **HTML}, id="HTTP 500 with a page"),
        pytest.param({"status": 200, **HTML}, id="HTTP 200 with a page"),
        pytest.param({"status": 200, "json": {"success": "ok"}}, id="without an id"),
        pytest.param({"body": requests.ReadTimeout()}, id="time-out"),
        pytest.param({"body": requests.ConnectionError("cut")}, id="cut"),
    ],
)
def test_a_create_that_is_not_answered_is_unknown_and_looked_up(
    wire: responses.RequestsMock, portal: LearnUponHost, answer: dict[str, Any]
) -> None:
    """It is asked for once; the list that was read before it is not trusted any more."""
    everybody(wire)
    wire.post(f"{URL}/users", **answer)
    everybody(wire, USER)
    [outcome] = portal.create([ROW])

    assert outcome.status is S.UNKNOWN
    assert len(sent(wire, "POST")) == 1
    assert [one.account_id for one in found(portal, KeyKind.EXTERNAL_ID, "p1")] == ["662"]


@pytest.mark.parametrize("status", [200, 400, 422])
def test_whoever_was_quicker_is_found(
    wire: responses.RequestsMock, portal: LearnUponHost, status: int
) -> None:
    """Whatever words LearnUpon has for it, and under whatever status."""
    everybody(wire)
    refusal = {"response_type": "ERROR", "response_code": 422, "message": "Ada is known"}
    wire.post(f"{URL}/users", status=status, json=refusal)
    wire.get(f"{URL}/users/search", json={"user": [USER]})
    [outcome] = portal.create([ROW])

    assert (outcome.status, outcome.account_id, outcome.code) == (S.EXISTS, "662", "email.taken")


def test_a_refusal_has_a_code_and_no_words(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """LearnUpon's own words may have the row in them."""
    everybody(wire)
    wire.post(f"{URL}/users", status=422, json={"message": "ada@example.test is not allowed here"})
    wire.get(f"{URL}/users/search", status=404, json=GONE)
    [outcome] = portal.create([ROW])

    assert (outcome.status, outcome.code) == (S.REJECTED, "http.422")


@pytest.mark.req("A32")
@pytest.mark.parametrize("value", ["regular", "Sometimes", "Regular "])
def test_a_value_that_is_no_choice_is_never_sent(
    wire: responses.RequestsMock, portal: LearnUponHost, value: str
) -> None:
    """Trap S7: what LearnUpon does with it is not documented."""
    everybody(wire, USER)
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    made = portal.create([NewAccount("p2", "b@example.test", "B", "N", AccountState.ACTIVE, {"233": value})])
    changed = portal.update([Change("662", first_name="Augusta", fields={"233": value})])

    assert [(one.status, one.code) for one in (*made, *changed)] == [(S.REJECTED, "field.choice")] * 2
    assert [*sent(wire, "POST"), *sent(wire, "PUT")] == []


def test_what_is_made_stays_made_when_the_look_after_it_fails(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """Only its version is not known."""
    everybody(wire)
    wire.post(f"{URL}/users", json={"id": 662})
    wire.get(f"{URL}/users/662", status=502)
    [outcome] = portal.create([ROW])

    assert (outcome.status, outcome.account_id, outcome.version) == (S.CREATED, "662", "")


# --- changing ---


def test_a_change_is_sparse_and_read_back(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """Only what differs is sent; a cleared field is sent empty, and a flag is a real boolean."""
    after = {**USER, "last_name": "King", "enabled": False, "CustomData": {"Paycor ID": "p1"}}
    wire.get(f"{URL}/users/662", json={"user": [{**USER, "customDataFieldValues": []}]})
    wire.put(f"{URL}/users/662", json={"id": 662})
    wire.get(f"{URL}/users/662", json={"user": [{**after, "customDataFieldValues": []}]})
    cleared = {"231": None, "234": None, "235": None}
    change = Change("662", first_name="Ada", last_name="King", state=AccountState.SUSPENDED, fields=cleared)
    [outcome] = portal.update([change])
    [ada] = found(portal, KeyKind.ID, "662")

    assert sent(wire, "PUT") == [
        {
            "User": {
                "last_name": "King",
                "enabled": False,
                "CustomData": {"use_definition_ids": 1, "231": "", "234": "", "235": ""},
            }
        }
    ]
    assert (outcome.status, outcome.version) == (S.UPDATED, ada.version)


def test_a_yes_that_changed_nothing_is_no_change(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """LearnUpon answers HTTP 200 to much that it does not do."""
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    wire.put(f"{URL}/users/662", json={"success": "ok"})
    [outcome] = portal.update([Change("662", state=AccountState.SUSPENDED)])

    assert (outcome.status, outcome.code) == (S.REJECTED, "not_kept")


@pytest.mark.req("A7", "D2")
@pytest.mark.parametrize(("enabled", "state"), [(True, AccountState.SUSPENDED), (False, AccountState.ACTIVE)])
def test_the_access_of_an_admin_is_an_admins_to_change(
    wire: responses.RequestsMock, portal: LearnUponHost, enabled: bool, state: AccountState
) -> None:
    """Neither ended nor given back."""
    wire.get(f"{URL}/users/662", json={"user": [{**USER, "user_type": "admin", "enabled": enabled}]})
    [outcome] = portal.update([Change("662", state=state)])

    assert (outcome.status, outcome.code) == (S.REJECTED, "not_a_learner")
    assert sent(wire, "PUT") == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param({"status": 500, **HTML}, S.UNKNOWN, id="HTTP 500 with a page"),
        pytest.param({"status": 404, "json": GONE}, S.NOT_FOUND, id="HTTP 404"),
        pytest.param({"status": 422, "json": {}}, S.REJECTED, id="HTTP 422"),
    ],
)
def test_what_became_of_a_change_that_was_not_taken(
    wire: responses.RequestsMock, portal: LearnUponHost, answer: dict[str, Any], status: OutcomeStatus
) -> None:
    """It is asked for once."""
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    wire.put(f"{URL}/users/662", **answer)
    [outcome] = portal.update([Change("662", last_name="King")])

    assert outcome.status is status
    assert len(sent(wire, "PUT")) == 1


def test_a_change_that_cannot_be_read_back_is_unknown(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """The sync settles it by looking again."""
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    wire.put(f"{URL}/users/662", json={"id": 662})
    wire.get(f"{URL}/users/662", status=502)
    [outcome] = portal.update([Change("662", last_name="King")])

    assert (outcome.status, outcome.account_id) == (S.UNKNOWN, "662")


# --- groups ---


def test_a_membership_is_looked_up_among_ones_own(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """Rows of others are passed over: LearnUpon gives all of them for a parameter that it does not know."""
    keeper: SupportsGroups = portal
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    wire.get(f"{URL}/users/7", status=404, json=GONE)
    others = [{"group_id": 51, "user_id": 7}, {"group_id": 52, "user_id": 662}]
    wire.get(f"{URL}/group_memberships", json={"group_memberships": others})
    wire.post(f"{URL}/group_memberships", json={"id": 1})
    outcomes = keeper.members(
        [
            Membership("662", "51", is_member=True),
            Membership("662", "52", is_member=True),
            Membership("662", "51", is_member=False),
            Membership("662", "drivers", is_member=True),
            Membership("7", "51", is_member=True),
        ]
    )

    assert [one.status for one in outcomes[:2]] == [S.UPDATED, S.UNCHANGED]
    assert [(one.status, one.code) for one in outcomes[3:]] == [
        (S.REJECTED, "group.unknown"),
        (S.NOT_FOUND, "not_found"),
    ]
    assert sent(wire, "POST") == [{"GroupMembership": {"group_id": 51, "user_id": 662}}]
