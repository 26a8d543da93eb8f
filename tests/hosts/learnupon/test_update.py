"""Users of LearnUpon changed: what is sent, and which answers are trusted."""

from typing import Any

import pytest
import responses

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, KeyKind, OutcomeStatus
from connector.hosts.learnupon import LearnUponHost
from tests.hosts.learnupon.fake.wire import GONE, HTML, URL, USER, found, sent

S = OutcomeStatus


def test_a_change_is_sparse_and_read_back(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """Only new values are sent; a cleared field is sent empty, and the state as a boolean."""
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


def test_an_accepted_change_without_effect_is_rejected(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """LearnUpon answers HTTP 200 to changes that it does not make."""
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    wire.put(f"{URL}/users/662", json={"success": "ok"})
    [outcome] = portal.update([Change("662", state=AccountState.SUSPENDED)])

    assert (outcome.status, outcome.code) == (S.REJECTED, "not_kept")


@pytest.mark.req("A7", "D2")
@pytest.mark.parametrize(("enabled", "state"), [(True, AccountState.SUSPENDED), (False, AccountState.ACTIVE)])
def test_the_access_of_an_admin_is_not_changed(
    wire: responses.RequestsMock, portal: LearnUponHost, enabled: bool, state: AccountState
) -> None:
    """Neither ended nor restored."""
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
def test_a_failed_change_is_sent_once(
    wire: responses.RequestsMock, portal: LearnUponHost, answer: dict[str, Any], status: OutcomeStatus
) -> None:
    """The outcome says what happened."""
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    wire.put(f"{URL}/users/662", **answer)
    [outcome] = portal.update([Change("662", last_name="King")])

    assert outcome.status is status
    assert len(sent(wire, "PUT")) == 1


def test_a_change_that_cannot_be_read_back_is_unknown(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """The next sync looks it up."""
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    wire.put(f"{URL}/users/662", json={"id": 662})
    wire.get(f"{URL}/users/662", status=502)
    [outcome] = portal.update([Change("662", last_name="King")])

    assert (outcome.status, outcome.account_id) == (S.UNKNOWN, "662")
