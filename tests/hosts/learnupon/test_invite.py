"""Pending accounts of LearnUpon: an invitation that is mailed at once, and a link that follows its learner."""

import hashlib
from dataclasses import replace

import pytest
from flask import Response

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import (
    Change,
    Found,
    Host,
    Invitation,
    Key,
    KeyKind,
    OutcomeStatus,
)
from connector.core.ports.optional import Membership, SupportsWithdraw
from connector.hosts.learnupon import LearnUponHost, LearnUponSettings, host
from tests.clock import Clock
from tests.hosts.learnupon.fake.api import KEY, SECRET, serving
from tests.hosts.learnupon.fake.portal import FakePortal
from tests.hosts.learnupon.rig import ADA, by_id, invited, lose_next_answer, statuses

S = OutcomeStatus


def reworded() -> Response:
    """A refusal with another message."""
    return Response('{"message": "nope"}', 400, content_type="application/json")


def test_the_capabilities_include_pending_accounts(inviting: LearnUponHost) -> None:
    """mypy checks the class against both protocols here."""
    whole: Host = inviting
    withdrawing: SupportsWithdraw = inviting

    assert [whole, withdrawing] == [inviting, inviting]
    assert (inviting.capabilities().pending, inviting.capabilities().invite) == (True, True)


@pytest.mark.req("A14", "A38")
def test_a_pending_account_is_one_invitation(inviting: LearnUponHost, site: FakePortal) -> None:
    """It is mailed on create; when the mail step asks for it, the outcome is PENDING and no second mail goes out."""
    account_id = invited(inviting)
    outcomes = inviting.invite([Invitation(account_id, Mail.INVITATION)])

    assert site.mails == ["Ada@Example.test"]
    assert statuses([*outcomes]) == [S.PENDING]
    assert site.users == {}


def test_the_id_of_an_invitation_has_no_address_in_it(inviting: LearnUponHost) -> None:
    """Neither the address nor a plain digest of it; with an external id of 60 characters it can be stored."""
    account_id = invited(inviting)
    plain = hashlib.sha256(b"ada@example.test").hexdigest()[:24]

    assert account_id.startswith("invite:")
    assert account_id.endswith(":p1")
    assert "ada" not in account_id.lower()
    assert plain not in account_id
    assert len(account_id.removesuffix("p1")) + 60 <= 100


def test_a_pending_account_is_found_by_its_id_only(inviting: LearnUponHost) -> None:
    """LearnUpon has no user with the address yet."""
    account_id = invited(inviting)
    [account] = by_id(inviting, account_id)
    email = Key(KeyKind.EMAIL, ADA.email)
    found: Found = inviting.find([email])  # type: ignore[assignment]

    assert (account.account_id, account.state, account.is_learner) == (account_id, AccountState.PENDING, True)
    assert account.email == "Ada@Example.test"
    assert found[email] == []


def test_an_accepted_invitation_leads_to_the_user(
    inviting: LearnUponHost, site: FakePortal, label: str
) -> None:
    """With the names, the fields and the external id of the invitation."""
    account_id = invited(inviting)
    user_id = site.accept("Ada@Example.test")
    [account] = by_id(inviting, account_id)

    assert (account.account_id, account.state) == (user_id, AccountState.ACTIVE)
    assert (account.first_name, account.fields) == ("Ada", {"231": "Analyst", "233": "Regular"})
    assert account.external_id == ("p1" if label else None)


def test_an_external_id_keeps_the_link_after_a_new_address(
    inviting: LearnUponHost, site: FakePortal, label: str
) -> None:
    """Without an external id only the address is known, so the account counts as removed."""
    account_id = invited(inviting)
    user_id = site.accept("Ada@Example.test")
    site.edit(user_id, email="king@example.test")
    found = by_id(inviting, account_id)

    assert [account.account_id for account in found] == ([user_id] if label else [])


def test_a_change_after_acceptance_reaches_the_user(inviting: LearnUponHost, site: FakePortal) -> None:
    """By the id of the invitation, and by the user's own id."""
    account_id = invited(inviting)
    user_id = site.accept("Ada@Example.test")
    outcomes = [
        *inviting.update([Change(account_id, last_name="King")]),
        *inviting.update([Change(user_id, last_name="Byron")]),
    ]

    assert [(one.status, one.account_id) for one in outcomes] == [(S.UPDATED, user_id)] * 2
    assert site.users[int(user_id)]["last_name"] == "Byron"


def test_a_user_with_another_external_id_is_another_person(
    inviting: LearnUponHost, site: FakePortal, label: str
) -> None:
    """Without external ids the two cannot be distinguished."""
    account_id = invited(inviting)
    user_id = site.accept("Ada@Example.test")
    site.users[int(user_id)]["custom"]["240"] = "p9"

    assert [account.account_id for account in by_id(inviting, account_id)] == ([] if label else [user_id])


def test_a_pending_account_is_neither_changed_nor_added_to_a_group(
    inviting: LearnUponHost, site: FakePortal
) -> None:
    """Both happen after the invitation is accepted."""
    account_id = invited(inviting)
    before = list(site.requests)
    [change] = inviting.update([Change(account_id, last_name="King", fields={"231": "Countess"})])
    [join] = inviting.members([Membership(account_id, "51", is_member=True)])

    assert (change.status, change.account_id) == (S.PENDING, account_id)
    assert (join.status, join.code) == (S.REJECTED, "invited")
    assert [one for one in site.requests[len(before) :] if not one.startswith("GET")] == []


@pytest.mark.req("A22")
def test_the_invitation_of_a_leaver_is_cancelled(inviting: LearnUponHost, site: FakePortal) -> None:
    """The account does not exist from then on."""
    account_id = invited(inviting)
    [outcome] = inviting.update([Change(account_id, state=AccountState.SUSPENDED)])

    assert outcome.status is S.UPDATED
    assert [row["invite_status"] for row in site.invites.values()] == ["canceled"]
    assert by_id(inviting, account_id) == []


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "not listed"])
def test_a_second_invitation_gives_the_same_account(
    inviting: LearnUponHost, site: FakePortal, listed: bool
) -> None:
    """After an interrupted create LearnUpon refuses the second invitation: same account, one mail."""
    site.lists_invites = listed
    lose_next_answer(site)
    first = inviting.create([ADA])
    second = inviting.create([ADA])

    assert statuses([*first, *second]) == [S.UNKNOWN, S.PENDING]
    assert by_id(inviting, second[0].account_id or "")[0].state is AccountState.PENDING
    assert site.mails == ["Ada@Example.test"]


def test_an_invitation_refused_in_other_words_is_looked_up(inviting: LearnUponHost, site: FakePortal) -> None:
    """The list decides whether the person is invited already, not a phrase."""
    invited(inviting)
    site.after = lambda: reworded() if site.requests[-1].startswith("POST") else None

    assert statuses([*inviting.create([ADA])]) == [S.PENDING]


def test_an_existing_user_is_not_invited(inviting: LearnUponHost, site: FakePortal) -> None:
    """Even if the address has capitals."""
    [bob] = inviting.create([replace(ADA, external_id="p2", state=AccountState.ACTIVE)])
    [outcome] = inviting.create([ADA])

    assert (outcome.status, outcome.account_id) == (S.EXISTS, bob.account_id)
    assert site.mails == []


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        pytest.param(AccountState.ACTIVE, S.REJECTED, "mail.not_offered", id="active"),
        pytest.param(AccountState.SUSPENDED, S.REJECTED, "suspended", id="suspended"),
    ],
)
def test_an_active_or_suspended_account_cannot_be_mailed(
    inviting: LearnUponHost, site: FakePortal, state: AccountState, status: OutcomeStatus, code: str
) -> None:
    """LearnUpon has no call that mails an existing user, and the outcome says so."""
    [bob] = inviting.create([replace(ADA, state=AccountState.ACTIVE)])
    inviting.update([Change(bob.account_id or "", state=state)])
    outcomes = inviting.invite(
        [Invitation(bob.account_id or "", Mail.WELCOME), Invitation("987654321", Mail.WELCOME)]
    )

    assert [(one.status, one.code) for one in outcomes] == [(status, code), (S.NOT_FOUND, "not_found")]
    assert site.mails == []


def test_without_the_setting_a_pending_account_is_created_active(site: FakePortal, clock: Clock) -> None:
    """Without a mail."""
    with serving(site) as address:
        portal = host(LearnUponSettings(address, KEY, SECRET), clock=clock, sleep=lambda _: None)
        [outcome] = portal.create([ADA])
        [account] = by_id(portal, outcome.account_id or "")
        portal.close()

    assert (outcome.status, account.state) == (S.CREATED, AccountState.ACTIVE)
    assert (site.mails, portal.capabilities().pending) == ([], False)
