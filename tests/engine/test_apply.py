"""The apply step: refused rows, lost answers, and hosts that break the contract."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import create_engine

from connector.core.ports.host import Change, Found, Key, NewAccount, Outcome, Unknown
from connector.core.ports.optional import Effect
from connector.errors import HostContractError, HostUnavailable
from connector.hosts.memory import Failure, Fault, MemoryHost
from connector.store.tables.runs import EntryRow
from tests.clock import Clock
from tests.engine.company import COMPANY, FIELDS, SETTINGS
from tests.engine.workbench import Desk


def test_refused_row_affects_only_its_person(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """It is listed; a week later, when it is tried again, it is done."""
    host.faults += [Fault("create", Failure.REFUSED, row=2), Fault("create", Failure.REFUSED, row=0)]

    report = desk.sync(COMPANY)
    next_night = desk.sync(COMPANY)
    clock.advance(timedelta(days=7))
    again = desk.sync(COMPANY)

    assert (report.created, report.skipped_by) == (6, {"refused": 1})
    assert (next_night.created, next_night.skipped_by) == (0, {"refused": 1})
    assert (again.created, again.skipped_by) == (1, {})


@pytest.mark.parametrize("failure", [Failure.UNANSWERED, Failure.UNKNOWN])
def test_lost_answer_to_a_create_creates_no_second_account(
    desk: Desk, host: MemoryHost, failure: Failure
) -> None:
    """The account is found by its external id, linked, and mailed once."""
    host.faults.append(Fault("create", failure))

    try:
        desk.sync(COMPANY)
    except HostUnavailable:
        desk.sync(COMPANY)

    assert (len(host.accounts), len(host.mails)) == (7, 7)
    assert sorted(host.accounts) == sorted(link.account_id for link in desk.links().values())
    assert desk.sync(COMPANY).unchanged == 7


class ShortHost(MemoryHost):
    """A host that leaves out one outcome of a batch, and one effect of a preview."""

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """All outcomes but the last."""
        return super().create(rows)[:-1]

    def effect(self, rows: Sequence[NewAccount | Change]) -> Sequence[Effect]:
        """All effects but the last."""
        return [Effect()] * (len(rows) - 1)


def test_missing_outcome_breaks_the_contract_and_is_settled_later(clock: Clock) -> None:
    """The run stops, its rows stay intended, and the next run finds the accounts: none is created twice."""
    desk = Desk(create_engine("sqlite://"), ShortHost(FIELDS, clock=clock), clock, SETTINGS)
    with pytest.raises(HostContractError, match="6 outcomes for 7 rows"):
        desk.sync(COMPANY)
    intended = {row.outcome for row in desk.rows(EntryRow)}

    report = desk.sync(COMPANY)

    assert intended == {"intended"}
    assert (report.created, len(desk.host.accounts)) == (0, 7)


def test_missing_effect_breaks_the_contract(clock: Clock) -> None:
    """A preview stops instead of showing an effect next to the wrong row."""
    desk = Desk(create_engine("sqlite://"), ShortHost(FIELDS, clock=clock), clock, SETTINGS)

    with pytest.raises(HostContractError, match="6 effects for 7 rows"):
        desk.preview(COMPANY)


class Forgetful(MemoryHost):
    """A host that cannot look anybody up once `is_lost`, which a create makes it."""

    is_lost = False

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """As usual; afterwards no look-up can be trusted."""
        outcomes = super().create(rows)
        self.is_lost = True
        return outcomes

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """Unknown once it is lost."""
        return Unknown() if self.is_lost else super().find(keys)


@pytest.mark.req("D29", "D22")
def test_a_look_up_that_cannot_be_trusted_discards_no_outcome(clock: Clock, database_url: str) -> None:
    """One row without an answer: the others are linked and mailed; it is looked up by the next run, once that works."""
    host = Forgetful(FIELDS, clock=clock)
    desk = Desk(create_engine(database_url), host, clock, SETTINGS)
    host.faults.append(Fault("create", Failure.UNKNOWN, row=2))

    first = desk.sync(COMPANY)
    linked = len(desk.links())
    host.is_lost = False
    second = desk.sync(COMPANY)

    assert (first.created, linked, len(host.accounts)) == (6, 6, 7)
    assert (second.created, second.linked, len(desk.links()), len(host.mails)) == (0, 0, 7, 7)
    desk.engine.dispose()
