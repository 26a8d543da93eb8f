from unicodedata import normalize

import pytest
from hypothesis import given

from connector.core.model.account import Account, AccountState, Link
from connector.core.model.employee import Employee, Facts
from connector.core.model.operation import MatchSituation
from connector.core.ports.host import Key, KeyKind
from connector.core.rules.correlation import Match, correlate, keys
from tests.core.builders import SHARED, account, employee, link, unowned_account
from tests.core.scenes import Scene, entitlement_in, find, scenes

LINKED, UNLINKED, UNCLEAR, UNMATCHED, REMOVED = MatchSituation


def match_among(
    *accounts: Account,
    record: Employee | None = None,
    linked: Link | None = None,
    facts: Facts | None = None,
    owners: dict[str, str] | None = None,
) -> tuple[MatchSituation, str | None, str]:
    """The situation of one person among these accounts, the account that matches, and why the match is unclear."""
    one = record or employee()
    match = correlate(one, linked, facts or Facts(), find(accounts, keys(one, linked)), owners or {})
    return match.situation, match.account.account_id if match.account else None, match.reason


OTHER = {"account_id": "a2"}
ELSEWHERE = "else@acme.example"


@pytest.mark.req("D1")
@pytest.mark.parametrize(
    ("accounts", "linked", "expected"),
    [
        pytest.param([account()], link(), (LINKED, "a1", ""), id="the link"),
        pytest.param([unowned_account(email=ELSEWHERE)], link(), (LINKED, "a1", ""), id="the link alone"),
        pytest.param(
            [account(), unowned_account(**OTHER)],
            link(account_id="a2"),
            (LINKED, "a2", ""),
            id="the link first",
        ),
        pytest.param(
            [account(email=ELSEWHERE)], None, (LINKED, "a1", ""), id="the external id, whatever the email"
        ),
        pytest.param(
            [account(email=ELSEWHERE), unowned_account(**OTHER)],
            None,
            (LINKED, "a1", ""),
            id="the external id before the email",
        ),
        pytest.param(
            [account(is_learner=False)], None, (LINKED, "a1", ""), id="the external id, promoted since"
        ),
        pytest.param([unowned_account()], None, (UNLINKED, "a1", ""), id="the email"),
        pytest.param(
            [unowned_account(first_name="Grace", last_name="Hopper")],
            None,
            (UNLINKED, "a1", ""),
            id="the email, other names",
        ),
        pytest.param(
            [unowned_account(email=ELSEWHERE)], None, (UNMATCHED, None, ""), id="the same names do not match"
        ),
        pytest.param([], None, (UNMATCHED, None, ""), id="nothing"),
        pytest.param([], link(), (REMOVED, None, "account_removed"), id="the link, but the account is gone"),
        pytest.param(
            [unowned_account(**OTHER)],
            link(),
            (REMOVED, None, "account_removed"),
            id="the link, but the account is gone: the email is not used",
        ),
    ],
)
def test_first_key_that_matches_decides(
    accounts: list[Account], linked: Link | None, expected: tuple[MatchSituation, str | None, str]
) -> None:
    """The link, then the external id, then the email; never a name."""
    assert match_among(*accounts, linked=linked) == expected


@pytest.mark.req("D2")
@pytest.mark.parametrize(
    ("accounts", "facts", "owners", "reason"),
    [
        pytest.param(
            [unowned_account(), unowned_account(**OTHER)],
            Facts(),
            {},
            "several_accounts",
            id="two accounts, one email",
        ),
        pytest.param(
            [account(), account(**OTHER)],
            Facts(),
            {},
            "several_accounts",
            id="two accounts with the external id",
        ),
        pytest.param([unowned_account()], SHARED, {}, "email_shared", id="two people, one account"),
        pytest.param([], SHARED, {}, "email_shared", id="two people, no account"),
        pytest.param(
            [unowned_account(is_learner=False)], Facts(), {}, "not_a_learner", id="an admin's account"
        ),
        pytest.param(
            [unowned_account(is_learner=False), unowned_account(**OTHER)],
            Facts(),
            {},
            "several_accounts",
            id="an admin's among two",
        ),
        pytest.param(
            [unowned_account()], Facts(), {"a1": "p2"}, "account_taken", id="linked to another person"
        ),
        pytest.param(
            [account()],
            Facts(),
            {"a1": "p2"},
            "account_taken",
            id="the external id, linked to another person",
        ),
        pytest.param(
            [account(external_id="00417")], Facts(), {}, "other_key", id="a number that the LMS keeps there"
        ),
    ],
)
def test_any_other_match_is_unclear(
    accounts: list[Account], facts: Facts, owners: dict[str, str], reason: str
) -> None:
    """An unclear match has a reason and no account."""
    assert match_among(*accounts, facts=facts, owners=owners) == (UNCLEAR, None, reason)


@pytest.mark.req("D2")
@pytest.mark.parametrize(
    ("linked", "accounts"),
    [
        pytest.param(link(), [unowned_account()], id="linked"),
        pytest.param(None, [account()], id="external id"),
    ],
)
def test_shared_email_does_not_unmatch_linked_people(linked: Link | None, accounts: list[Account]) -> None:
    """A match by link or external id does not use the email."""
    assert match_among(*accounts, linked=linked, facts=SHARED) == (LINKED, "a1", "")


@pytest.mark.req("D1")
def test_account_linked_to_the_same_person_is_not_taken() -> None:
    """Only a link to another person counts."""
    assert match_among(unowned_account(), owners={"a1": "p1"}) == (UNLINKED, "a1", "")
    assert match_among(account(), owners={"a1": "p1"}) == (LINKED, "a1", "")


@pytest.mark.req("D1", "A9")
@pytest.mark.parametrize(
    ("in_paycor", "in_lms"),
    [
        pytest.param("ADA@Acme.Example", "ada@acme.example", id="upper case"),
        pytest.param("  ada@acme.example\t", "ada@acme.example", id="padded"),
        pytest.param("ada@acme.example", " Ada@ACME.example ", id="padded in the LMS"),
        pytest.param(
            "renée@acme.example",
            normalize("NFD", "renée@acme.example"),
            id="composed in Paycor, not in the LMS",
        ),
        pytest.param(
            normalize("NFD", "RENÉE@acme.example"), "renée@acme.example", id="upper case, not composed"
        ),
        pytest.param("weiß@acme.example", "WEISS@acme.example", id="sharp s"),
        pytest.param("σωκράτης@acme.example", "ΣΩΚΡΆΤΗΣ@acme.example", id="final sigma"),
    ],
)
def test_emails_are_compared_trimmed_composed_and_case_folded(in_paycor: str, in_lms: str) -> None:
    """Two spellings of one address match."""
    assert match_among(unowned_account(email=in_lms), record=employee(email=in_paycor)) == (
        UNLINKED,
        "a1",
        "",
    )


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
def test_only_needed_keys_are_looked_up(
    linked: Link | None, email: str | None, expected: list[tuple[KeyKind, str]]
) -> None:
    """The account id with a link, otherwise the external id and the email, if there is one."""
    assert keys(employee(email=email), linked) == tuple(Key(*one) for one in expected)


@pytest.mark.req("D1")
def test_blank_email_matches_no_account() -> None:
    """Two missing addresses are not the same address."""
    assert match_among(unowned_account(email=""), record=employee(email=" ")) == (UNMATCHED, None, "")


@pytest.mark.req("D1", "D3", "D9")
def test_person_without_person_id_is_matched_by_employee_id() -> None:
    """The external id is the person id, so that a rehire with a new employee id finds the old account."""
    alone = employee(person_id=None)

    assert match_among(account(external_id="e1"), record=alone) == (LINKED, "a1", "")
    assert match_among(account(), record=employee(employee_id="e9", email=None)) == (LINKED, "a1", "")


@pytest.mark.req("D2")
@given(scenes())
def test_match_has_an_account_or_a_reason(scene: Scene) -> None:
    """Only `LINKED` and `UNLINKED` have an account, only `UNCLEAR` and `REMOVED` a reason."""
    record, inputs = entitlement_in(scene).employee, scene.inputs
    found = find(scene.accounts, keys(record, inputs.link))
    match = correlate(record, inputs.link, inputs.facts, found, scene.owners)

    assert bool(match.account) == (match.situation in (LINKED, UNLINKED))
    assert bool(match.reason) == (match.situation in (UNCLEAR, REMOVED))
    assert match != Match(UNLINKED, match.account) or (match.account is not None and match.account.is_learner)
    assert match.account is None or match.account.state in AccountState


@pytest.mark.req("D2")
@pytest.mark.parametrize(
    ("accounts", "separated_accounts", "expected"),
    [
        pytest.param([unowned_account()], {"a1"}, (UNCLEAR, "kept_apart"), id="the only one with the email"),
        pytest.param([account()], {"a1"}, (UNCLEAR, "kept_apart"), id="the only one with the external id"),
        pytest.param([unowned_account(), unowned_account(**OTHER)], {"a1"}, (UNLINKED, ""), id="one of two"),
        pytest.param([unowned_account()], {"a2"}, (UNLINKED, ""), id="another account"),
        pytest.param([], {"a1"}, (UNMATCHED, ""), id="an account that is gone"),
    ],
)
def test_separated_account_is_no_candidate(
    accounts: list[Account], separated_accounts: set[str], expected: tuple[MatchSituation, str]
) -> None:
    """If there is no other, nothing is done: a new account would need another email."""
    one = employee()

    match = correlate(one, None, Facts(), find(accounts, keys(one, None)), {}, separated_accounts)

    assert expected == (match.situation, match.reason)


@pytest.mark.req("D2")
def test_link_goes_before_a_separation() -> None:
    """An account that an admin linked by hand later is theirs."""
    one = employee()

    match = correlate(one, link(), Facts(), find([account()], keys(one, link())), {}, {"a1"})

    assert LINKED is match.situation
