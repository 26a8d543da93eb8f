"""CSV lines that a spreadsheet shows and never runs: cells in, text out."""

import csv
from collections.abc import Iterable
from io import StringIO

#: A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def line(cells: Iterable[str]) -> str:
    """One line, with its line break."""
    buffer = StringIO()
    csv.writer(buffer).writerow([safe(cell) for cell in cells])
    return buffer.getvalue()


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet runs: an apostrophe comes before anything that looks like a formula.

    Plain negative numbers stay numbers.
    """
    if text.startswith(FORMULA_STARTS) and not text.removeprefix("-").replace(".", "", 1).isdecimal():
        return f"'{text}"
    return text
