"""LearnUpon's limits: waits that it asks for, and calls that are used up."""

import pytest
import responses

from connector.core.ports.host import KeyKind, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts.learnupon import LearnUponHost
from tests.clock import Clock
from tests.hosts.learnupon.fake.wire import ROW, URL, USER, found, list_users, sent

S = OutcomeStatus


@pytest.mark.parametrize(
    ("headers", "waited_s"),
    [
        pytest.param({"Retry-After": "7"}, 7.0, id="with a header"),
        pytest.param({}, 30.0, id="without a header"),
    ],
)
def test_a_busy_portal_is_waited_for(
    wire: responses.RequestsMock,
    portal: LearnUponHost,
    slept: list[float],
    headers: dict[str, str],
    waited_s: float,
) -> None:
    """For as long as it asks; then the call is sent again, because it was not done."""
    list_users(wire)
    wire.post(f"{URL}/users", status=429, headers=headers)
    wire.post(f"{URL}/users", json={"id": 662})
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    [outcome] = portal.create([ROW])

    assert (outcome.status, slept) == (S.CREATED, [waited_s])


def test_a_portal_that_stays_busy_gives_retry(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """The outcome says when; nothing was done."""
    list_users(wire)
    wire.post(f"{URL}/users", status=429, headers={"Retry-After": "900"})
    [outcome] = portal.create([ROW])

    assert (outcome.status, outcome.code, outcome.retry_after_s) == (S.RETRY, "busy", 900.0)


def test_the_next_call_waits_when_the_minute_is_used_up(
    wire: responses.RequestsMock, portal: LearnUponHost, slept: list[float]
) -> None:
    """Before the next call, not after the last one, which was answered."""
    list_users(wire, USER, headers={"X-LU-Rate-Limit-Remaining-Minute": "0"})
    wire.get(f"{URL}/groups", json={"groups": []}, headers={"X-LU-Rate-Limit-Remaining-Minute": "299"})
    portal.fields()
    found(portal, KeyKind.EXTERNAL_ID, "p1")
    before = list(slept)
    portal.groups()
    portal.groups()

    assert (before, slept) == ([], [60.0])


def test_the_run_ends_when_the_week_is_used_up(
    wire: responses.RequestsMock, portal: LearnUponHost, clock: Clock
) -> None:
    """No more calls are made; the week rolls, so the next try is in an hour."""
    list_users(wire, headers={"X-LU-Rate-Limit-Remaining-Week": "0"})
    [outcome] = portal.create([ROW])
    with pytest.raises(HostUnavailable, match="this week") as caught:
        portal.groups()

    assert (outcome.status, outcome.retry_after_s) == (S.RETRY, 3600.0)
    assert caught.value.retry_after_s == 3600.0
    assert sent(wire, "POST") == []
