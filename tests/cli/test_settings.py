"""The settings of a portal from the shell."""

import json

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
