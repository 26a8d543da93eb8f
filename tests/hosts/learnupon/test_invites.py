"""Pending accounts in LearnUpon: an invitation that is mailed as it is made, and a link that follows its learner."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Response

from connector.core.model.account import Account, AccountState, Mail
from connector.core.ports.host import (
    Change,
    Found,
    Host,
    Invitation,
    Key,
    KeyKind,
    NewAccount,
    Outcome,
    OutcomeStatus,
)
from connector.core.ports.optional import Membership, SupportsDelete, SupportsWithdraw
from connector.hosts.learnupon import LearnUponHost, LearnUponSettings, host
from tests.clock import Clock
from tests.hosts.learnupon.api import KEY, SECRET, serving
from tests.hosts.learnupon.rig import lose_an_answer
from tests.hosts.learnupon.site import Site

S = OutcomeStatus
ADA = NewAccount(
    "p1", "Ada@Example.test", "Ada", "Lovelace", AccountState.PENDING, {"231": "Analyst", "233": "Regular"}
)


@pytest.fixture
def site() -> Site:
    """A portal without anybody in it."""
    return Site()


@pytest.fixture(params=["Paycor ID", ""], ids=["with a key of ours", "without a key"])
def label(request: pytest.FixtureRequest) -> str:
    """The label of the field for our key."""
    return str(request.param)


@pytest.fixture
def portal(site: Site, clock: Clock, label: str) -> Iterator[LearnUponHost]:
    """The portal's host, which may invite."""
    with serving(site) as address:
        settings = LearnUponSettings(address, KEY, SECRET, external_id_label=label, invites=True)
        one = host(settings, clock=clock, sleep=lambda _: None)
        yield one
        one.close()


def invited(portal: LearnUponHost, row: NewAccount = ADA) -> str:
    """The id of an account that is invited now."""
    [outcome] = portal.create([row])
    assert outcome.status is S.PENDING
    assert outcome.account_id is not None
    return outcome.account_id


def by_id(portal: Host, account_id: str) -> list[Account]:
    """Whoever an id leads to."""
    key = Key(KeyKind.ID, account_id)
    found = portal.find([key])
    assert isinstance(found, dict)
    return list(found[key])


def statuses(outcomes: list[Outcome]) -> list[OutcomeStatus]:
    """What became of each row."""
    return [outcome.status for outcome in outcomes]


def test_it_says_that_accounts_can_wait(portal: LearnUponHost) -> None:
    """mypy holds the class against both protocols here."""
    whole: Host = portal
    withdrawing: SupportsWithdraw = portal

    assert [whole, withdrawing] == [portal, portal]
    assert (portal.capabilities().pending, portal.capabilities().invite) == (True, True)


@pytest.mark.req("A14", "A38")
def test_a_pending_account_is_one_invitation(portal: LearnUponHost, site: Site) -> None:
    """It is mailed as it is made; asked for by the mail step, it is said to be out, and not mailed again."""
    account_id = invited(portal)
    outcomes = portal.invite([Invitation(account_id, Mail.INVITATION)])

    assert site.mails == ["Ada@Example.test"]
    assert statuses([*outcomes]) == [S.PENDING]
    assert site.users == {}


def test_its_id_tells_nobody_who_it_is(portal: LearnUponHost) -> None:
    """Neither the address nor a plain digest of it is in it; with a key of 60 characters it fits where ids are kept."""
    account_id = invited(portal)
    plain = hashlib.sha256(b"ada@example.test").hexdigest()[:24]

    assert account_id.startswith("invite:")
    assert account_id.endswith(":p1")
    assert "ada" not in account_id.lower()
    assert plain not in account_id
    assert len(account_id.removesuffix("p1")) + 60 <= 100


def test_who_waits_is_found_by_the_id_alone(portal: LearnUponHost) -> None:
    """LearnUpon has no user for the address yet."""
    account_id = invited(portal)
    [account] = by_id(portal, account_id)
    email = Key(KeyKind.EMAIL, ADA.email)
    found: Found = portal.find([email])  # type: ignore[assignment]

    assert (account.account_id, account.state, account.is_learner) == (account_id, AccountState.PENDING, True)
    assert account.email == "Ada@Example.test"
    assert found[email] == []


def test_whoever_has_accepted_is_found_under_their_own_id(
    portal: LearnUponHost, site: Site, label: str
) -> None:
    """With the names, the fields and the key that the invitation brought."""
    account_id = invited(portal)
    user_id = site.accept("Ada@Example.test")
    [account] = by_id(portal, account_id)

    assert (account.account_id, account.state) == (user_id, AccountState.ACTIVE)
    assert (account.first_name, account.fields) == ("Ada", {"231": "Analyst", "233": "Regular"})
    assert account.external_id == ("p1" if label else None)


def test_the_link_follows_a_new_address_by_our_key(portal: LearnUponHost, site: Site, label: str) -> None:
    """Without a key there is only the address to go by, so that the account counts as removed."""
    account_id = invited(portal)
    user_id = site.accept("Ada@Example.test")
    site.edit(user_id, email="king@example.test")
    found = by_id(portal, account_id)

    assert [account.account_id for account in found] == ([user_id] if label else [])


def test_a_change_of_whoever_has_accepted_reaches_the_user(portal: LearnUponHost, site: Site) -> None:
    """By the id of the invitation, and of their own."""
    account_id = invited(portal)
    user_id = site.accept("Ada@Example.test")
    outcomes = [
        *portal.update([Change(account_id, last_name="King")]),
        *portal.update([Change(user_id, last_name="Byron")]),
    ]

    assert [(one.status, one.account_id) for one in outcomes] == [(S.UPDATED, user_id)] * 2
    assert site.users[int(user_id)]["last_name"] == "Byron"


def test_somebody_else_with_the_address_is_not_them(portal: LearnUponHost, site: Site, label: str) -> None:
    """A user who carries another key is another person's; without a key nobody can tell."""
    account_id = invited(portal)
    user_id = site.accept("Ada@Example.test")
    site.users[int(user_id)]["custom"]["240"] = "p9"

    assert [account.account_id for account in by_id(portal, account_id)] == ([] if label else [user_id])


def test_who_waits_cannot_be_changed_and_is_not_called_changed(portal: LearnUponHost, site: Site) -> None:
    """Nor put into a group; both come when they have accepted."""
    account_id = invited(portal)
    before = list(site.asked)
    [change] = portal.update([Change(account_id, last_name="King", fields={"231": "Countess"})])
    [join] = portal.members([Membership(account_id, "51", is_member=True)])

    assert (change.status, change.account_id) == (S.PENDING, account_id)
    assert (join.status, join.code) == (S.REJECTED, "invited")
    assert [one for one in site.asked[len(before) :] if not one.startswith("GET")] == []


@pytest.mark.req("A22")
def test_a_leaver_who_has_not_accepted_is_kept_from_it(portal: LearnUponHost, site: Site) -> None:
    """Their invitation is cancelled, and they are nobody from then on."""
    account_id = invited(portal)
    [outcome] = portal.update([Change(account_id, state=AccountState.SUSPENDED)])

    assert outcome.status is S.UPDATED
    assert [row["invite_status"] for row in site.invites.values()] == ["canceled"]
    assert by_id(portal, account_id) == []


def test_an_invitation_that_is_in_no_list_cannot_be_taken_back(portal: LearnUponHost, site: Site) -> None:
    """It is believed to wait, and the refusal says why it is left open."""
    site.lists_invites = False
    account_id = invited(portal)
    [account] = by_id(portal, account_id)
    [outcome] = portal.withdraw([account_id])

    assert (account.state, account.email) == (AccountState.PENDING, "")
    assert (outcome.status, outcome.code) == (S.REJECTED, "invite.not_listed")


def test_withdrawing_leaves_everybody_else_alone(portal: LearnUponHost, site: Site) -> None:
    """A user, and somebody who is not there."""
    [bob] = portal.create([replace(ADA, email="bob@example.test", state=AccountState.ACTIVE)])
    carol_id = invited(portal, replace(ADA, external_id="p3", email="carol@example.test"))
    outcomes = portal.withdraw([bob.account_id or "", "987654321", carol_id])

    assert statuses([*outcomes]) == [S.UNCHANGED, S.NOT_FOUND, S.UPDATED]


def test_a_trial_can_clear_up_after_itself(portal: LearnUponHost, site: Site) -> None:
    """Learners are removed, those who wait are not waited for any more, and whoever is more than that stays."""
    deleting: SupportsDelete = portal
    carol_id = invited(portal, replace(ADA, external_id="p3", email="carol@example.test"))
    made = portal.create(
        [
            replace(ADA, external_id=name, email=f"{name}@example.test", state=AccountState.ACTIVE)
            for name in ("p4", "p5")
        ]
    )
    ids = [outcome.account_id or "" for outcome in made]
    site.edit(ids[1], user_type="admin")
    outcomes = deleting.delete([*ids, carol_id, "987654321"])

    assert statuses([*outcomes]) == [S.UPDATED, S.REJECTED, S.UPDATED, S.NOT_FOUND]
    assert [str(user_id) for user_id in site.users] == [ids[1]]
    assert by_id(portal, carol_id) == by_id(portal, ids[0]) == []


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "not listed"])
def test_a_second_invitation_is_the_first(portal: LearnUponHost, site: Site, listed: bool) -> None:
    """Asked again after a cut-off, LearnUpon refuses it: the account is the same, and nobody is mailed twice."""
    site.lists_invites = listed
    lose_an_answer(site)
    first = portal.create([ADA])
    second = portal.create([ADA])

    assert statuses([*first, *second]) == [S.UNKNOWN, S.PENDING]
    assert by_id(portal, second[0].account_id or "")[0].state is AccountState.PENDING
    assert site.mails == ["Ada@Example.test"]


def test_an_invitation_refused_in_other_words_is_looked_up(portal: LearnUponHost, site: Site) -> None:
    """Whether it is out already is told by the list, not by a phrase."""
    invited(portal)
    site.after = lambda: reworded() if site.asked[-1].startswith("POST") else None

    assert statuses([*portal.create([ADA])]) == [S.PENDING]


def reworded() -> Response:
    """A refusal as nobody has seen it yet."""
    return Response('{"message": "nope"}', 400, content_type="application/json")


def test_nobody_who_is_there_is_invited(portal: LearnUponHost, site: Site) -> None:
    """An address that somebody has, in capitals or not."""
    [bob] = portal.create([replace(ADA, external_id="p2", state=AccountState.ACTIVE)])
    [outcome] = portal.create([ADA])

    assert (outcome.status, outcome.account_id) == (S.EXISTS, bob.account_id)
    assert site.mails == []


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        pytest.param(AccountState.ACTIVE, S.REJECTED, "mail.not_offered", id="active"),
        pytest.param(AccountState.SUSPENDED, S.REJECTED, "suspended", id="suspended"),
    ],
)
def test_nobody_else_can_be_mailed(
    portal: LearnUponHost, site: Site, state: AccountState, status: OutcomeStatus, code: str
) -> None:
    """LearnUpon has no call that mails a user, and the answer says so."""
    [bob] = portal.create([replace(ADA, state=AccountState.ACTIVE)])
    portal.update([Change(bob.account_id or "", state=state)])
    outcomes = portal.invite(
        [Invitation(bob.account_id or "", Mail.WELCOME), Invitation("987654321", Mail.WELCOME)]
    )

    assert [(one.status, one.code) for one in outcomes] == [(status, code), (S.NOT_FOUND, "not_found")]
    assert site.mails == []


def test_without_the_setting_nobody_waits(site: Site, clock: Clock) -> None:
    """A pending account is made active, silently."""
    with serving(site) as address:
        portal = host(LearnUponSettings(address, KEY, SECRET), clock=clock, sleep=lambda _: None)
        [outcome] = portal.create([ADA])
        [account] = by_id(portal, outcome.account_id or "")
        portal.close()

    assert (outcome.status, account.state) == (S.CREATED, AccountState.ACTIVE)
    assert (site.mails, portal.capabilities().pending) == ([], False)
