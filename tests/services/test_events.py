"""The address for events: what it accepts, what it rejects, and what it stores."""

from datetime import timedelta

import pytest

from connector.errors import Refused
from connector.services.events import Delivery, EndpointSecrets
from connector.store.tables.connection import Audit
from connector.store.tables.events import EventEndpoint, EventRefreshRow
from tests.clock import Clock
from tests.services.event_portal import ENTITY, TENANT, EventPortal, event, guid


@pytest.mark.req("X20")
def test_an_event_with_both_secrets_is_stored(event_portal: EventPortal, clock: Clock) -> None:
    """Once, with the time of its arrival; the address shows when its last event arrived."""
    delivery = event_portal.deliver(event(1))

    [row] = event_portal.portal.rows(EventRefreshRow)
    endpoint = event_portal.events.endpoint("a")
    assert (delivery, row.employee_id, row.received_at) == (Delivery.ACCEPTED, guid(1), clock())
    assert endpoint is not None
    assert endpoint.last_event_at == clock()


@pytest.mark.req("X20")
def test_a_burst_or_a_replay_is_one_event_refresh(event_portal: EventPortal, clock: Clock) -> None:
    """The employee is read no later than after the first of them."""
    due = None
    for _ in range(5):
        assert event_portal.deliver(event(1)) is Delivery.ACCEPTED
        [row] = event_portal.portal.rows(EventRefreshRow)
        due = due or row.due_at
        clock.advance(timedelta(seconds=10))

    [row] = event_portal.portal.rows(EventRefreshRow)
    assert row.due_at == due


@pytest.mark.req("X20")
@pytest.mark.parametrize(
    ("path", "authorization", "expected"),
    [
        pytest.param("", None, Delivery.UNKNOWN_ADDRESS, id="no path"),
        pytest.param("guessed", None, Delivery.UNKNOWN_ADDRESS, id="another path"),
        pytest.param("\ud800", None, Delivery.UNKNOWN_ADDRESS, id="a path that is no text"),
        pytest.param(None, "", Delivery.UNAUTHORIZED, id="no secret"),
        pytest.param(None, "Bearer ", Delivery.UNAUTHORIZED, id="an empty secret"),
        pytest.param(None, "Bearer guessed", Delivery.UNAUTHORIZED, id="another secret"),
    ],
)
def test_a_request_without_both_secrets_is_rejected(
    event_portal: EventPortal, path: str | None, authorization: str | None, expected: Delivery
) -> None:
    """Nothing of it is stored."""
    known = event_portal.secrets
    claimed = EndpointSecrets(
        known.path if path is None else path,
        known.authorization if authorization is None else authorization,
    )

    assert event_portal.deliver(event(1), claimed) is expected
    assert event_portal.waiting() == []


def test_the_secret_may_come_without_the_word_before_it(event_portal: EventPortal) -> None:
    """Paycor does not document whether it sends the value unchanged or as a Bearer token."""
    plain = event_portal.secrets.authorization.removeprefix("Bearer ")

    for value in (plain, f"bearer {plain}", f"Bearer {plain} "):
        assert (
            event_portal.deliver(event(1), EndpointSecrets(event_portal.secrets.path, value))
            is Delivery.ACCEPTED
        )


@pytest.mark.req("X20")
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"tenantId": TENANT + 1}, id="another tenant"),
        pytest.param({"legalEntityId": ENTITY + 1}, id="another legal entity"),
        pytest.param({"eventType": "LegalEntity.Modified"}, id="another kind"),
    ],
)
def test_an_event_of_others_is_accepted_and_ignored(
    event_portal: EventPortal, changes: dict[str, object]
) -> None:
    """Paycor need not send it again."""
    assert event_portal.deliver(event(1, **changes)) is Delivery.ACCEPTED
    assert event_portal.waiting() == []


def test_an_event_may_leave_out_tenant_and_legal_entity(event_portal: EventPortal) -> None:
    """The read itself shows which company the employee belongs to."""
    event_portal.deliver(event(1, tenantId=None, legalEntityId=0))

    assert event_portal.waiting() == [guid(1)]


def test_a_body_that_is_not_an_event_is_rejected(event_portal: EventPortal) -> None:
    """Nothing of it is stored."""
    assert event_portal.deliver(b"<event/>") is Delivery.NOT_AN_EVENT
    assert event_portal.waiting() == []


@pytest.mark.req("X20")
def test_a_flood_is_stopped(event_portal: EventPortal) -> None:
    """Above the limit per minute nothing is stored; the daily sync reads those people anyway."""
    deliveries = [event_portal.deliver(event(number)) for number in range(1, 61)]

    assert deliveries.count(Delivery.TOO_MANY) == 10
    assert len(event_portal.waiting()) == 50


@pytest.mark.req("X20")
def test_only_hashes_of_the_secrets_are_stored(event_portal: EventPortal) -> None:
    """A copy of the database is not enough to send events."""
    [endpoint] = event_portal.portal.rows(EventEndpoint)
    stored = f"{endpoint.path_hash} {endpoint.secret_hash}"

    assert event_portal.secrets.path not in stored
    assert event_portal.secrets.authorization.removeprefix("Bearer ") not in stored
    assert event_portal.secrets.path not in repr(event_portal.secrets)
    assert "Bearer" not in repr(event_portal.secrets)


def test_new_secrets_end_the_earlier_ones(event_portal: EventPortal) -> None:
    """An admin replaces a leaked secret with one press of a button."""
    earlier = event_portal.secrets
    event_portal.secrets = event_portal.events.open("a", "admin")

    assert event_portal.deliver(event(1), earlier) is Delivery.UNKNOWN_ADDRESS
    assert event_portal.deliver(event(1)) is Delivery.ACCEPTED


def test_a_closed_address_accepts_nothing(event_portal: EventPortal) -> None:
    """The audit shows who opened and closed it; closing it twice changes nothing."""
    event_portal.events.close("a", "admin")
    event_portal.events.close("a", "admin")

    assert event_portal.events.endpoint("a") is None
    assert event_portal.deliver(event(1)) is Delivery.UNKNOWN_ADDRESS
    assert [row.action for row in event_portal.portal.rows(Audit)] == ["events.opened", "events.closed"]


@pytest.mark.req("D17", "X20")
def test_disconnecting_closes_the_address(event_portal: EventPortal) -> None:
    """Its events go with it, and a portal without a connection gets no new address."""
    event_portal.deliver(event(1))
    event_portal.portal.connecting.disconnect("a", "admin", forget=False)

    assert event_portal.deliver(event(2)) is Delivery.UNKNOWN_ADDRESS
    assert event_portal.waiting() == []
    with pytest.raises(Refused, match=r"Press \+ Connect"):
        event_portal.events.open("a", "admin")
