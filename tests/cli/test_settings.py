"""The settings of a portal from the shell."""

import json

import pytest

from tests.whole import PORTAL, Whole


@pytest.mark.req("X4", "X13", "X14")
def test_the_settings_in_force_are_shown(whole: Whole) -> None:
    """One line each for people, one object for programs, defaults included."""
    lines = whole.run_command("settings", "--portal", PORTAL)
    as_json = whole.run_command("settings", "--json", "--portal", PORTAL)

    assert "policy.limits.leavers.people = 5" in lines.stdout.splitlines()
    assert json.loads(as_json.stdout)["policy"]["feed_pct"] == 90
