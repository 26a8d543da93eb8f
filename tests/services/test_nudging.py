"""Event nudges: what comes in by the door, and the run that reads those few people again."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute

from connector.core.records import AccountState
from connector.errors import Refused, SourceUnavailable
from connector.services.nudging import Heard, Nudging, Secrets
from connector.store import connections, nudges
from connector.store.beyond import EventDoor, NudgeRow
from connector.store.models import Audit, EmployeeRow, FindingRow, RunRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire

TENANT, ENTITY = 77001, 190204
MINUTE = timedelta(minutes=1)


def guid(number: int) -> str:
    """An employee id as Paycor makes them."""
    return f"{number:08x}-7a44-0000-0000-0000fce60200"


def event(number: int = 1, **changes: object) -> bytes:
    """An event about the employee of this number."""
    said = {"eventType": "Employee.Modified", "tenantId": TENANT, "itemId": guid(number)}
    return json.dumps(said | changes).encode()


class Listening:
    """A connected portal with a door."""

    def __init__(self, portal: ConnectedPortal) -> None:
        self.portal = portal
        self.nudging = Nudging(portal.wiring, RateLimitItemPerMinute(50))
        with portal.database.writing() as session:
            row = connections.locked(session, "a")
            assert row is not None
            connections.claim(session, row, {ENTITY: TENANT})
        self.secrets = self.nudging.open("a", "admin")

    def hear(self, body: bytes, secrets: Secrets | None = None) -> Heard:
        """A delivery that knows both secrets, unless others are given."""
        known = secrets or self.secrets
        return self.nudging.receive(known.path, known.authorization, body)

    def nudged(self) -> list[str]:
        """The employees that wait to be read."""
        return sorted(row.employee_id for row in self.portal.rows(NudgeRow))

    def nudge(self, *numbers: int) -> None:
        """Events about employees of the feed, whose ids are short."""
        with self.portal.database.writing() as session:
            for number in numbers:
                nudges.keep(session, self.portal.connection.id, f"e{number}", self.portal.clock())


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


# --- the door ------------------------------------------------------------------------------------------------------


@pytest.mark.req("X20")
def test_an_event_with_both_secrets_is_kept(listening: Listening, clock: Clock) -> None:
    """Once, with when it came; the door remembers that it heard something."""
    heard = listening.hear(event(1))

    [row] = listening.portal.rows(NudgeRow)
    door = listening.nudging.door("a")
    assert (heard, row.employee_id, row.received_at) == (Heard.TAKEN, guid(1), clock())
    assert door is not None
    assert door.heard_at == clock()


@pytest.mark.req("X20")
def test_a_burst_or_a_replay_is_one_nudge(listening: Listening, clock: Clock) -> None:
    """And the person is read no later than after the first of them."""
    due = None
    for _ in range(5):
        assert listening.hear(event(1)) is Heard.TAKEN
        [row] = listening.portal.rows(NudgeRow)
        due = due or row.due_at
        clock.advance(timedelta(seconds=10))

    [row] = listening.portal.rows(NudgeRow)
    assert row.due_at == due


@pytest.mark.req("X20")
@pytest.mark.parametrize(
    ("path", "authorization", "expected"),
    [
        pytest.param("", None, Heard.NO_SUCH_DOOR, id="no path"),
        pytest.param("guessed", None, Heard.NO_SUCH_DOOR, id="another path"),
        pytest.param("\ud800", None, Heard.NO_SUCH_DOOR, id="a path that is no text"),
        pytest.param(None, "", Heard.NOT_PAYCOR, id="no secret"),
        pytest.param(None, "Bearer ", Heard.NOT_PAYCOR, id="an empty secret"),
        pytest.param(None, "Bearer guessed", Heard.NOT_PAYCOR, id="another secret"),
    ],
)
def test_whoever_lacks_a_secret_is_not_heard(
    listening: Listening, path: str | None, authorization: str | None, expected: Heard
) -> None:
    """Both are asked for, and nothing is kept."""
    known = listening.secrets
    claimed = Secrets(
        known.path if path is None else path,
        known.authorization if authorization is None else authorization,
    )

    assert listening.hear(event(1), claimed) is expected
    assert listening.nudged() == []


def test_the_secret_may_come_without_the_word_before_it(listening: Listening) -> None:
    """Nobody knows how Paycor sends what it was given: as it is, or as a Bearer."""
    plain = listening.secrets.authorization.removeprefix("Bearer ")

    for value in (plain, f"bearer {plain}", f"Bearer {plain} "):
        assert listening.hear(event(1), Secrets(listening.secrets.path, value)) is Heard.TAKEN


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
    assert listening.hear(event(1, **changes)) is Heard.TAKEN
    assert listening.nudged() == []


def test_what_a_thin_event_does_not_say_is_not_held_against_it(listening: Listening) -> None:
    """The read itself finds out whose the employee is."""
    listening.hear(event(1, tenantId=None, legalEntityId=0))

    assert listening.nudged() == [guid(1)]


def test_what_is_no_event_is_refused(listening: Listening) -> None:
    """Nothing is kept of it."""
    assert listening.hear(b"<event/>") is Heard.NOT_AN_EVENT
    assert listening.nudged() == []


@pytest.mark.req("X20")
def test_a_flood_is_stopped(listening: Listening) -> None:
    """Beyond the limit a minute nothing is kept; the daily sync sees those people anyway."""
    heard = [listening.hear(event(number)) for number in range(1, 61)]

    assert heard.count(Heard.TOO_MANY) == 10
    assert len(listening.nudged()) == 50


@pytest.mark.req("X20")
def test_only_hashes_of_the_secrets_are_kept(listening: Listening) -> None:
    """Who has a copy of the database cannot send events."""
    [door] = listening.portal.rows(EventDoor)
    stored = f"{door.path_hash} {door.secret_hash}"

    assert listening.secrets.path not in stored
    assert listening.secrets.authorization.removeprefix("Bearer ") not in stored
    assert listening.secrets.path not in repr(listening.secrets)
    assert "Bearer" not in repr(listening.secrets)


def test_new_secrets_end_the_earlier_ones(listening: Listening) -> None:
    """A secret that got about is replaced by a press of a button."""
    earlier = listening.secrets
    listening.secrets = listening.nudging.open("a", "admin")

    assert listening.hear(event(1), earlier) is Heard.NO_SUCH_DOOR
    assert listening.hear(event(1)) is Heard.TAKEN


def test_a_closed_door_hears_nothing(listening: Listening) -> None:
    """And who opened and closed it is on record; closing it twice is nothing."""
    listening.nudging.close("a", "admin")
    listening.nudging.close("a", "admin")

    assert listening.nudging.door("a") is None
    assert listening.hear(event(1)) is Heard.NO_SUCH_DOOR
    assert [row.action for row in listening.portal.rows(Audit)] == ["events.opened", "events.closed"]


@pytest.mark.req("D17", "X20")
def test_disconnecting_closes_the_door(listening: Listening) -> None:
    """What was kept goes with it, and no new door is made for a portal without a connection."""
    listening.hear(event(1))
    listening.portal.connecting.disconnect("a", "admin", forget=False)

    assert listening.hear(event(2)) is Heard.NO_SUCH_DOOR
    assert listening.nudged() == []
    with pytest.raises(Refused, match="Connect it first"):
        listening.nudging.open("a", "admin")


# --- the run -------------------------------------------------------------------------------------------------------


@pytest.mark.req("X20")
def test_a_nudge_reads_that_person_alone(listening: Listening, clock: Clock) -> None:
    """Their change is applied; another one's waits for the daily sync, and who is not asked for is not absent."""
    portal = listening.portal
    portal.employs(hire(1, first_name="Renata"), hire(2, first_name="Rosa"))
    listening.nudge(1)
    clock.advance(MINUTE)

    portal.executing.tick(role="test")

    names = sorted(account.first_name for account in portal.host.accounts.values())
    run = portal.rows(RunRow)[-1]
    assert portal.history()[-1] == ("nudge", "event", "done")
    assert names == ["First2", "First3", "Renata"]
    assert {row.absent_reads for row in portal.rows(EmployeeRow)} == {0}
    assert listening.nudged() == []
    assert (run.report["read"], run.report["updated"], run.report["skipped"]) == (1, 1, 0)
    assert portal.connection.last_read_count == 3


@pytest.mark.req("X20")
def test_a_nudge_goes_the_way_of_every_plan(listening: Listening, clock: Clock) -> None:
    """Somebody new is made and mailed, somebody who left loses access: by the same decisions."""
    portal = listening.portal
    portal.employs(hire(1), gone(2), hire(4))
    listening.nudge(2, 4)
    clock.advance(MINUTE)

    portal.executing.tick(role="test")

    states = {account.email: account.state for account in portal.host.accounts.values()}
    assert states["p2@example.com"] is AccountState.SUSPENDED
    assert states["p4@example.com"] is AccountState.ACTIVE
    assert portal.mailed()[-1] == "p4@example.com"


def test_a_nudge_leaves_the_findings_about_the_connection(listening: Listening, clock: Clock) -> None:
    """One person's record says nothing about missing rights or fields."""
    portal = listening.portal
    with portal.database.writing() as session:
        told = FindingRow(
            connection_id=portal.connection.id,
            person_key="",
            employee_id="",
            code="permission_missing",
            subject="View Legal Entity Persons",
            detail="",
            is_skip=False,
            since=clock(),
        )
        session.add(told)
    listening.nudge(1)
    clock.advance(MINUTE)

    portal.executing.tick(role="test")

    assert [row.subject for row in portal.rows(FindingRow)] == ["View Legal Entity Persons"]


@pytest.mark.req("X20")
def test_whom_paycor_does_not_know_is_passed_over(listening: Listening, clock: Clock) -> None:
    """Gone, or of another legal entity: nothing happens to anybody, and it is not asked again."""
    listening.nudge(99)
    clock.advance(MINUTE)

    listening.portal.executing.tick(role="test")

    assert listening.portal.history()[-1] == ("nudge", "event", "done")
    assert listening.nudged() == []
    assert len(listening.portal.host.accounts) == 3


def test_a_nudge_waits_until_paycor_shows_the_change(listening: Listening, clock: Clock) -> None:
    """Paycor says that a change may take a minute to be seen."""
    listening.nudge(1)
    clock.advance(timedelta(seconds=59))
    listening.portal.executing.tick(role="test")
    early = len(listening.portal.history())
    clock.advance(timedelta(seconds=1))
    listening.portal.executing.tick(role="test")

    assert (early, len(listening.portal.history())) == (1, 2)


def test_a_read_that_fails_is_tried_later_and_later(listening: Listening, clock: Clock) -> None:
    """Not at every tick; and once it works, it is done."""
    portal = listening.portal
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))
    listening.nudge(1)
    failed = []
    for _ in range(61):
        clock.advance(MINUTE)
        portal.executing.tick(role="test")
        failed.append(len(portal.history()) - 1)
    portal.fails(None)
    clock.advance(timedelta(hours=1))
    portal.executing.tick(role="test")

    assert failed[-1] == 4
    assert portal.history()[-1] == ("nudge", "event", "done")
    assert listening.nudged() == []


def test_an_event_during_the_read_is_not_lost(listening: Listening, clock: Clock) -> None:
    """The record may have been fetched before that change: it is read once more."""
    portal = listening.portal
    listening.nudge(1)
    clock.advance(MINUTE)
    portal.wiring.feed.meanwhile = lambda: listening.nudge(1)

    portal.executing.tick(role="test")

    assert listening.nudged() == ["e1"]


@pytest.mark.req("A23", "X20")
def test_nobody_is_nudged_before_the_first_sync(tmp_path: Path, clock: Clock) -> None:
    """Until an admin has said so, nobody is synced."""
    portal = ConnectedPortal(tmp_path, clock)
    listening = Listening(portal)
    listening.nudge(1)
    clock.advance(MINUTE)

    portal.executing.tick(role="test")

    assert portal.history() == []


@pytest.mark.parametrize("state", ["attention", "paused", "review"])
def test_nobody_is_nudged_while_the_connection_does_not_work(
    listening: Listening, clock: Clock, state: str
) -> None:
    """The nudge waits."""
    listening.portal.sets(state=state)
    listening.nudge(1)
    clock.advance(MINUTE)

    listening.portal.executing.tick(role="test")

    assert len(listening.portal.history()) == 1


def test_nudges_wait_while_a_plan_is_held(listening: Listening, clock: Clock) -> None:
    """Each of them would be held as well, and an admin has one decision to make."""
    portal = listening.portal
    portal.executing.execute(portal.queue("preview"), role="test")
    with portal.database.writing() as session:
        session.get_one(RunRow, 2).status = "held"
    listening.nudge(1)
    clock.advance(MINUTE)

    portal.executing.tick(role="test")

    assert len(portal.history()) == 2


def test_a_sync_of_everybody_settles_earlier_nudges(listening: Listening, clock: Clock) -> None:
    """What it may have read before Paycor showed the change stays."""
    listening.portal.fails(None)
    listening.nudge(1)
    clock.advance(timedelta(minutes=5))
    listening.nudge(2)
    listening.portal.sync(trigger="operator")

    assert listening.nudged() == ["e2"]


def test_a_run_reads_a_hundred_at_most(listening: Listening, clock: Clock) -> None:
    """The rest is the next tick's."""
    listening.nudge(*range(1, 151))
    clock.advance(MINUTE)

    listening.portal.executing.tick(role="test")
    left = len(listening.nudged())
    listening.portal.executing.tick(role="test")

    assert (left, listening.nudged()) == (50, [])


def test_dates_that_fall_due_are_acted_on_as_well(listening: Listening, clock: Clock) -> None:
    """A nudge is a run like another: what is due is not put off to the next hour."""
    portal = listening.portal
    portal.employs(hire(1), hire(2, termination_date=date(2026, 3, 3)), hire(3))
    portal.sync(trigger="operator")
    clock.set(datetime.fromisoformat("2026-03-04T12:00:00+00:00"))
    listening.nudge(1)
    clock.advance(MINUTE)

    portal.executing.tick(role="test")

    states = {account.email: account.state for account in portal.host.accounts.values()}
    assert states["p2@example.com"] is AccountState.SUSPENDED
