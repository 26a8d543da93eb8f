"""A trial of a live site touches what it made itself, and nothing of it is left."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import pytest
from click.testing import CliRunner

from connector.cli import commands
from connector.core.model.account import Account, AccountState, Mail
from connector.core.ports.host import Capabilities, Change, Invitation, NewAccount, Outcome, OutcomeStatus
from connector.hosts import Failure, Fault, MemoryHost
from connector.hosts.contract import CHECKS, Names, Need, Rig
from connector.hosts.contract.live import MOST_ACCOUNTS, Guarded, Unsafe, trial
from connector.hosts.contract.table import Verdict
from tests.clock import Clock
from tests.hosts.memory_rig import FIELDS
from tests.hosts.servers.scim import TOKEN, tenant

STRANGER = Account("7", "somebody@lms.example", "Some", "Body", AccountState.ACTIVE, True)


class Undeletable(MemoryHost):
    """A host without `delete`."""

    delete = None  # type: ignore[assignment]


@pytest.fixture
def site(clock: Clock) -> MemoryHost:
    """A host that somebody uses already."""
    return MemoryHost(FIELDS, [STRANGER], clock=clock)


def own(names: Names, who: str = "ada") -> NewAccount:
    """A row of a trial."""
    return NewAccount(names.external_id(who), names.email(who), "Ada", "Lovelace", AccountState.ACTIVE)


def test_a_trial_keeps_every_promise_and_leaves_nothing_behind(site: MemoryHost) -> None:
    """What is deleted can only be deleted: strangers are as they were, and nobody was mailed."""
    before = dict(site.accounts)
    tried = list(trial(site, CHECKS, Names("example.com")))

    assert {one.verdict for one in tried} == {Verdict.DONE, Verdict.NOT_OFFERED, Verdict.NOT_TRIED}
    assert sum(one.verdict is Verdict.DONE for one in tried) > 25
    assert site.accounts == before
    assert site.mails == []


def test_a_trial_of_every_host_there_is_finds_nothing_broken(rig: Rig) -> None:
    """As `flask connector hosts test` tries it: by its host alone, and through the guard."""
    tried = list(trial(rig.host, CHECKS, Names(rig.domain)))

    assert [one.said for one in tried if one.verdict is Verdict.FAILED] == []
    assert sum(one.verdict is Verdict.DONE for one in tried) > 18


def test_the_command_tries_a_live_service(scim2_full_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its address and its token, and nothing else of ours: no app, no database, no key."""
    monkeypatch.setenv("CONNECTOR_HOST", "scim")
    monkeypatch.setenv("CONNECTOR_SCIM_URL", tenant(scim2_full_address).url)
    monkeypatch.setenv("CONNECTOR_SCIM_TOKEN", TOKEN)
    result = CliRunner().invoke(commands, ["hosts", "test"])

    assert result.exit_code == 0, result.output
    assert "done         suspend: a learner is suspended and comes back" in result.output


def test_where_nothing_can_be_deleted_everybody_is_suspended(clock: Clock) -> None:
    """A few dozen accounts stay, which nobody can sign in to."""
    site = Undeletable(FIELDS, clock=clock)
    tried = list(trial(site, CHECKS, Names("example.com")))

    assert Verdict.FAILED not in {one.verdict for one in tried}
    assert {account.state for account in site.accounts.values()} == {AccountState.SUSPENDED}
    assert len(site.accounts) < 100


def test_whoever_waits_and_cannot_be_suspended_has_no_invitation_left(clock: Clock) -> None:
    """As in an LMS where somebody who has not answered is no user yet."""
    withdrawn: list[str] = []

    class Inviting(Undeletable):
        def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
            waiting = {one for one, account in self.accounts.items() if account.state is AccountState.PENDING}
            return super().update([change for change in changes if change.account_id not in waiting])

        def withdraw(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
            withdrawn.extend(account_ids)
            return [Outcome(OutcomeStatus.UPDATED, account_id) for account_id in account_ids]

    guarded = Guarded(Inviting(FIELDS, clock=clock), Names("example.com"))
    guarded.create([replace(own(guarded.names), state=AccountState.PENDING)])

    assert guarded.clear_up() == []
    assert withdrawn == list(guarded.made)


def test_nobody_is_made_whom_the_lms_would_mail_at_once(clock: Clock) -> None:
    """The promises that take a pending account are not tried; all the others are kept."""

    class Mailing(MemoryHost):
        states_made: ClassVar[set[AccountState]] = set()

        def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
            self.states_made.update(row.state for row in rows)
            return super().create(rows)

    site = Mailing(FIELDS, clock=clock, capabilities=Capabilities(mails_pending=True))
    tried = list(trial(site, CHECKS, Names("example.com")))
    left_out = [one.verdict for one in tried if Need.QUIET in one.said]

    assert Verdict.FAILED not in {one.verdict for one in tried}
    assert {Verdict.NOT_TRIED} == set(left_out)
    assert AccountState.PENDING not in site.states_made


def test_an_account_that_was_made_without_an_answer_is_cleared_up_too(site: MemoryHost) -> None:
    """It is found by its address."""
    names = Names("example.com")
    guarded = Guarded(site, names)
    site.faults.append(Fault("create", Failure.UNKNOWN))
    guarded.create([own(names)])

    assert guarded.clear_up() == []
    assert list(site.accounts) == ["7"]


def test_a_trial_that_fails_says_so_and_clears_up(site: MemoryHost) -> None:
    """A host that cannot be reached for a moment loses one promise, not the trial."""
    site.faults.append(Fault("create", Failure.UNAVAILABLE))
    tried = list(trial(site, CHECKS[:3], Names("example.com")))

    assert [one.verdict for one in tried] == [Verdict.FAILED, Verdict.DONE, Verdict.DONE]
    assert "create" in tried[0].said
    assert list(site.accounts) == ["7"]


def test_an_account_that_stays_active_is_told(clock: Clock) -> None:
    """With the tag by which an admin finds it."""

    class Stubborn(Undeletable):
        def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
            return [Outcome(OutcomeStatus.REJECTED, change.account_id) for change in changes]

    [tried] = trial(Stubborn(FIELDS, clock=clock), CHECKS[:1], Names("example.com", "abcd"))

    assert tried.verdict is Verdict.FAILED
    assert "2 accounts" in tried.said
    assert "abcd00" in tried.said


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(Change("7", first_name="X"), id="somebody else's account"),
        pytest.param(Change("no such id", email="x@lms.example"), id="an address of somebody else's domain"),
    ],
)
def test_nothing_of_a_stranger_is_changed(site: MemoryHost, change: Change) -> None:
    """It is stopped before anything is sent."""
    with pytest.raises(Unsafe):
        Guarded(site, Names("example.com")).update([change])
    assert site.accounts["7"].first_name == "Some"


def test_nobody_is_made_at_another_domain_nor_without_end_nor_mailed(site: MemoryHost) -> None:
    """Whatever a promise may ask for."""
    names = Names("example.com")
    guarded = Guarded(site, names)

    with pytest.raises(Unsafe, match="address"):
        guarded.create([own(Names("lms.example"))])
    with pytest.raises(Unsafe, match=str(MOST_ACCOUNTS)):
        guarded.create([own(names, f"n{number}") for number in range(MOST_ACCOUNTS + 1)])
    with pytest.raises(Unsafe, match="mail"):
        guarded.invite([Invitation("7", Mail.WELCOME)])
    assert list(site.accounts) == ["7"]
