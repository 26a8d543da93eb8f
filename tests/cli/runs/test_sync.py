"""Runs from the shell: what they print, and what they end with."""

import json

import pytest

from connector.core.model.settings import Limit, Limits, Policy
from tests.whole import PORTAL, Whole, plain_line

KEYS = [
    "read",
    "created",
    "linked",
    "updated",
    "suspended",
    "reactivated",
    "unchanged",
    "skipped",
    "mails",
    "findings",
    "paycor_calls",
    "seconds",
]


@pytest.mark.req("A24")
def test_a_sync_prints_its_report(whole: Whole) -> None:
    """Each number with its name, and each reason for skipping in plain words."""
    result = whole.run_command("sync", "--portal", "1")

    lines = dict(line.strip().rsplit(maxsplit=1) for line in result.stdout.splitlines()[1:])
    assert result.exit_code == 0
    assert lines["People read"] == "60"
    assert lines["Created"] == "0"
    assert int(lines["No work email"]) == 3
    assert int(lines["Unchanged"]) + int(lines["Skipped"]) == 60


def test_as_json_the_last_line_is_the_report(whole: Whole) -> None:
    """Exactly these keys, all numbers; whatever moves on the screen is on the other stream."""
    result = whole.run_command("sync", "--portal", "1", "--json")

    report = json.loads(result.stdout.splitlines()[-1])
    assert list(report) == KEYS
    assert {type(value) for value in report.values()} <= {int, float}
    assert report["read"] == 60
    assert result.stdout.count("\n") == 1


@pytest.mark.req("A1", "X1")
def test_a_preview_says_what_a_sync_would_do(unconnected: Whole) -> None:
    """The numbers are those of the sync that follows, and nothing has been done yet."""
    unconnected.connect()
    before = unconnected.standing()["learners"]
    foretold = json.loads(
        unconnected.run_command("preview", "--portal", "1", "--json").stdout.splitlines()[-1]
    )
    between = unconnected.standing()["learners"]
    told = json.loads(unconnected.run_command("sync", "--portal", "1", "--json").stdout.splitlines()[-1])

    same = [key for key in KEYS if key not in ("seconds", "paycor_calls")]
    assert before == between
    assert {key: foretold[key] for key in same} == {key: told[key] for key in same}
    assert told["created"] > 30


def test_the_report_of_a_preview_says_that_it_is_one(whole: Whole) -> None:
    """Nobody takes it for what has happened."""
    assert "what would happen" in whole.run_command("preview", "--portal", "1").stdout


def test_the_runs_are_listed_the_newest_first(whole: Whole) -> None:
    """With what was asked for, by whom, and what came of it."""
    whole.run_command("preview", "--portal", "1")

    lines = whole.run_command("runs", "--portal", "1").output.splitlines()

    assert [line.split()[0] for line in lines] == ["2", "1"]
    assert (
        "preview  operator  done" in " ".join(lines[0].split("  ")).replace("   ", "  ")
        or "preview" in lines[0]
    )
    assert "60 read" in lines[1]
    assert whole.run_command("runs", "--portal", "1", "--limit", "1").output.splitlines() == lines[:1]
    assert whole.run_command("runs", "--portal", "2").output == ""


@pytest.mark.req("X4")
def test_a_sync_that_is_held_ends_with_three(whole: Whole) -> None:
    """The report says what would happen, the message why it has not; nobody has lost access."""
    whole.dismiss(8)
    before = whole.learners()

    result = whole.run_command("sync", "--portal", "1", "--json")

    assert result.exit_code == 3
    assert json.loads(result.stdout.splitlines()[-1])["suspended"] == 8
    assert "8" in result.stderr
    assert whole.learners() == before
    assert "held" in whole.run_command("runs", "--portal", "1").output


def test_a_limit_that_was_raised_lets_it_through(whole: Whole) -> None:
    """An admin has said how many may leave at once."""
    whole.dismiss(8)
    with whole.app.app_context():
        whole.services.settings.save_policy(PORTAL, None, Policy(limits=Limits(leavers=Limit(8, 5))), 2)

    result = whole.run_command("sync", "--portal", "1", "--json")

    assert (result.exit_code, json.loads(result.stdout.splitlines()[-1])["suspended"]) == (0, 8)


def test_a_sync_that_fails_ends_with_one_line(whole: Whole) -> None:
    """With the code that leads to its page, and the same message in the list of runs."""
    whole.paycor.sandbox.faults.plant({"kind": "html-200", "path": "*/employees"})

    result = whole.run_command("sync", "--portal", "1")

    line = plain_line(result)
    assert result.exit_code == 1
    assert line.endswith("[source.contract]")
    assert line.removesuffix(" [source.contract]") in whole.run_command("runs", "--portal", "1").output


def test_a_portal_without_a_connection_is_told_to_connect(whole: Whole) -> None:
    """The other portal's is not its own."""
    result = whole.run_command("sync", "--portal", "2")

    assert result.exit_code == 1
    assert plain_line(result) == "This portal is not connected to Paycor. Connect it first. [refused]"


def test_a_process_of_its_own_syncs(unconnected: Whole) -> None:
    """From a file with secrets to a report, through `flask` alone."""
    connect = unconnected.start("connect", "--portal", "1", "--paste", unconnected.paste_file())
    assert connect.communicate(timeout=60)[1] == ""

    sync = unconnected.start("sync", "--portal", "1", "--json")
    said, _ = sync.communicate(timeout=60)

    assert (connect.returncode, sync.returncode) == (0, 0)
    assert list(json.loads(said.splitlines()[-1])) == KEYS


@pytest.mark.req("X15")
def test_one_person_is_synced_by_their_id(whole: Whole) -> None:
    """Read and decided alone; the list of runs names it."""
    employee_id = whole.employed()[0]
    whole.patch(employee_id, fields={"first_name": "Renata"})

    result = whole.run_command("sync", "--employee", employee_id, "--portal", "1", "--json")
    listed = whole.run_command("runs", "--portal", "1", "--limit", "1").stdout

    report = json.loads(result.stdout.splitlines()[-1])
    assert (result.exit_code, report["read"], report["updated"]) == (0, 1, 1)
    assert "one_person     operator  done" in listed
