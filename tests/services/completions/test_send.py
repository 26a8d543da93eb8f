"""Finished courses to Paycor, on a real socket: the sandbox's Paycor, its faults, and the built-in LMS."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.paycor.wire import writer
from connector.sandbox.lms.db.tables import User
from connector.sandbox.paycor.data import permissions
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from tests.services.academy import Academy
from tests.whole import PORTAL


@pytest.mark.req("X18")
def test_a_finished_course_becomes_a_certification_once(sending: Academy) -> None:
    """However often a run sends, although the LMS reports it again and again."""
    runs = [sending.sends() for _ in range(3)]

    assert [run.status for run in runs] == ["done"] * 3
    assert [run.report.completions for run in runs if run.report] == [1, 0, 0]
    assert sending.states() == [("sent", "")]
    assert len(sending.at_paycor()) == 1
    assert sending.posted() == 1


@pytest.mark.req("X18")
@pytest.mark.parametrize("kind", ["stored-500", "stored-504", "stored-reset"])
def test_a_certification_stored_despite_an_error_is_found_and_not_sent_again(
    sending: Academy, kind: str
) -> None:
    """A second POST would be a second certification: Paycor accepts duplicates."""
    sending.breaks(kind, method="POST")

    runs = [sending.sends(), sending.sends()]

    assert [run.status for run in runs] == ["done", "done"]
    assert sending.states() == [("sent", "")]
    assert (len(sending.at_paycor()), sending.posted()) == (1, 1)


@pytest.mark.req("X18")
@pytest.mark.parametrize("kind", ["status-500", "html-504", "reset"])
def test_an_unknown_outcome_is_left_to_an_admin(sending: Academy, kind: str) -> None:
    """Every run looks for it and never sends it again; an admin who has checked Paycor can."""
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
def test_a_certification_that_appears_later_is_settled(sending: Academy) -> None:
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
    """The intent is stored: a certification that is there counts as sent, a missing one is left to an admin."""
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


def test_a_completion_that_paycor_rejects_is_not_sent_again(sending: Academy) -> None:
    """Paycor would reject it again."""
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
def test_a_learner_who_is_not_from_paycor_is_never_sent(sending: Academy) -> None:
    """Paycor has no record to add a certification to."""
    [stranger] = sending.whole.rows(
        sa.select(User.id).where(User.portal_id == 1, User.id.not_in(sending.accounts)).limit(1)
    )
    sending.finishes(stranger.id)

    sending.sends()

    assert len(sending.states()) == 1


@pytest.mark.req("X18")
def test_it_follows_the_daily_sync(sending: Academy) -> None:
    """Automatically, in a run of its own; a manual sync is not followed by one."""
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
    """A sync leaves waiting completions alone: it sends only GETs and token calls."""
    calls = sending.whole.paycor.sandbox.calls
    calls.clear()

    sending.whole.sync()

    assert sending.posted() == 0
    assert sending.states() == []


@pytest.mark.req("X18")
def test_an_operator_sends_from_the_shell(sending: Academy) -> None:
    """The command says how many were added; where sending is off, what to do."""
    done = sending.whole.run_command("completions", "--portal", PORTAL)
    with sending.whole.app.app_context():
        sending.whole.services.completions.switch_off(PORTAL, None)
    refused = sending.whole.run_command("completions", "--portal", PORTAL)

    assert (done.exit_code, refused.exit_code) == (0, 1)
    assert "Certifications added in Paycor: 1." in done.output
    assert "Switch that on first" in refused.output
