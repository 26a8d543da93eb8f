"""A report in the terminal: a table for people, one line of JSON for programs."""

import json

import pytest

from connector.cli.frame import screen
from connector.core.model.report import Report

REPORT = Report(
    read=1_234,
    skipped=2,
    skipped_by={"no_work_email": 2},
    findings=3,
    findings_by={"no_work_email": 2, "value_mismatch": 1, "inactive": 7},
    seconds=4.26,
)


def test_the_table_has_every_number_with_its_label(capsys: pytest.CaptureFixture[str]) -> None:
    """Below the findings only those that need an action: "has left" is not one of them."""
    screen.show(REPORT, "Run 1")

    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    rows = {" ".join(line.split()[:-1]): line.split()[-1] for line in lines[1:]}
    assert lines[0] == "Run 1"
    assert (rows["People read"], rows["Left alone"], rows["No work email"]) == ("1,234", "2", "2")
    assert rows["Value does not fit the field"] == "1"
    assert "Has left" not in rows
    assert rows["Seconds"] == "4.3"


def test_the_json_has_the_plain_numbers_on_one_line() -> None:
    """Without the counts by code."""
    text = screen.as_json(REPORT)

    assert "\n" not in text
    assert tuple(json.loads(text)) == screen.NUMBERS
    assert (json.loads(text)["read"], json.loads(text)["seconds"]) == (1234, 4.26)
