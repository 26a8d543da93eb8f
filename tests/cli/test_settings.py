"""The settings of a portal from the shell."""

import json
from pathlib import Path

import pytest

from connector.core.model.settings import Policy
from tests.whole import PORTAL, Whole


@pytest.mark.req("X4", "X13", "X14")
def test_the_settings_in_force_are_shown(whole: Whole) -> None:
    """One line each for people, one object for programs, defaults included."""
    lines = whole.run_command("settings", "--portal", PORTAL)
    as_json = whole.run_command("settings", "--json", "--portal", PORTAL)

    assert "policy.limits.leavers.people = 5" in lines.stdout.splitlines()
    assert json.loads(as_json.stdout)["policy"]["feed_pct"] == 90


@pytest.mark.req("X30")
def test_the_log_shows_from_and_to_and_the_way_back(whole: Whole) -> None:
    """`restore` shows what differs and asks; --yes answers."""
    with whole.app.app_context():
        whole.services.settings.save_policy(PORTAL, "7", Policy(absent_reads=9), 2)

    log = whole.run_command("settings", "log", "--portal", PORTAL)
    line_id = log.stdout.split()[0]
    asked = whole.run_command("settings", "restore", line_id, "--portal", PORTAL)
    restored = whole.run_command("settings", "restore", line_id, "--yes", "--portal", PORTAL)
    shown = whole.run_command("settings", "--portal", PORTAL)

    assert "7  Choices saved" in log.stdout
    assert "Missing from the list, syncs in a row: 3 -> 9" in log.stdout
    assert "syncs in a row: 9 -> 3" in asked.stdout
    assert (asked.exit_code, restored.exit_code) == (1, 0)
    assert "policy.absent_reads = 3" in shown.stdout.splitlines()


@pytest.mark.req("X30")
def test_settings_go_out_and_in_as_a_file(whole: Whole, tmp_path: Path) -> None:
    """`import` shows what differs and asks; a mistyped file saves nothing."""
    out, wrong = tmp_path / "settings.json", tmp_path / "wrong.json"
    whole.run_command("settings", "export", "--out", str(out), "--portal", PORTAL)
    chosen = json.loads(out.read_text("utf-8"))
    chosen["policy"]["feed_pct"] = 75
    out.write_text(json.dumps(chosen), "utf-8")
    wrong.write_text('{"feed_pct": 75}', "utf-8")

    refused = whole.run_command("settings", "import", str(wrong), "--yes", "--portal", PORTAL)
    asked = whole.run_command("settings", "import", str(out), "--portal", PORTAL)
    saved = whole.run_command("settings", "import", str(out), "--yes", "--portal", PORTAL)
    shown = whole.run_command("settings", "--portal", PORTAL)

    assert [refused.exit_code, asked.exit_code, saved.exit_code] == [1, 1, 0]
    assert asked.stdout.count(" -> ") == 1
    assert "Share of the last read, percent: 90 -> 75" in asked.stdout
    assert "policy.feed_pct = 75" in shown.stdout.splitlines()


@pytest.mark.req("X28")
def test_the_schedule_is_shown_and_changed(whole: Whole) -> None:
    """What is not named stays as it is; other intervals than those that divide a day are refused."""
    shown = whole.run_command("schedule", "--portal", PORTAL)
    changed = whole.run_command("schedule", "--every", "6", "--portal", PORTAL)
    refused = whole.run_command("schedule", "--every", "5", "--portal", PORTAL)

    assert shown.stdout == "Once a day, with 2:00 on the portal's clock as one of the times.\n"
    assert changed.stdout == "Every 6 hours, with 2:00 on the portal's clock as one of the times.\n"
    assert refused.exit_code == 2
    assert whole.services.settings.schedule(PORTAL) == (2, "6")
