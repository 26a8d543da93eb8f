"""CSV lines that a spreadsheet shows and never runs."""

import pytest

from connector.services.csv_lines import line, safe


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nurse", "Nurse"),
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-cmd", "'-cmd"),
        ("\t=1", "'\t=1"),
        ("-12.5", "-12.5"),
        ("-1-1", "'-1-1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff0b49", "'\uff0b49"),
        ("\uff0dcmd", "'\uff0dcmd"),
        ("\uff20SUM(A1)", "'\uff20SUM(A1)"),
        ("", ""),
    ],
)
def test_no_cell_of_the_export_is_a_formula(text: str, expected: str) -> None:
    """A cell that a spreadsheet would run becomes text; negative numbers stay numbers."""
    assert safe(text) == expected


def test_every_cell_of_a_line_is_safe() -> None:
    """And in quotes, so that a semicolon or a comma in a text begins no cell."""
    assert line(["=1+1", "a, b", "x;=1+1", "-2"]) == '"\'=1+1","a, b","x;=1+1","-2"\r\n'
