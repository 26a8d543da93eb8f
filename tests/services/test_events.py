"""The door for events: what it takes, what it refuses, and what it keeps."""

from datetime import timedelta
from pathlib import Path

import pytest

from connector.errors import Refused
from connector.services.events import Delivery, EndpointSecrets
from connector.store.tables.connection import Audit
from connector.store.tables.events import EventEndpoint, EventRefreshRow
from tests.clock import Clock
from tests.services.listening import ENTITY, TENANT, Listening, event, guid
from tests.services.portal import ConnectedPortal


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> ConnectedPortal:
    """A portal that has been synced once."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.sync()
    clock.advance(timedelta(hours=2))
    return portal


@pytest.fixture
def listening(portal: ConnectedPortal) -> Listening:
    """The same, with a door."""
    return Listening(portal)


@pytest.mark.req("X20")
def test_an_event_with_both_secrets_is_kept(listening: Listening, clock: Clock) -> None:
    """Once, with when it came; the door remembers that it heard something."""
    heard = listening.hear(event(1))

    [row] = listening.portal.rows(EventRefreshRow)
    door = listening.events.door("a")
    assert (heard, row.employee_id, row.received_at) == (Delivery.TAKEN, guid(1), clock())
    assert door is not None
    assert door.last_event_at == clock()


@pytest.mark.req("X20")
def test_a_burst_or_a_replay_is_one_nudge(listening: Listening, clock: Clock) -> None:
    """And the person is read no later than after the first of them."""
    due = None
    for _ in range(5):
        assert listening.hear(event(1)) is Delivery.TAKEN
        [row] = listening.portal.rows(EventRefreshRow)
        due = due or row.due_at
        clock.advance(timedelta(seconds=10))

    [row] = listening.portal.rows(EventRefreshRow)
    assert row.due_at == due


@pytest.mark.req("X20")
@pytest.mark.parametrize(
    ("path", "authorization", "expected"),
    [
        pytest.param("", None, Delivery.NO_SUCH_DOOR, id="no path"),
        pytest.param("guessed", None, Delivery.NO_SUCH_DOOR, id="another path"),
        pytest.param("\ud800", None, Delivery.NO_SUCH_DOOR, id="a path that is no text"),
        pytest.param(None, "", Delivery.NOT_PAYCOR, id="no secret"),
        pytest.param(None, "Bearer ", Delivery.NOT_PAYCOR, id="an empty secret"),
        pytest.param(None, "Bearer guessed", Delivery.NOT_PAYCOR, id="another secret"),
    ],
)
def test_whoever_lacks_a_secret_is_not_heard(
    listening: Listening, path: str | None, authorization: str | None, expected: Delivery
) -> None:
    """Both are asked for, and nothing is kept."""
    known = listening.secrets
    claimed = EndpointSecrets(
        known.path if path is None else path,
        known.authorization if authorization is None else authorization,
    )

    assert listening.hear(event(1), claimed) is expected
    assert listening.nudged() == []


def test_the_secret_may_come_without_the_word_before_it(listening: Listening) -> None:
    """Nobody knows how Paycor sends what it was given: as it is, or as a Bearer."""
    plain = listening.secrets.authorization.removeprefix("Bearer ")

    for value in (plain, f"bearer {plain}", f"Bearer {plain} "):
        assert listening.hear(event(1), EndpointSecrets(listening.secrets.path, value)) is Delivery.TAKEN


@pytest.mark.req("X20")
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"tenantId": TENANT + 1}, id="another tenant"),
        pytest.param({"legalEntityId": ENTITY + 1}, id="another legal entity"),
        pytest.param({"eventType": "LegalEntity.Modified"}, id="another kind"),
    ],
)
def test_what_is_not_ours_is_taken_and_not_acted_on(listening: Listening, changes: dict[str, object]) -> None:
    """Paycor need not send it again."""
    assert listening.hear(event(1, **changes)) is Delivery.TAKEN
    assert listening.nudged() == []


def test_what_a_thin_event_does_not_say_is_not_held_against_it(listening: Listening) -> None:
    """The read itself finds out whose the employee is."""
    listening.hear(event(1, tenantId=None, legalEntityId=0))

    assert listening.nudged() == [guid(1)]


def test_what_is_no_event_is_refused(listening: Listening) -> None:
    """Nothing is kept of it."""
    assert listening.hear(b"<event/>") is Delivery.NOT_AN_EVENT
    assert listening.nudged() == []


@pytest.mark.req("X20")
def test_a_flood_is_stopped(listening: Listening) -> None:
    """Beyond the limit a minute nothing is kept; the daily sync sees those people anyway."""
    heard = [listening.hear(event(number)) for number in range(1, 61)]

    assert heard.count(Delivery.TOO_MANY) == 10
    assert len(listening.nudged()) == 50


@pytest.mark.req("X20")
def test_only_hashes_of_the_secrets_are_kept(listening: Listening) -> None:
    """Who has a copy of the database cannot send events."""
    [door] = listening.portal.rows(EventEndpoint)
    stored = f"{door.path_hash} {door.secret_hash}"

    assert listening.secrets.path not in stored
    assert listening.secrets.authorization.removeprefix("Bearer ") not in stored
    assert listening.secrets.path not in repr(listening.secrets)
    assert "Bearer" not in repr(listening.secrets)


def test_new_secrets_end_the_earlier_ones(listening: Listening) -> None:
    """A secret that got about is replaced by a press of a button."""
    earlier = listening.secrets
    listening.secrets = listening.events.open("a", "admin")

    assert listening.hear(event(1), earlier) is Delivery.NO_SUCH_DOOR
    assert listening.hear(event(1)) is Delivery.TAKEN


def test_a_closed_door_hears_nothing(listening: Listening) -> None:
    """And who opened and closed it is on record; closing it twice is nothing."""
    listening.events.close("a", "admin")
    listening.events.close("a", "admin")

    assert listening.events.door("a") is None
    assert listening.hear(event(1)) is Delivery.NO_SUCH_DOOR
    assert [row.action for row in listening.portal.rows(Audit)] == ["events.opened", "events.closed"]


@pytest.mark.req("D17", "X20")
def test_disconnecting_closes_the_door(listening: Listening) -> None:
    """What was kept goes with it, and no new door is made for a portal without a connection."""
    listening.hear(event(1))
    listening.portal.connecting.disconnect("a", "admin", forget=False)

    assert listening.hear(event(2)) is Delivery.NO_SUCH_DOOR
    assert listening.nudged() == []
    with pytest.raises(Refused, match="Connect it first"):
        listening.events.open("a", "admin")
