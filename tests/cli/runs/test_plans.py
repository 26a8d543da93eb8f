"""Stored plans from the shell: a preview is applied, a held run is released, and both can be exported."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from connector.core.model.settings import Limit, Limits, Policy
from tests.whole import PORTAL, Whole


def report(text: str) -> dict[str, int]:
    """The report in the last line."""
    numbers = json.loads(text.splitlines()[-1])
    assert isinstance(numbers, dict)
    return numbers


@pytest.mark.req("X1", "X2", "D14")
def test_a_preview_is_applied_by_its_digest(unconnected: Whole) -> None:
    """It does what the preview showed, with no call to Paycor; a second time nothing is left."""
    unconnected.connect()
    preview = unconnected.run_command("preview", "--json", "--portal", PORTAL)
    digest = preview.stderr.split("--digest ")[1].split()[0]

    applied = unconnected.run_command("apply", "--digest", digest, "--json", "--portal", PORTAL)
    again = unconnected.run_command("apply", "--digest", digest, "--portal", PORTAL)

    assert report(applied.stdout)["created"] == report(preview.stdout)["created"] > 30
    assert report(applied.stdout)["paycor_calls"] == 0
    assert (again.exit_code, "No row of run 1 is left" in again.stderr) == (1, True)


@pytest.mark.req("X2")
def test_a_digest_without_a_preview_is_refused(whole: Whole) -> None:
    """The message says what to do."""
    result = whole.run_command("apply", "--digest", "0" * 64, "--portal", PORTAL)

    assert result.exit_code == 1
    assert "Start a preview" in result.stderr


@pytest.mark.req("X4")
def test_a_held_run_is_released_row_by_row_and_the_rest_discarded(unconnected: Whole) -> None:
    """--safe and --row together are refused."""
    unconnected.connect()
    with unconnected.app.app_context():
        tight = Policy(limits=Limits(leavers=Limit(0, 0)))
        unconnected.services.settings.save_policy(PORTAL, None, tight, 2)
    unconnected.run_command("sync", "--portal", PORTAL)
    unconnected.dismiss(3)

    held = unconnected.run_command("sync", "--portal", PORTAL)
    rows = list(csv.DictReader(StringIO(unconnected.run_command("export", "2", "--portal", PORTAL).stdout)))
    leaver = next(row["Row"] for row in rows if row["What"] == "suspend")
    one = unconnected.run_command("release", "2", "--row", leaver, "--yes", "--json", "--portal", PORTAL)
    both = unconnected.run_command("release", "2", "--safe", "--row", leaver, "--portal", PORTAL)
    discarded = unconnected.run_command("discard", "2", "--portal", PORTAL)

    assert held.exit_code == 3
    assert sum(row["What"] == "suspend" for row in rows) == 3
    assert report(one.stdout)["suspended"] == 1
    assert both.exit_code == 2
    assert "discarded" in discarded.stdout


@pytest.mark.req("D31")
def test_the_list_of_runs_says_which_one_took_the_place_of_a_held_one(unconnected: Whole) -> None:
    """The old one cannot be released any more, and the message leads to the new one."""
    unconnected.connect()
    with unconnected.app.app_context():
        tight = Policy(limits=Limits(leavers=Limit(0, 0)))
        unconnected.services.settings.save_policy(PORTAL, None, tight, 2)
    unconnected.run_command("sync", "--portal", PORTAL)
    unconnected.dismiss(3)
    unconnected.run_command("sync", "--portal", PORTAL)
    unconnected.run_command("sync", "--portal", PORTAL)

    listed = unconnected.run_command("runs", "--portal", PORTAL).stdout.splitlines()
    log = unconnected.run_command("settings", "log", "--portal", PORTAL).stdout
    refused = unconnected.run_command("release", "2", "--yes", "--portal", PORTAL)

    assert [line.split()[0] for line in listed] == ["3", "2", "1"]
    assert listed[1].endswith("replaced by run 3")
    assert "Held sync replaced by a newer one  run=2 by=3" in log
    assert refused.exit_code == 1
    assert "replaced by run 3" in refused.stderr


@pytest.mark.req("D31", "X4")
def test_a_preview_over_a_limit_is_released_after_a_question(unconnected: Whole) -> None:
    """`apply` refuses with the limit and the number and exits with 3; `release` names them, asks, and applies."""
    unconnected.connect()
    with unconnected.app.app_context():
        tight = Policy(limits=Limits(leavers=Limit(0, 0)))
        unconnected.services.settings.save_policy(PORTAL, None, tight, 2)
    unconnected.run_command("sync", "--portal", PORTAL)
    unconnected.dismiss(3)
    preview = unconnected.run_command("preview", "--portal", PORTAL)
    with unconnected.app.app_context():
        digest = unconnected.services.views.runs(PORTAL).rows[0].digest or ""

    applied = unconnected.run_command("apply", "--digest", digest, "--portal", PORTAL)
    asked = unconnected.run_command("release", "2", "--portal", PORTAL)
    released = unconnected.run_command("release", "2", "--yes", "--json", "--portal", PORTAL)

    reason = "3 people would lose access, and the limit is 0."
    assert (applied.exit_code, asked.exit_code, released.exit_code) == (3, 1, 0)
    assert reason in preview.stderr
    assert reason in applied.stderr
    assert reason in asked.stderr
    assert "Release all of it?" in asked.stderr
    assert report(released.stdout)["suspended"] == 3


@pytest.mark.req("X1")
def test_a_plan_is_exported_with_before_and_after(whole: Whole, tmp_path: Path) -> None:
    """JSON has the run and one object per person; an unknown run is refused."""
    file = tmp_path / "plan.json"
    done = whole.run_command("export", "1", "--format", "json", "--out", str(file), "--portal", PORTAL)
    missing = whole.run_command("export", "999", "--portal", PORTAL)
    plan = json.loads(file.read_text("utf-8"))

    assert done.exit_code == 0
    assert plan["run"] == 1
    assert len(plan["rows"]) == plan["report"]["created"] + plan["report"]["linked"]
    assert {"employee_id", "name", "operation", "before", "after", "mail", "outcome"} <= plan["rows"][
        0
    ].keys()
    assert missing.exit_code == 1
