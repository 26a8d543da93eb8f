"""Undo, pause and resume from the shell."""

import pytest

from tests.whole import PORTAL, Whole


@pytest.mark.req("X6", "D17")
def test_a_run_is_undone_after_a_question_that_counts(unconnected: Whole) -> None:
    """No leaves everything as it is; yes takes it back and pauses; resumed, a sync is possible again."""
    unconnected.connect()
    before = unconnected.standing()["learners"]
    unconnected.run_command("sync", "--portal", PORTAL)
    synced = unconnected.standing()["learners"]

    no = unconnected.run_command("undo", "1", "--portal", PORTAL, answer="n\n")
    untouched = unconnected.standing()["learners"]
    yes = unconnected.run_command("undo", "1", "--portal", PORTAL, answer="y\n")
    paused = unconnected.run_command("sync", "--portal", PORTAL)
    foretold = unconnected.run_command("preview", "--portal", PORTAL)
    resumed = unconnected.run_command("resume", "--portal", PORTAL)

    assert (no.exit_code, untouched) == (1, synced)
    assert "suspended: the run had made their account" in no.stdout
    assert "cannot be taken back: " in no.stdout
    assert yes.exit_code == 0
    assert "Run 2 has undone run 1: " in yes.stdout
    assert (paused.exit_code, "paused. Resume it" in paused.stderr) == (1, True)
    assert (foretold.exit_code, resumed.exit_code) == (0, 0)
    assert len(unconnected.standing()["learners"]) == len(synced) > len(before)


@pytest.mark.req("X6")
def test_one_employee_is_undone_without_a_question(whole: Whole) -> None:
    """The connection goes on; a second time there is nothing left, and the shell says so."""
    whole.dismiss(1)
    employee_id = _gone(whole)

    first = whole.run_command("undo", "2", "--employee", employee_id, "--yes", "--portal", PORTAL)
    again = whole.run_command("undo", "2", "--employee", employee_id, "--yes", "--portal", PORTAL)

    assert (first.exit_code, "1 reactivated" in first.stdout) == (0, True)
    assert "paused" not in first.stdout
    assert (again.exit_code, "still to be undone" in again.stderr) == (1, True)


@pytest.mark.req("D17")
def test_pause_and_resume(whole: Whole) -> None:
    """What cannot be resumed says so."""
    said = [whole.run_command(name, "--portal", PORTAL) for name in ("pause", "pause", "resume", "resume")]

    assert [one.exit_code for one in said] == [0, 0, 0, 1]
    assert "not paused" in said[-1].stderr


def _gone(whole: Whole) -> str:
    """The employee whom the second sync has suspended."""
    whole.sync()
    with whole.app.app_context():
        [entry] = whole.services.views.entries(PORTAL, 2, "suspend").rows
    return entry.employee_id
