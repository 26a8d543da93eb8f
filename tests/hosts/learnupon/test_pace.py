"""LearnUpon's limits: waits that it asks for, and calls that are used up."""

import pytest
import responses

from connector.core.ports.host import KeyKind, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts.learnupon import LearnUponHost
from tests.clock import Clock
from tests.hosts.learnupon.wire import ROW, URL, USER, everybody, found, sent

S = OutcomeStatus


@pytest.mark.parametrize(
    ("headers", "waited_s"),
    [pytest.param({"Retry-After": "7"}, 7.0, id="told"), pytest.param({}, 30.0, id="not told")],
)
def test_a_portal_that_is_busy_is_waited_for(
    wire: responses.RequestsMock,
    portal: LearnUponHost,
    slept: list[float],
    headers: dict[str, str],
    waited_s: float,
) -> None:
    """As long as it says; then the same is asked again, for it was not done."""
    everybody(wire)
    wire.post(f"{URL}/users", status=429, headers=headers)
    wire.post(f"{URL}/users", json={"id": 662})
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    [outcome] = portal.create([ROW])

    assert (outcome.status, slept) == (S.CREATED, [waited_s])


def test_a_portal_that_stays_busy_is_left_alone(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """The row is to be tried again, and says when; nothing was done."""
    everybody(wire)
    wire.post(f"{URL}/users", status=429, headers={"Retry-After": "900"})
    [outcome] = portal.create([ROW])

    assert (outcome.status, outcome.code, outcome.retry_after_s) == (S.RETRY, "busy", 900.0)


def test_a_minute_that_is_used_up_is_waited_out(
    wire: responses.RequestsMock, portal: LearnUponHost, slept: list[float]
) -> None:
    """Before the next call, and not after it: the last one was good."""
    everybody(wire, USER, headers={"X-LU-Rate-Limit-Remaining-Minute": "0"})
    wire.get(f"{URL}/groups", json={"groups": []}, headers={"X-LU-Rate-Limit-Remaining-Minute": "299"})
    portal.fields()
    found(portal, KeyKind.EXTERNAL_ID, "p1")
    before = list(slept)
    portal.groups()
    portal.groups()

    assert (before, slept) == ([], [60.0])


def test_a_week_that_is_used_up_ends_the_run(
    wire: responses.RequestsMock, portal: LearnUponHost, clock: Clock
) -> None:
    """Nothing more is asked; the week rolls, so that it is tried again after an hour."""
    everybody(wire, headers={"X-LU-Rate-Limit-Remaining-Week": "0"})
    [outcome] = portal.create([ROW])
    with pytest.raises(HostUnavailable, match="this week") as caught:
        portal.groups()

    assert (outcome.status, outcome.retry_after_s) == (S.RETRY, 3600.0)
    assert caught.value.retry_after_s == 3600.0
    assert sent(wire, "POST") == []
