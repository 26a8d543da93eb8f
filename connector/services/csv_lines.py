"""CSV lines that a spreadsheet shows and never runs: cells in, text out."""

import csv
from collections.abc import Iterable
from io import StringIO

#: A spreadsheet runs a cell that begins with one of these as a formula; one with East Asian input also the wide signs.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def line(cells: Iterable[str]) -> str:
    """One line, with its line break.

    Every cell is in quotes: where a spreadsheet parts cells at semicolons, none of its text begins a cell.
    """
    buffer = StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerow([safe(cell) for cell in cells])
    return buffer.getvalue()


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet runs: an apostrophe comes before anything that looks like a formula.

    Plain negative numbers stay numbers.
    """
    if text.startswith(FORMULA_STARTS) and not text.removeprefix("-").replace(".", "", 1).isdecimal():
        return f"'{text}"
    return text
