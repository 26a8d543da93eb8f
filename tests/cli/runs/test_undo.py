"""Undo, pause and resume from the shell."""

import pytest

from tests.whole import PORTAL, Whole


@pytest.mark.req("X6", "D17")
def test_undo_shows_its_effect_and_asks_first(unconnected: Whole) -> None:
    """No changes nothing; yes undoes the run and pauses; a sync is possible again after resume."""
    unconnected.connect()
    before = unconnected.snapshot()["learners"]
    unconnected.run_command("sync", "--portal", PORTAL)
    synced = unconnected.snapshot()["learners"]

    no = unconnected.run_command("undo", "1", "--portal", PORTAL, answer="n\n")
    untouched = unconnected.snapshot()["learners"]
    yes = unconnected.run_command("undo", "1", "--portal", PORTAL, answer="y\n")
    paused = unconnected.run_command("sync", "--portal", PORTAL)
    preview = unconnected.run_command("preview", "--portal", PORTAL)
    resumed = unconnected.run_command("resume", "--portal", PORTAL)

    assert (no.exit_code, untouched) == (1, synced)
    assert "lose access: the sync had added or restored it" in no.stdout
    assert "cannot be undone: " in no.stdout
    assert yes.exit_code == 0
    assert "Run 2 has undone run 1: " in yes.stdout
    assert (paused.exit_code, "paused. Resume it" in paused.stderr) == (1, True)
    assert (preview.exit_code, resumed.exit_code) == (0, 0)
    assert len(unconnected.snapshot()["learners"]) == len(synced) > len(before)


@pytest.mark.req("X6")
def test_one_employee_is_undone_without_a_question(whole: Whole) -> None:
    """The connection stays active; a second time nothing is left to undo, and the shell says so."""
    whole.dismiss(1)
    employee_id = _gone(whole)

    first = whole.run_command("undo", "2", "--employee", employee_id, "--yes", "--portal", PORTAL)
    again = whole.run_command("undo", "2", "--employee", employee_id, "--yes", "--portal", PORTAL)

    assert (first.exit_code, "1 reactivated" in first.stdout) == (0, True)
    assert "paused" not in first.stdout
    assert (again.exit_code, "can still be undone" in again.stderr) == (1, True)


@pytest.mark.req("D17")
def test_pause_and_resume(whole: Whole) -> None:
    """A second resume is refused."""
    results = [whole.run_command(name, "--portal", PORTAL) for name in ("pause", "pause", "resume", "resume")]

    assert [one.exit_code for one in results] == [0, 0, 0, 1]
    assert "not paused" in results[-1].stderr


def _gone(whole: Whole) -> str:
    """The employee that the second sync has suspended."""
    whole.sync()
    with whole.app.app_context():
        [entry] = whole.services.views.entries(PORTAL, 2, "suspend").rows
    return entry.employee_id
