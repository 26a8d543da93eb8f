"""The table of verdicts."""

from connector.hosts.contract import CHECKS
from connector.hosts.contract.table import MAX_COLUMNS, Verdict, lines

FIRST, SECOND = CHECKS[:2]


def test_many_hosts_are_shown_in_blocks() -> None:
    """So that a line fits on a screen."""
    hosts = [f"host{number}" for number in range(MAX_COLUMNS + 1)]
    found = list(lines(CHECKS, {(host, FIRST.name): Verdict.DONE for host in hosts}))

    assert len(found) == 4
    assert found[2].split() == [hosts[-1]]
