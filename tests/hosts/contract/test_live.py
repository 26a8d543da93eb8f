"""A trial of a live site changes only accounts that it created, and leaves nothing behind."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import pytest
from click.testing import CliRunner

from connector.cli import commands
from connector.core.model.account import Account, AccountState, Group, Mail
from connector.core.ports.host import Capabilities, Change, Invitation, NewAccount, Outcome, OutcomeStatus
from connector.hosts import Failure, Fault, MemoryHost
from connector.hosts.contract import CHECKS, Names, Need, Rig
from connector.hosts.contract.live import MOST_ACCOUNTS, GuardedHost, Unsafe, trial
from connector.hosts.contract.table import Verdict
from tests.clock import Clock
from tests.hosts.memory_rig import FIELDS
from tests.hosts.servers.scim import TOKEN, tenant

OTHER = Account("7", "other@lms.example", "Other", "Person", AccountState.ACTIVE, True)


@pytest.fixture
def site(clock: Clock) -> MemoryHost:
    """A host with an account of another person."""
    return MemoryHost(FIELDS, [OTHER], clock=clock)


class Undeletable(MemoryHost):
    """A host without `delete`."""

    delete = None  # type: ignore[assignment]


def own(names: Names, who: str = "ada") -> NewAccount:
    """A row of the trial."""
    return NewAccount(names.external_id(who), names.email(who), "Ada", "Lovelace", AccountState.ACTIVE)


def test_a_trial_keeps_every_promise_and_leaves_nothing_behind(site: MemoryHost) -> None:
    """All of its accounts are deleted; other accounts are unchanged, and no mail went out."""
    before = dict(site.accounts)
    tried = list(trial(site, CHECKS, Names("example.com")))

    assert {one.verdict for one in tried} == {Verdict.DONE, Verdict.NOT_OFFERED, Verdict.NOT_TRIED}
    assert sum(one.verdict is Verdict.DONE for one in tried) > 25
    assert site.accounts == before
    assert site.mails == []


def test_a_trial_of_every_host_finds_nothing_broken(rig: Rig) -> None:
    """As `flask connector hosts test` tries it: with the host only, and guarded."""
    tried = list(trial(rig.host, CHECKS, Names(rig.domain)))

    assert [one.reason for one in tried if one.verdict is Verdict.FAILED] == []
    assert sum(one.verdict is Verdict.DONE for one in tried) > 18


@pytest.mark.req("D29")
def test_what_a_host_offers_and_a_trial_does_not_use_is_not_tried(clock: Clock) -> None:
    """Groups are there, but a trial adds nobody to a real group: "not offered" would be wrong."""
    site = MemoryHost(FIELDS, groups=[Group("g1", "Sales")], clock=clock)
    verdicts = {one.check.name: one for one in trial(site, CHECKS, Names("example.com"))}
    groups = verdicts["an_account_is_added_to_a_group_and_removed"]
    withdrawn = verdicts["an_unanswered_invitation_can_be_taken_back"]

    assert (groups.verdict, withdrawn.verdict) == (Verdict.NOT_TRIED, Verdict.NOT_TRIED)
    assert groups.reason == "not tried, as this is missing: groups that accounts can be added to"


def test_the_command_tries_a_live_service(scim2_full_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its address and token only: without an app, a database or a key."""
    monkeypatch.setenv("CONNECTOR_HOST", "scim")
    monkeypatch.setenv("CONNECTOR_SCIM_URL", tenant(scim2_full_address).url)
    monkeypatch.setenv("CONNECTOR_SCIM_TOKEN", TOKEN)
    result = CliRunner().invoke(commands, ["hosts", "test"])

    assert result.exit_code == 0, result.output
    assert "done         suspend: a learner is suspended and restored" in result.output


def test_accounts_that_cannot_be_deleted_are_suspended(clock: Clock) -> None:
    """A few dozen accounts stay, and nobody can sign in to them."""
    site = Undeletable(FIELDS, clock=clock)
    tried = list(trial(site, CHECKS, Names("example.com")))

    assert Verdict.FAILED not in {one.verdict for one in tried}
    assert {account.state for account in site.accounts.values()} == {AccountState.SUSPENDED}
    assert len(site.accounts) < 100


def test_the_invitations_of_a_trial_are_taken_back(clock: Clock) -> None:
    """As in an LMS where an invited person is no user yet."""
    withdrawn: list[str] = []

    class Inviting(Undeletable):
        def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
            waiting = {one for one, account in self.accounts.items() if account.state is AccountState.PENDING}
            return super().update([change for change in changes if change.account_id not in waiting])

        def withdraw(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
            withdrawn.extend(account_ids)
            return [Outcome(OutcomeStatus.UPDATED, account_id) for account_id in account_ids]

    guarded = GuardedHost(Inviting(FIELDS, clock=clock), Names("example.com"))
    guarded.create([replace(own(guarded.names), state=AccountState.PENDING)])

    assert guarded.clean_up() == []
    assert withdrawn == list(guarded.created)


def test_no_account_is_created_that_the_lms_would_mail_at_once(clock: Clock) -> None:
    """The promises with a pending account are not tried; all the others are kept."""

    class Mailing(MemoryHost):
        states_made: ClassVar[set[AccountState]] = set()

        def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
            self.states_made.update(row.state for row in rows)
            return super().create(rows)

    site = Mailing(FIELDS, clock=clock, capabilities=Capabilities(mails_pending=True))
    tried = list(trial(site, CHECKS, Names("example.com")))
    left_out = [one.verdict for one in tried if Need.QUIET in one.reason]

    assert Verdict.FAILED not in {one.verdict for one in tried}
    assert {Verdict.NOT_TRIED} == set(left_out)
    assert AccountState.PENDING not in site.states_made


def test_an_account_created_without_an_answer_is_removed(site: MemoryHost) -> None:
    """It is found by its address."""
    names = Names("example.com")
    guarded = GuardedHost(site, names)
    site.faults.append(Fault("create", Failure.UNKNOWN))
    guarded.create([own(names)])

    assert guarded.clean_up() == []
    assert list(site.accounts) == ["7"]


def test_a_failed_promise_is_reported_and_cleaned_up(site: MemoryHost) -> None:
    """A host that is unavailable for a moment fails one promise, not the trial."""
    site.faults.append(Fault("create", Failure.UNAVAILABLE))
    tried = list(trial(site, CHECKS[:3], Names("example.com")))

    assert [one.verdict for one in tried] == [Verdict.FAILED, Verdict.DONE, Verdict.DONE]
    assert "create" in tried[0].reason
    assert list(site.accounts) == ["7"]


def test_an_account_that_stays_active_is_reported(clock: Clock) -> None:
    """With the tag by which an admin finds it."""

    class Stubborn(Undeletable):
        def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
            return [Outcome(OutcomeStatus.REJECTED, change.account_id) for change in changes]

    [tried] = trial(Stubborn(FIELDS, clock=clock), CHECKS[:1], Names("example.com", "abcd"))

    assert tried.verdict is Verdict.FAILED
    assert "2 accounts" in tried.reason
    assert "abcd00" in tried.reason


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(Change("7", first_name="X"), id="an account of another person"),
        pytest.param(Change("no such id", email="x@lms.example"), id="an address of another domain"),
    ],
)
def test_accounts_of_others_are_never_changed(site: MemoryHost, change: Change) -> None:
    """The call is stopped before anything is sent."""
    with pytest.raises(Unsafe):
        GuardedHost(site, Names("example.com")).update([change])
    assert site.accounts["7"].first_name == "Other"


def test_other_domains_too_many_accounts_and_mails_are_stopped(site: MemoryHost) -> None:
    """Whatever a promise asks for."""
    names = Names("example.com")
    guarded = GuardedHost(site, names)

    with pytest.raises(Unsafe, match="address"):
        guarded.create([own(Names("lms.example"))])
    with pytest.raises(Unsafe, match=str(MOST_ACCOUNTS)):
        guarded.create([own(names, f"n{number}") for number in range(MOST_ACCOUNTS + 1)])
    with pytest.raises(Unsafe, match="mail"):
        guarded.invite([Invitation("7", Mail.WELCOME)])
    assert list(site.accounts) == ["7"]
