"""The demo, as its user starts it: a process of its own, from consent to a report."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PEOPLE = 60
KEYS = {
    "read",
    "created",
    "linked",
    "updated",
    "suspended",
    "reactivated",
    "unchanged",
    "skipped",
    "held",
    "findings",
    "mails",
    "paycor_calls",
    "seconds",
}


def demo(folder: Path, *flags: str) -> dict[str, float]:
    """The report of a demo with --once: the last line it prints."""
    command = [
        sys.executable,
        "-m",
        "connector.sandbox.demo",
        "--once",
        "--json",
        "--folder",
        str(folder),
        *flags,
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    report: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return report


@pytest.mark.req("A1", "A5", "A9", "A45", "X23")
def test_the_demo_syncs_every_person_once(tmp_path: Path) -> None:
    """The first demo creates and mails people; with --keep the next one creates, mails and changes nothing."""
    first = demo(tmp_path, "--people", str(PEOPLE))
    again = demo(tmp_path, "--keep")

    assert KEYS == set(first) == set(again)
    accounted = ("created", "linked", "updated", "suspended", "reactivated", "unchanged", "skipped")
    assert PEOPLE == first["read"] == sum(first[name] for name in accounted)
    assert first["created"] == first["mails"] > 0
    assert first["linked"] > 0
    assert PEOPLE == again["read"] == again["unchanged"] + again["skipped"]
    assert (again["created"], again["linked"], again["mails"]) == (0, 0, 0)
