"""Runs from the shell: their output and exit code."""

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
    "held",
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
    assert lines["Added"] == "0"
    assert int(lines["No work email"]) == 3
    assert int(lines["No change needed"]) + int(lines["Left alone"]) == 60


def test_as_json_the_last_line_is_the_report(whole: Whole) -> None:
    """Exactly these keys, all numbers; the progress bar is on the other stream."""
    result = whole.run_command("sync", "--portal", "1", "--json")

    report = json.loads(result.stdout.splitlines()[-1])
    assert list(report) == KEYS
    assert {type(value) for value in report.values()} <= {int, float}
    assert report["read"] == 60
    assert result.stdout.count("\n") == 1


@pytest.mark.req("A1", "X1")
def test_a_preview_shows_what_a_sync_would_do(unconnected: Whole) -> None:
    """Its numbers are those of the sync that follows, and it changes nothing."""
    unconnected.connect()
    before = unconnected.snapshot()["learners"]
    preview = json.loads(
        unconnected.run_command("preview", "--portal", "1", "--json").stdout.splitlines()[-1]
    )
    between = unconnected.snapshot()["learners"]
    sync = json.loads(unconnected.run_command("sync", "--portal", "1", "--json").stdout.splitlines()[-1])

    same = [key for key in KEYS if key not in ("seconds", "paycor_calls")]
    assert before == between
    assert {key: preview[key] for key in same} == {key: sync[key] for key in same}
    assert sync["created"] > 30


def test_the_report_of_a_preview_says_that_it_is_one(whole: Whole) -> None:
    """It must not look like something that has happened."""
    assert "what would happen" in whole.run_command("preview", "--portal", "1").stdout


def test_the_newest_run_is_listed_first(whole: Whole) -> None:
    """With mode, trigger, status and result."""
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
def test_a_held_sync_exits_with_3(whole: Whole) -> None:
    """The report says what would happen, the message why it is held; no person loses access."""
    whole.dismiss(8)
    before = whole.learners()

    result = whole.run_command("sync", "--portal", "1", "--json")

    assert result.exit_code == 3
    assert json.loads(result.stdout.splitlines()[-1])["suspended"] == 8
    assert "8" in result.stderr
    assert whole.learners() == before
    assert "held" in whole.run_command("runs", "--portal", "1").output


def test_a_raised_limit_does_not_hold_the_sync(whole: Whole) -> None:
    """An admin has set how many people may lose access at once."""
    whole.dismiss(8)
    with whole.app.app_context():
        whole.services.settings.save_policy(PORTAL, None, Policy(limits=Limits(leavers=Limit(8, 5))), 2)

    result = whole.run_command("sync", "--portal", "1", "--json")

    assert (result.exit_code, json.loads(result.stdout.splitlines()[-1])["suspended"]) == (0, 8)


def test_a_failed_sync_prints_one_line(whole: Whole) -> None:
    """With its error code; the list of runs has the same message."""
    whole.paycor.sandbox.faults.plant({"kind": "error-as-200", "path": "*/employees"})

    result = whole.run_command("sync", "--portal", "1")

    line = plain_line(result)
    assert result.exit_code == 1
    assert line.endswith("[source.contract]")
    assert line.removesuffix(" [source.contract]") in whole.run_command("runs", "--portal", "1").output


def test_a_sync_of_a_portal_without_a_connection_says_to_connect(whole: Whole) -> None:
    """The connection of another portal does not count."""
    result = whole.run_command("sync", "--portal", "2")

    assert result.exit_code == 1
    assert plain_line(result) == "This portal is not connected to Paycor. Press + Connect first. [refused]"


def test_a_real_process_syncs(unconnected: Whole) -> None:
    """From a file with secrets to a report, with `flask` alone."""
    connect = unconnected.start("connect", "--portal", "1", "--paste", unconnected.paste_file())
    assert connect.communicate(timeout=60)[1] == ""

    sync = unconnected.start("sync", "--portal", "1", "--json")
    stdout, _ = sync.communicate(timeout=60)

    assert (connect.returncode, sync.returncode) == (0, 0)
    assert list(json.loads(stdout.splitlines()[-1])) == KEYS


@pytest.mark.req("X15")
def test_one_person_is_synced_by_their_id(whole: Whole) -> None:
    """Only this person is read and decided; the list of runs has the mode."""
    employee_id = whole.employed()[0]
    whole.patch(employee_id, fields={"first_name": "Renata"})

    result = whole.run_command("sync", "--employee", employee_id, "--portal", "1", "--json")
    listed = whole.run_command("runs", "--portal", "1", "--limit", "1").stdout

    report = json.loads(result.stdout.splitlines()[-1])
    assert (result.exit_code, report["read"], report["updated"]) == (0, 1, 1)
    assert "one_person     operator  done" in listed
