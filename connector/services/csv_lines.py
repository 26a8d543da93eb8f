"""Lines of a CSV that a spreadsheet shows and never runs: cells in, text out."""

import csv
from collections.abc import Iterable
from io import StringIO

#: A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def line(cells: Iterable[str]) -> str:
    """One line, with its end."""
    buffer = StringIO()
    csv.writer(buffer).writerow([safe(cell) for cell in cells])
    return buffer.getvalue()


def safe(text: str) -> str:
    """A cell that no spreadsheet runs: what looks like a formula gets an apostrophe in front.

    Plain negative numbers stay numbers.
    """
    if text.startswith(FORMULA_STARTS) and not text.removeprefix("-").replace(".", "", 1).isdecimal():
        return f"'{text}"
    return text
