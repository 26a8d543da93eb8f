from unicodedata import normalize

import pytest
from hypothesis import given

from connector.core.model.account import Account, AccountState, Link
from connector.core.model.employee import Employee, Facts
from connector.core.model.operation import Situation
from connector.core.ports.host import Key, KeyKind
from connector.core.rules.correlation import Match, correlate, keys
from tests.core.make import SHARED, account, employee, link, stranger
from tests.core.world import Scene, find, scenes, standing

LINKED, UNLINKED, DISPUTED, UNMATCHED, REMOVED = Situation


def matched(
    *accounts: Account,
    somebody: Employee | None = None,
    linked: Link | None = None,
    facts: Facts | None = None,
    owners: dict[str, str] | None = None,
) -> tuple[Situation, str | None, str]:
    """The situation of one human among these accounts, the account found, and the reason of a dispute."""
    one = somebody or employee()
    found = correlate(one, linked, facts or Facts(), find(accounts, keys(one, linked)), owners or {})
    return found.situation, found.account.account_id if found.account else None, found.reason


OTHER = {"account_id": "a2"}
ELSEWHERE = "else@acme.example"


@pytest.mark.req("D1")
@pytest.mark.parametrize(
    ("accounts", "linked", "expected"),
    [
        pytest.param([account()], link(), (LINKED, "a1", ""), id="the link"),
        pytest.param([stranger(email=ELSEWHERE)], link(), (LINKED, "a1", ""), id="the link alone"),
        pytest.param(
            [account(), stranger(**OTHER)],
            link(account_id="a2"),
            (LINKED, "a2", ""),
            id="the link before all",
        ),
        pytest.param([account(email=ELSEWHERE)], None, (LINKED, "a1", ""), id="our mark, whatever the email"),
        pytest.param(
            [account(email=ELSEWHERE), stranger(**OTHER)],
            None,
            (LINKED, "a1", ""),
            id="our mark before the email",
        ),
        pytest.param([account(is_learner=False)], None, (LINKED, "a1", ""), id="our mark, promoted since"),
        pytest.param([stranger()], None, (UNLINKED, "a1", ""), id="the email"),
        pytest.param(
            [stranger(first_name="Grace", last_name="Hopper")],
            None,
            (UNLINKED, "a1", ""),
            id="the email, other names",
        ),
        pytest.param(
            [stranger(email=ELSEWHERE)], None, (UNMATCHED, None, ""), id="the same names are nothing"
        ),
        pytest.param([], None, (UNMATCHED, None, ""), id="nothing"),
        pytest.param([], link(), (REMOVED, None, "account_removed"), id="the link, and no such account"),
        pytest.param(
            [stranger(**OTHER)],
            link(),
            (REMOVED, None, "account_removed"),
            id="the link is gone, the email is not asked",
        ),
    ],
)
def test_the_first_that_is_found_counts(
    accounts: list[Account], linked: Link | None, expected: tuple[Situation, str | None, str]
) -> None:
    """The remembered link, then the mark that we left, then the email; never a name."""
    assert matched(*accounts, linked=linked) == expected


@pytest.mark.req("D2")
@pytest.mark.parametrize(
    ("accounts", "facts", "owners", "reason"),
    [
        pytest.param(
            [stranger(), stranger(**OTHER)], Facts(), {}, "several_accounts", id="two accounts, one email"
        ),
        pytest.param(
            [account(), account(**OTHER)], Facts(), {}, "several_accounts", id="two accounts with our mark"
        ),
        pytest.param([stranger()], SHARED, {}, "email_shared", id="two people, one account"),
        pytest.param([], SHARED, {}, "email_shared", id="two people, no account"),
        pytest.param([stranger(is_learner=False)], Facts(), {}, "not_a_learner", id="an admin's account"),
        pytest.param(
            [stranger(is_learner=False), stranger(**OTHER)],
            Facts(),
            {},
            "several_accounts",
            id="an admin's among two",
        ),
        pytest.param([stranger()], Facts(), {"a1": "p2"}, "account_taken", id="linked to somebody else"),
        pytest.param(
            [account()], Facts(), {"a1": "p2"}, "account_taken", id="our mark, linked to somebody else"
        ),
        pytest.param(
            [account(external_id="p2")], Facts(), {}, "account_taken", id="marked for somebody else"
        ),
    ],
)
def test_anything_less_clear_is_disputed(
    accounts: list[Account], facts: Facts, owners: dict[str, str], reason: str
) -> None:
    """Nobody is matched by a guess: no account comes out, and the reason does."""
    assert matched(*accounts, facts=facts, owners=owners) == (DISPUTED, None, reason)


@pytest.mark.req("D2")
@pytest.mark.parametrize(
    ("linked", "accounts"),
    [pytest.param(link(), [stranger()], id="linked"), pytest.param(None, [account()], id="marked")],
)
def test_a_shared_email_does_not_unmatch_anybody(linked: Link | None, accounts: list[Account]) -> None:
    """Whoever is known by link or mark stays known, whoever else has their email now."""
    assert matched(*accounts, linked=linked, facts=SHARED) == (LINKED, "a1", "")


@pytest.mark.req("D1")
def test_an_account_may_be_our_own() -> None:
    """An account that is linked to this very human is not taken."""
    assert matched(stranger(), owners={"a1": "p1"}) == (UNLINKED, "a1", "")
    assert matched(account(), owners={"a1": "p1"}) == (LINKED, "a1", "")


@pytest.mark.req("D1", "A9")
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param("ADA@Acme.Example", "ada@acme.example", id="upper case"),
        pytest.param("  ada@acme.example\t", "ada@acme.example", id="padded"),
        pytest.param("ada@acme.example", " Ada@ACME.example ", id="padded in the LMS"),
        pytest.param(
            "renée@acme.example", normalize("NFD", "renée@acme.example"), id="composed here, not there"
        ),
        pytest.param(
            normalize("NFD", "RENÉE@acme.example"), "renée@acme.example", id="upper case, not composed"
        ),
        pytest.param("weiß@acme.example", "WEISS@acme.example", id="sharp s"),
        pytest.param("σωκράτης@acme.example", "ΣΩΚΡΆΤΗΣ@acme.example", id="final sigma"),
    ],
)
def test_emails_are_compared_as_people_mean_them(ours: str, theirs: str) -> None:
    """Trimmed, composed and case-folded."""
    assert matched(stranger(email=theirs), somebody=employee(email=ours)) == (UNLINKED, "a1", "")


@pytest.mark.req("D1", "B9")
@pytest.mark.parametrize(
    ("linked", "email", "expected"),
    [
        pytest.param(link(), "ada@acme.example", [(KeyKind.ID, "a1")], id="linked"),
        pytest.param(
            None,
            " Ada@acme.example",
            [(KeyKind.EXTERNAL_ID, "p1"), (KeyKind.EMAIL, "ada@acme.example")],
            id="not linked",
        ),
        pytest.param(None, None, [(KeyKind.EXTERNAL_ID, "p1")], id="no email"),
        pytest.param(None, "  ", [(KeyKind.EXTERNAL_ID, "p1")], id="a blank email"),
    ],
)
def test_only_what_is_needed_is_looked_up(
    linked: Link | None, email: str | None, expected: list[tuple[KeyKind, str]]
) -> None:
    """By id where there is a link, else by our mark and the email, if there is one."""
    assert keys(employee(email=email), linked) == tuple(Key(*one) for one in expected)


@pytest.mark.req("D1")
def test_a_blank_email_matches_nobody() -> None:
    """Two people without an address have not the same one."""
    assert matched(stranger(email=""), somebody=employee(email=" ")) == (UNMATCHED, None, "")


@pytest.mark.req("D1", "D3", "D9")
def test_a_person_without_a_person_id_is_known_by_the_employee_id() -> None:
    """The mark is the person id, so that a rehire under a new employee id finds the old account."""
    alone = employee(person_id=None)

    assert matched(account(external_id="e1"), somebody=alone) == (LINKED, "a1", "")
    assert matched(account(), somebody=employee(employee_id="e9", email=None)) == (LINKED, "a1", "")


@pytest.mark.req("D2")
@given(scenes())
def test_a_match_is_one_account_or_a_reason(scene: Scene) -> None:
    """An account comes with `linked` and `unlinked` alone, a reason with `disputed` and `removed` alone."""
    somebody, case = standing(scene).employee, scene.case
    found = find(scene.accounts, keys(somebody, case.link))
    match = correlate(somebody, case.link, case.facts, found, scene.owners)

    assert bool(match.account) == (match.situation in (LINKED, UNLINKED))
    assert bool(match.reason) == (match.situation in (DISPUTED, REMOVED))
    assert match != Match(UNLINKED, match.account) or (match.account is not None and match.account.is_learner)
    assert match.account is None or match.account.state in AccountState


@pytest.mark.req("D2")
@pytest.mark.parametrize(
    ("accounts", "apart", "expected"),
    [
        pytest.param([stranger()], {"a1"}, (DISPUTED, "kept_apart"), id="the only one with the email"),
        pytest.param([account()], {"a1"}, (DISPUTED, "kept_apart"), id="the only one with our mark"),
        pytest.param([stranger(), stranger(**OTHER)], {"a1"}, (UNLINKED, ""), id="one of two"),
        pytest.param([stranger()], {"a2"}, (UNLINKED, ""), id="another account"),
        pytest.param([], {"a1"}, (UNMATCHED, ""), id="an account that is gone"),
    ],
)
def test_an_account_that_is_not_theirs_is_no_candidate(
    accounts: list[Account], apart: set[str], expected: tuple[Situation, str]
) -> None:
    """Where there is no other, nothing is done: a new account would need an email of its own."""
    one = employee()

    match = correlate(one, None, Facts(), find(accounts, keys(one, None)), {}, apart)

    assert expected == (match.situation, match.reason)


@pytest.mark.req("D2")
def test_a_link_goes_before_all_that_is_kept_apart() -> None:
    """What an admin has linked by hand later is theirs."""
    one = employee()

    match = correlate(one, link(), Facts(), find([account()], keys(one, link())), {}, {"a1"})

    assert LINKED is match.situation
