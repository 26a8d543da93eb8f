"""The mail step of whole runs: each mail once, at the pace of the portal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.core.model.account import AccountState
from connector.core.model.settings import AddAs, MailPace, Policy
from connector.core.ports.host import Capabilities
from connector.engine.sync import mail_only
from connector.errors import HostUnavailable
from connector.hosts.memory import Failure, Fault, MemoryHost
from tests.clock import Clock
from tests.engine.company import COMPANY, FIELDS, SETTINGS
from tests.engine.workbench import Desk


@pytest.mark.req("D13")
def test_active_only_holds_the_welcome_mail(desk: Desk, host: MemoryHost) -> None:
    """The mail is held, so that an admin may send it later."""
    desk.settings = replace(SETTINGS, policy=Policy(add_as=AddAs.ACTIVE_ONLY))

    report = desk.sync(COMPANY)

    assert (report.created, report.mails, host.mails) == (7, 0, [])
    assert {("welcome", "held")} == {(one.mail, one.mail_state) for one in desk.links().values()}


@pytest.mark.req("A16")
def test_sso_portal_gets_no_mail(desk: Desk, host: MemoryHost) -> None:
    """Accounts are active and get no mail, now or later."""
    desk.settings = replace(SETTINGS, sso=True, policy=Policy(add_as=AddAs.PENDING_INVITATION))

    desk.sync(COMPANY)

    assert ([], {AccountState.ACTIVE}) == (host.mails, {one.state for one in host.accounts.values()})
    assert {"none"} == {one.mail_state for one in desk.links().values()}


def test_mails_with_a_lost_answer_are_looked_up_and_not_sent_again(desk: Desk, host: MemoryHost) -> None:
    """The accounts show that they were mailed."""
    host.faults.append(Fault("invite", Failure.UNANSWERED))

    with pytest.raises(HostUnavailable):
        desk.sync(COMPANY)
    desk.sync(COMPANY)

    assert len(host.mails) == 7
    assert {"sent"} == {link.mail_state for link in desk.links().values()}


@pytest.mark.parametrize(("reports", "state"), [(True, "sent"), (False, "unknown")])
def test_mails_with_an_unknown_outcome_are_looked_up(
    desk: Desk, clock: Clock, reports: bool, state: str
) -> None:
    """An LMS that reports when it mailed an account settles it at once; otherwise an admin decides."""
    host = MemoryHost(FIELDS, clock=clock, capabilities=Capabilities(reports_last_mailed_at=reports))
    desk.host = host
    host.faults.append(Fault("invite", Failure.UNKNOWN))

    desk.sync(COMPANY)
    desk.sync(COMPANY)

    assert len(host.mails) == 7
    assert {state} == {link.mail_state for link in desk.links().values()}


def test_mails_that_failed_are_sent_by_the_next_run(desk: Desk, host: MemoryHost) -> None:
    """Each person gets one mail."""
    host.faults.append(Fault("invite", Failure.UNAVAILABLE))

    with pytest.raises(HostUnavailable):
        desk.sync(COMPANY)
    report = desk.sync(COMPANY)

    assert (report.mails, len(host.mails)) == (7, 7)


def send_owed(desk: Desk) -> int:
    """Run a mail-only run; returns how many mails went out in all."""
    with desk.run_context("mail", None) as context:
        mail_only(context)
    return len(desk.host.mails)


@pytest.mark.req("X14")
def test_hourly_limit_leaves_the_other_mails_owed(desk: Desk, clock: Clock) -> None:
    """Two per hour: within the hour no more go out, and each person gets one mail in the end."""
    desk.settings = replace(SETTINGS, policy=Policy(mail_pace=MailPace(per_hour=2)))
    desk.sync(COMPANY)
    sent = [len(desk.host.mails), send_owed(desk)]
    for _ in range(3):
        clock.advance(timedelta(hours=1, seconds=1))
        sent.append(send_owed(desk))

    assert sent == [2, 2, 4, 6, 7]
    assert len({mail.account_id for mail in desk.host.mails}) == 7


@pytest.mark.req("X14")
def test_no_mail_goes_out_in_quiet_hours(desk: Desk, clock: Clock) -> None:
    """It is 4:30 AM in New York: the accounts are created, and the mails go out after 5 AM."""
    desk.settings = replace(SETTINGS, policy=Policy(mail_pace=MailPace(quiet_from=0, quiet_until=5)))
    report = desk.sync(COMPANY)
    quiet = len(desk.host.mails)
    clock.advance(timedelta(hours=1))

    assert (report.created, quiet, send_owed(desk)) == (7, 0, 7)


def test_host_without_mail_sends_none(desk: Desk, clock: Clock) -> None:
    """The mails are held, so that an admin may send them once the host can."""
    desk.host = MemoryHost(FIELDS, clock=clock, capabilities=Capabilities(invite=False))
    desk.sync(COMPANY)

    assert send_owed(desk) == 0
    assert {"held"} == {link.mail_state for link in desk.links().values()}
