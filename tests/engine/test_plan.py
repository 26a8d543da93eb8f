"""The plan of a run: what a preview and a sync plan, which people they decide about, and when a plan is held."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.core.model.account import AccountState
from connector.engine.plan import make_plan
from connector.engine.read import read
from connector.hosts.memory import MemoryHost
from tests.clock import Clock
from tests.engine.company import COMPANY, SETTINGS, leaver
from tests.engine.workbench import Desk, Feed


@pytest.mark.req("X2")
def test_second_sync_of_the_same_employees_does_nothing(desk: Desk, host: MemoryHost) -> None:
    """No operation, no mail, everyone unchanged."""
    desk.sync(COMPANY)
    mails = list(host.mails)

    report = desk.sync(COMPANY)

    assert (report.read, report.created, report.unchanged, report.mails) == (7, 0, 7, 0)
    assert desk.entries() == []
    assert mails == host.mails


@pytest.mark.req("A1", "X1")
def test_preview_changes_nothing_and_predicts_the_sync(desk: Desk, host: MemoryHost) -> None:
    """It changes no account and has the digest and counts of the sync after it."""
    predicted = desk.preview(COMPANY)
    digest = desk.digest
    untouched = dict(host.accounts)

    report = desk.sync(COMPANY)

    assert untouched == {}
    assert digest == desk.digest
    assert (predicted.created, predicted.mails) == (report.created, report.mails)


@pytest.mark.parametrize("page_size", [1, 2, 7, 50])
@pytest.mark.req("X2")
def test_page_size_and_order_do_not_change_the_plan(desk: Desk, page_size: int) -> None:
    """The digest is the same for any page size and order."""
    desk.preview(COMPANY)
    digest = desk.digest

    desk.preview(reversed(COMPANY), page_size=page_size)

    assert digest == desk.digest


@pytest.mark.req("A2")
def test_without_edits_no_one_is_decided_again(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """The connector's own writes do not count as edits."""
    desk.sync(COMPANY)
    clock.advance(timedelta(minutes=5))

    with desk.run_context("preview", Feed(COMPANY)) as context:
        make_plan(context, read(context))
        inputs = [one for chunk in context.mirror.decision_inputs() for one in chunk]

    assert inputs == []


@pytest.mark.req("X4")
def test_plan_over_a_limit_is_held(desk: Desk, host: MemoryHost) -> None:
    """Nothing is applied until the plan is released."""
    desk.sync(COMPANY)
    leaving = [leaver(COMPANY[0]), leaver(COMPANY[1]), *COMPANY[2:]]

    held = desk.sync(leaving)
    untouched = {one.state for one in host.accounts.values()}
    released = desk.apply(desk.run_id)

    assert (2, {AccountState.ACTIVE}) == (held.suspended, untouched)
    assert released.suspended == 2
    assert sum(one.state is AccountState.SUSPENDED for one in host.accounts.values()) == 2


def test_changed_mapping_reaches_people_who_did_not_change(desk: Desk, host: MemoryHost) -> None:
    """A new version of the settings makes everyone be decided once more."""
    desk.settings = replace(SETTINGS, mapping=())
    desk.sync(COMPANY)
    desk.settings = replace(SETTINGS, version=2)

    report = desk.sync(COMPANY)

    assert report.updated == 7
    assert {"Nurse"} == {one.fields["title"] for one in host.accounts.values()}
