"""The table at the end of a test run: hosts, promises and verdicts."""

from collections.abc import Sequence
from typing import Literal

import pytest

from connector.hosts.contract import CHECKS
from tests.hosts.contract.summary import CHECK, HOST, summary

Outcome = Literal["passed", "failed", "skipped"]
FIRST, SECOND = CHECKS[:2]


def report(host: str, check: str, outcome: Outcome, said: str = "") -> pytest.TestReport:
    """The report of pytest about one test."""
    return pytest.TestReport(
        nodeid="a test",
        location=("a file", 1, "a test"),
        keywords={},
        outcome=outcome,
        longrepr=said,
        when="call",
        user_properties=[(HOST, host), (CHECK, check)],
    )


def test_every_host_has_a_column_and_every_promise_a_line() -> None:
    """Done, not offered, not tried or failed."""
    stats: dict[str, Sequence[object]] = {
        "passed": [report("moodle", FIRST.name, "passed"), "no report"],
        "failed": [report("scim", FIRST.name, "failed", "said")],
        "skipped": [
            report("moodle", SECOND.name, "skipped", "not offered by the host: a key"),
            report("scim", SECOND.name, "skipped", "the server did not start"),
        ],
    }
    head, first, second = (line.split("  ") for line in summary(stats))

    assert [cell.strip() for cell in head if cell.strip()] == ["moodle", "scim"]
    assert first[0] == f"{FIRST.operation}: {FIRST.title}"[: len(first[0])]
    assert [cell.strip() for cell in first if cell.strip()][1:] == ["done", "FAILED"]
    assert [cell.strip() for cell in second if cell.strip()][1:] == ["not offered", "not tried"]


def test_a_run_without_the_contract_has_no_table() -> None:
    """Neither has a run that tests a host for something else."""
    other = report("moodle", FIRST.name, "passed")
    other.user_properties = []

    assert list(summary({"passed": [other]})) == []
