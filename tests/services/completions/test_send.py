"""Completions back, on a real socket: the sandbox's Paycor, its faults, and the built-in LMS."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from connector.core.model.completion import Completion
from connector.errors import Refused, SourceForbidden
from connector.paycor.wire import writer
from connector.sandbox.lms.db.tables import User
from connector.sandbox.paycor.data import permissions
from connector.services.completions.send import Certifying
from connector.store.completions import number_of
from connector.store.tables.connection import Audit, Connection
from connector.store.tables.runs import RunRow
from tests.services.academy import Academy
from tests.whole import PORTAL, Whole


@pytest.fixture
def academy(whole: Whole) -> Academy:
    """Connected and synced, with sending off."""
    return Academy(whole)


@pytest.fixture
def sending(academy: Academy) -> Academy:
    """The same, switched on, with one learner who has finished the course."""
    academy.switch_on()
    academy.finishes(academy.accounts[0])
    return academy


@pytest.mark.req("X18")
def test_it_is_off_until_an_admin_consents(academy: Academy) -> None:
    """Nothing is sent before, nor is what was finished before sent afterwards."""
    academy.finishes(academy.accounts[0])
    with pytest.raises(Refused, match="Switch that on first"):
        academy.sends()
    academy.switch_on()
    later = academy.whole.services.clock() + timedelta(seconds=1)
    with academy.whole.services.database.writing() as session:
        session.execute(sa.update(Connection).values(completions_from=later))

    academy.sends()

    assert academy.states() == []
    assert academy.posted() == 0


@pytest.mark.req("X18")
def test_a_finished_course_becomes_a_certification_once(sending: Academy) -> None:
    """However often it is sent, and though the LMS tells it again and again."""
    runs = [sending.sends() for _ in range(3)]

    assert [run.status for run in runs] == ["done"] * 3
    assert [run.report.completions for run in runs if run.report] == [1, 0, 0]
    assert sending.states() == [("sent", "")]
    assert len(sending.at_paycor()) == 1
    assert sending.posted() == 1


@pytest.mark.req("X18")
@pytest.mark.parametrize("kind", ["stored-500", "stored-504", "stored-reset"])
def test_what_was_stored_behind_an_error_is_found_and_not_repeated(sending: Academy, kind: str) -> None:
    """A second POST would be a second certification: Paycor accepts duplicates."""
    sending.breaks(kind, method="POST")

    runs = [sending.sends(), sending.sends()]

    assert [run.status for run in runs] == ["done", "done"]
    assert sending.states() == [("sent", "")]
    assert (len(sending.at_paycor()), sending.posted()) == (1, 1)


@pytest.mark.req("X18")
@pytest.mark.parametrize("kind", ["status-500", "html-504", "reset"])
def test_what_nobody_knows_is_left_to_an_admin(sending: Academy, kind: str) -> None:
    """It is looked for in every run, and never sent again by itself; an admin who has looked may say so."""
    sending.breaks(kind, method="POST")
    for _ in range(3):
        sending.sends()
    alone = (sending.states(), sending.posted(), sending.at_paycor())

    with sending.whole.app.app_context():
        planned = sending.whole.services.completions.send_again(PORTAL, "7")
    sending.sends()

    assert alone == ([("unknown", "no_answer")], 1, [])
    assert planned == 1
    assert (sending.states(), len(sending.at_paycor())) == ([("sent", "")], 1)


@pytest.mark.req("X18")
def test_what_turns_up_later_is_settled(sending: Academy) -> None:
    """Paycor stored it, but did not show it at once."""
    sending.breaks("stored-500", method="POST")
    sending.breaks("status-404", method="GET", nth=2)
    sending.sends()
    first = sending.states()

    sending.sends()

    assert (first, sending.states()) == ([("unknown", "no_answer")], [("sent", "")])
    assert (len(sending.at_paycor()), sending.posted()) == (1, 1)


@pytest.mark.req("X18")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_run_that_is_killed_around_the_post_sends_nothing_twice(
    sending: Academy, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The intent is on record: what is there is taken as sent, what is not is left to an admin."""
    real = writer.Writer.write

    def killed(writer: writer.Writer, path: str, body: dict[str, object]) -> bytes:
        if moment == "after":
            real(writer, path, body)
        raise KeyboardInterrupt

    monkeypatch.setattr(writer.Writer, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        sending.sends()
    begun = sending.states()
    monkeypatch.setattr(writer.Writer, "write", real)

    sending.sends()

    expected = {"before": [("unknown", "interrupted")], "after": [("sent", "")]}[moment]
    assert begun == [("intended", "")]
    assert sending.states() == expected
    assert len(sending.at_paycor()) == (1 if moment == "after" else 0)


def test_a_completion_that_paycor_refuses_is_told(sending: Academy) -> None:
    """It is not sent again: it would be refused again."""
    sending.breaks("status-400", method="POST")
    sending.sends()
    sending.sends()

    assert sending.states() == [("rejected", "refused")]
    assert sending.posted() == 1


@pytest.mark.req("X18")
def test_a_missing_right_to_add_ends_the_run_and_loses_nothing(sending: Academy) -> None:
    """The run names the right; once it is there, the completion is sent."""
    box = sending.whole.paycor.sandbox
    box.permissions = {box.application.scope: permissions.ALL - {"Create and Update Certification"}}
    failed = sending.sends()
    waiting = sending.states()
    box.permissions = {box.application.scope: permissions.ALL}

    sending.sends()

    assert (failed.status, failed.error_code) == ("failed", "source.forbidden")
    assert "Create and Update Certification" in (failed.error_message or "")
    assert (waiting, sending.states()) == ([("planned", "")], [("sent", "")])
    assert len(sending.at_paycor()) == 1


@pytest.mark.req("X18")
def test_without_the_right_to_look_it_cannot_be_switched_on(academy: Academy) -> None:
    """Paycor is asked before the consent is kept."""
    box = academy.whole.paycor.sandbox
    box.permissions = {
        box.application.scope: permissions.ALL - {"View Certification Information for Employee"}
    }

    with pytest.raises(SourceForbidden, match="View Certification Information for Employee"):
        academy.switch_on()
    assert not academy.whole.services.completions.view(PORTAL).is_on


@pytest.mark.req("X18")
def test_who_is_not_of_paycor_is_never_sent(sending: Academy) -> None:
    """A learner whom nobody at Paycor stands behind has no record there."""
    [stranger] = sending.whole.rows(
        sa.select(User.id).where(User.portal_id == 1, User.id.not_in(sending.accounts)).limit(1)
    )
    sending.finishes(stranger.id)

    sending.sends()

    assert len(sending.states()) == 1


@pytest.mark.req("X18")
def test_it_follows_the_daily_sync(sending: Academy) -> None:
    """By itself, in a run of its own; a sync by hand is not followed."""
    services = sending.whole.services
    sending.whole.sync()
    with services.database.writing() as session:
        session.execute(sa.update(Connection).values(next_daily_at=services.clock() - timedelta(minutes=1)))
    with sending.whole.app.app_context():
        services.executor.tick(role="test")
        services.executor.tick(role="test")

    modes = [(row.mode, row.trigger) for row in sending.whole.rows(sa.select(RunRow.mode, RunRow.trigger))]
    assert modes[-2:] == [("sync", "daily"), ("completions", "daily")]
    assert len(modes) == 4
    assert sending.states() == [("sent", "")]


@pytest.mark.req("A1", "X18")
def test_a_sync_never_writes_even_where_completions_are_sent(sending: Academy) -> None:
    """What waits to be sent is not a sync's business: its calls are GETs and token calls."""
    calls = sending.whole.paycor.sandbox.calls
    calls.clear()

    sending.whole.sync()

    assert sending.posted() == 0
    assert sending.states() == []


@pytest.mark.req("D17", "X18")
def test_disconnecting_ends_the_consent(sending: Academy) -> None:
    """Connecting again does not bring it back."""
    services = sending.whole.services
    with sending.whole.app.app_context():
        services.completions.switch_off(PORTAL, "7")
        services.completions.switch_off(PORTAL, "7")
        sending.switch_on()
        services.connection.disconnect(PORTAL, "7", forget=False)

    actions = [row.action for row in sending.whole.rows(sa.select(Audit.action).order_by(Audit.id))]
    assert not services.completions.view(PORTAL).is_on
    assert actions[-4:] == ["completions.on", "completions.off", "completions.on", "connection.ended"]


def test_switching_off_during_a_run_stops_it(sending: Academy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom it has not come to yet nothing is sent about."""
    sending.finishes(*sending.accounts[1:4])
    services = sending.whole.services
    seen: list[int] = []
    real = Certifying.run

    def run(self: Certifying, connection: Connection, held: object, show: object) -> int:
        def after(done: int) -> None:
            seen.append(done)
            services.completions.switch_off(PORTAL, "7")

        return real(self, connection, held, after)  # type: ignore[arg-type]

    monkeypatch.setattr(Certifying, "run", run)
    sending.sends()

    assert sorted(state for state, _ in sending.states()) == ["planned", "planned", "planned", "sent"]


def test_a_number_says_nothing_about_anybody() -> None:
    """And is the same for the same completion only."""
    one = Completion("account-1", "course-1", "Fire Safety", date(2026, 3, 2))
    numbers = {number_of("a", one), number_of("b", one), number_of("a", one)}

    assert len(numbers) == 2
    assert all(number.startswith("LMS-") and len(number) == 28 for number in numbers)


@pytest.mark.req("X18")
def test_an_operator_sends_from_the_shell(sending: Academy) -> None:
    """And is told how many were added; where it is off, what to do."""
    done = sending.whole.run_command("completions", "--portal", PORTAL)
    with sending.whole.app.app_context():
        sending.whole.services.completions.switch_off(PORTAL, None)
    refused = sending.whole.run_command("completions", "--portal", PORTAL)

    assert (done.exit_code, refused.exit_code) == (0, 1)
    assert "1 certifications added at Paycor" in done.output
    assert "Switch that on first" in refused.output
