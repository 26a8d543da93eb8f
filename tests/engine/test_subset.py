"""A source of only some employees, and the run over it."""

from dataclasses import replace

import pytest

from connector.core.model.account import AccountState
from connector.core.model.report import Report
from connector.engine import sync
from connector.engine.context import RunResult
from connector.engine.subset import SubsetSource
from tests.engine.company import COMPANY, leaver
from tests.engine.workbench import Desk, Feed


def pages_of(source: SubsetSource) -> list[str]:
    """The employee ids of its pages, in order."""
    return [source.decode(page, 0).employee_id for page in source.pages()]


def run_subset(desk: Desk, feed: Feed, *employee_ids: str) -> RunResult:
    """A run over only these employees."""
    source = SubsetSource(feed, employee_ids)
    with desk.run_context("event_refresh", source, only_employee_ids=employee_ids) as context:
        return sync.run(context)


def test_subset_has_a_page_for_each_employee_in_order() -> None:
    """An employee that the source does not have is left out."""
    source = SubsetSource(Feed(COMPANY), ["e003", "gone", "e001"])

    assert pages_of(source) == ["e003", "e001"]
    assert source.one("gone") is None


def test_subset_has_no_findings_about_the_connection() -> None:
    """And its calls are those of the source."""
    feed = Feed(COMPANY, calls=7)

    assert (SubsetSource(feed, ["e001"]).findings(), SubsetSource(feed, ["e001"]).calls) == ((), 7)


@pytest.mark.req("D10")
def test_run_over_a_subset_decides_only_about_it(desk: Desk) -> None:
    """Other employees do not count as absent, and their changes wait for the next read of all."""
    desk.sync(COMPANY)
    changed = [leaver(COMPANY[0]), replace(COMPANY[1], last_name="New"), *COMPANY[2:]]

    results = [run_subset(desk, Feed(changed), "e001") for _ in range(4)]
    states = {key: link.state for key, link in desk.links().items()}
    names = {one.last_name for one in desk.host.accounts.values()}

    assert [result.read for result in results] == [1] * 4
    assert states.pop("p001") == AccountState.SUSPENDED
    assert set(states.values()) == {AccountState.ACTIVE}
    assert "New" not in names
    report: Report = desk.sync(changed)
    assert (report.updated, report.suspended, report.unchanged) == (1, 0, 6)
