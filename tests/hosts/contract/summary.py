"""The table at the end of a test run: reports in, the verdict on each promise by host out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pytest

from connector.hosts.contract import CHECKS, NotOffered
from connector.hosts.contract.table import Verdict, lines

HOST, CHECK = "host", "check"

_VERDICTS = {"passed": Verdict.DONE, "failed": Verdict.FAILED, "error": Verdict.FAILED}


def summary(stats: Mapping[str, Sequence[object]]) -> Iterator[str]:
    """The table of the promises that were tried; empty when none was."""
    verdicts = dict(_verdicts(stats))
    hosts = sorted({host for host, _ in verdicts})
    return lines(CHECKS, {key: verdicts[key] for host in hosts for key in verdicts if key[0] == host})


def _verdicts(stats: Mapping[str, Sequence[object]]) -> Iterator[tuple[tuple[str, str], Verdict]]:
    for category in ("passed", "skipped", "failed", "error"):
        for report in _reports(stats.get(category, ())):
            properties = dict(report.user_properties)
            if HOST in properties and CHECK in properties:
                verdict = _VERDICTS.get(category) or _skipped(report)
                yield (str(properties[HOST]), str(properties[CHECK])), verdict


def _reports(found: Iterable[object]) -> Iterator[pytest.TestReport]:
    return (report for report in found if isinstance(report, pytest.TestReport))


def _skipped(report: pytest.TestReport) -> Verdict:
    """Not offered, or not tried, such as when a server could not be started."""
    is_not_offered = NotOffered.verdict in str(report.longrepr)
    return Verdict.NOT_OFFERED if is_not_offered else Verdict.NOT_TRIED
