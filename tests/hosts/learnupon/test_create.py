"""Users of LearnUpon created: what is sent, and which answers are trusted."""

from typing import Any

import pytest
import requests
import responses

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, KeyKind, NewAccount, OutcomeStatus
from connector.hosts.learnupon import LearnUponHost
from tests.hosts.learnupon.fake.wire import GONE, HTML, ROW, URL, USER, found, list_users, sent

S = OutcomeStatus


@pytest.mark.req("A6", "A14")
def test_a_new_user_is_sent_with_all_values(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """A learner with a random password to change at the first sign-in, and values by definition id."""
    list_users(wire)
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
    """The version is that of the user as it is read back."""
    list_users(wire)
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
def test_a_create_without_an_answer_is_unknown_and_looked_up(
    wire: responses.RequestsMock, portal: LearnUponHost, answer: dict[str, Any]
) -> None:
    """It is sent once; the list read before it is not used any more."""
    list_users(wire)
    wire.post(f"{URL}/users", **answer)
    list_users(wire, USER)
    [outcome] = portal.create([ROW])

    assert outcome.status is S.UNKNOWN
    assert len(sent(wire, "POST")) == 1
    assert [one.account_id for one in found(portal, KeyKind.EXTERNAL_ID, "p1")] == ["662"]


@pytest.mark.parametrize("status", [200, 400, 422])
def test_a_user_created_meanwhile_gives_exists(
    wire: responses.RequestsMock, portal: LearnUponHost, status: int
) -> None:
    """Whatever message and status LearnUpon gives."""
    list_users(wire)
    refusal = {"response_type": "ERROR", "response_code": 422, "message": "Ada is known"}
    wire.post(f"{URL}/users", status=status, json=refusal)
    wire.get(f"{URL}/users/search", json={"user": [USER]})
    [outcome] = portal.create([ROW])

    assert (outcome.status, outcome.account_id, outcome.code) == (S.EXISTS, "662", "email.taken")


def test_a_refusal_has_a_code_and_no_text(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """LearnUpon's message may have personal data in it."""
    list_users(wire)
    wire.post(f"{URL}/users", status=422, json={"message": "ada@example.test is not allowed here"})
    wire.get(f"{URL}/users/search", status=404, json=GONE)
    [outcome] = portal.create([ROW])

    assert (outcome.status, outcome.code) == (S.REJECTED, "http.422")


@pytest.mark.req("A32")
@pytest.mark.parametrize("value", ["regular", "Sometimes", "Regular "])
def test_a_value_outside_the_choices_is_never_sent(
    wire: responses.RequestsMock, portal: LearnUponHost, value: str
) -> None:
    """Trap S7: it is not documented what LearnUpon does with it."""
    list_users(wire, USER)
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    created = portal.create(
        [NewAccount("p2", "b@example.test", "B", "N", AccountState.ACTIVE, {"233": value})]
    )
    changed = portal.update([Change("662", first_name="Augusta", fields={"233": value})])

    assert [(one.status, one.code) for one in (*created, *changed)] == [(S.REJECTED, "field.choice")] * 2
    assert [*sent(wire, "POST"), *sent(wire, "PUT")] == []


def test_a_created_account_stays_created_when_it_cannot_be_read_back(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """Only its version is unknown."""
    list_users(wire)
    wire.post(f"{URL}/users", json={"id": 662})
    wire.get(f"{URL}/users/662", status=502)
    [outcome] = portal.create([ROW])

    assert (outcome.status, outcome.account_id, outcome.version) == (S.CREATED, "662", "")
