"""What came of trying hosts, as a table: promise by promise, a column a host. No input, no output."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from connector.hosts.contract.promise import Promise


class Verdict(StrEnum):
    """What became of one promise of one host."""

    DONE = "done"
    NOT_OFFERED = "not offered"
    NOT_TRIED = "not tried"
    FAILED = "FAILED"


#: (name of the host, name of the check) -> what became of it.
Verdicts = Mapping[tuple[str, str], Verdict]


#: How many hosts stand beside each other: more would not fit a screen.
ABREAST = 5


def lines(checks: Iterable[Promise], verdicts: Verdicts) -> Iterator[str]:
    """The table, one line a promise that was tried, and again for further hosts; nothing when none was tried."""
    hosts = list(dict.fromkeys(host for host, _ in verdicts))
    tried = [check for check in checks if any((host, check.name) in verdicts for host in hosts)]
    for start in range(0, len(hosts), ABREAST):
        yield from _block(tried, hosts[start : start + ABREAST], verdicts)


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
