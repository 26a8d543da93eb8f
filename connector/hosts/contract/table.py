"""The results of trying hosts as a table: one line per promise, one column per host. No input, no output."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from connector.hosts.contract.promise import Promise


class Verdict(StrEnum):
    """The result of one promise on one host."""

    DONE = "done"
    NOT_OFFERED = "not offered"
    NOT_TRIED = "not tried"
    FAILED = "FAILED"


#: (name of the host, name of the check) -> the result.
Verdicts = Mapping[tuple[str, str], Verdict]


#: The most hosts in one block: more would not fit on a screen.
MAX_COLUMNS = 5


def lines(checks: Iterable[Promise], verdicts: Verdicts) -> Iterator[str]:
    """The table, one line per promise that was tried, in blocks of hosts; empty when none was tried."""
    hosts = list(dict.fromkeys(host for host, _ in verdicts))
    tried = [check for check in checks if any((host, check.name) in verdicts for host in hosts)]
    for start in range(0, len(hosts), MAX_COLUMNS):
        yield from _block(tried, hosts[start : start + MAX_COLUMNS], verdicts)


def _block(tried: Sequence[Promise], hosts: Sequence[str], verdicts: Verdicts) -> Iterator[str]:
    labels = [f"{check.operation}: {check.title}" for check in tried]
    first = max(map(len, labels))
    widths = [max(len(host), len(Verdict.NOT_OFFERED)) for host in hosts]
    yield _line("", hosts, first, widths)
    for check, label in zip(tried, labels, strict=True):
        cells = [verdicts.get((host, check.name), Verdict.NOT_TRIED) for host in hosts]
        yield _line(label, cells, first, widths)


def _line(label: str, cells: Iterable[str], first: int, widths: Iterable[int]) -> str:
    padded = (f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
    return "  ".join([f"{label:<{first}}", *padded]).rstrip()
