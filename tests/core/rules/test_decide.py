"""Who gets in, who stays, who goes: the table of `decide`, cell by cell."""

from dataclasses import replace

import pytest

from connector.core.model.account import Account, AccountState, Link, Mail
from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.operation import Operation, OperationKind
from tests.core.make import (
    ENDED,
    GRANTED,
    KEPT,
    LEAVING,
    ON_LEAVE,
    STRICT,
    WAITING,
    account,
    codes,
    employee,
    link,
    operation_of,
    person,
    scene,
    stranger,
    summary,
)
from tests.core.world import applied, decided

ACTIVE, PENDING, SUSPENDED = AccountState


@pytest.mark.req("A5", "A8", "A9", "A22", "A37", "D4", "D5")
@pytest.mark.parametrize(
    ("due", "none", "unlinked", "marked", "linked"),
    [
        pytest.param(GRANTED, "create", "link", "link", "unchanged", id="may have access"),
        pytest.param(LEAVING, "leaving", "leaving", "link", "unchanged", id="leaves on a later date"),
        pytest.param(WAITING, "not_started", "not_started", "link", "unchanged", id="has not begun"),
        pytest.param(KEPT, *["ambiguous_status"] * 4, id="unclear"),
        pytest.param(ENDED, "inactive", "leaver_has_account", "suspend", "suspend", id="has left"),
        pytest.param(ON_LEAVE, "on_leave", "on_leave", "suspend", "suspend", id="on a leave that suspends"),
    ],
)
def test_what_is_due_meets_the_account(
    due: Employee, none: str, unlinked: str, marked: str, linked: str
) -> None:
    """The table of `decide`: what somebody is due, and whether there is an account that is known to be theirs."""
    cases = [
        scene(of=due, chosen=STRICT),
        scene(stranger(), of=due, chosen=STRICT),
        scene(account(), of=due, chosen=STRICT),
        scene(account(), of=due, linked=link(), chosen=STRICT),
    ]

    assert [summary(decided(one)) for one in cases] == [none, unlinked, marked, linked]


@pytest.mark.req("A22", "D2", "D5", "D8", "D9")
@pytest.mark.parametrize(
    ("due", "existing", "remembered", "expected"),
    [
        pytest.param(GRANTED, SUSPENDED, SUSPENDED, "reactivate", id="back, and we had suspended them"),
        pytest.param(
            LEAVING, SUSPENDED, SUSPENDED, "reactivate", id="end moved ahead, and we had suspended them"
        ),
        pytest.param(WAITING, SUSPENDED, SUSPENDED, "unchanged", id="back on a later date"),
        pytest.param(KEPT, SUSPENDED, SUSPENDED, "ambiguous_status", id="unclear, and we had suspended them"),
        pytest.param(GRANTED, SUSPENDED, ACTIVE, "unchanged", id="suspended by hand"),
        pytest.param(LEAVING, SUSPENDED, ACTIVE, "unchanged", id="leaving, and suspended by hand"),
        pytest.param(GRANTED, PENDING, PENDING, "unchanged", id="invited, not answered"),
        pytest.param(GRANTED, ACTIVE, PENDING, "unchanged", id="invited and answered"),
        pytest.param(ENDED, PENDING, PENDING, "suspend", id="left without answering"),
        pytest.param(ENDED, SUSPENDED, SUSPENDED, "unchanged", id="left, suspended by us already"),
        pytest.param(ENDED, SUSPENDED, ACTIVE, "unchanged", id="left, suspended by hand already"),
        pytest.param(ENDED, ACTIVE, SUSPENDED, "suspend", id="left, let in again by hand"),
    ],
)
def test_the_state_of_a_linked_account_follows(
    due: Employee, existing: AccountState, remembered: AccountState, expected: str
) -> None:
    """What we suspended comes back when it may, what somebody else suspended stays, and an end is an end."""
    shown = scene(account(state=existing), of=due, linked=link(remembered), chosen=STRICT)

    assert summary(decided(shown)) == expected


@pytest.mark.req("D5", "D9")
@pytest.mark.parametrize(
    ("due", "existing", "remembered", "expected"),
    [
        pytest.param(GRANTED, account(state=SUSPENDED), link(), ["suspended_by_hand"], id="linked"),
        pytest.param(
            GRANTED, account(state=SUSPENDED), None, ["suspended_by_hand"], id="only our mark is left"
        ),
        pytest.param(GRANTED, stranger(state=SUSPENDED), None, ["suspended_by_hand"], id="found by email"),
        pytest.param(
            GRANTED,
            account(state=SUSPENDED, is_learner=False),
            link(SUSPENDED),
            ["suspended_by_hand"],
            id="made a manager after we suspended them",
        ),
        pytest.param(GRANTED, account(state=SUSPENDED), link(SUSPENDED), [], id="we suspended them"),
        pytest.param(LEAVING, account(state=SUSPENDED), link(), [], id="about to leave: no news"),
        pytest.param(WAITING, account(state=SUSPENDED), link(), [], id="not begun: no news"),
        pytest.param(GRANTED, account(), link(SUSPENDED), [], id="let in again by hand"),
    ],
)
def test_an_employed_learner_who_is_shut_out_is_listed(
    due: Employee, existing: Account, remembered: Link | None, expected: list[str]
) -> None:
    """Somebody who may have access and whom nobody will let in by itself never goes unsaid."""
    assert codes(decided(scene(existing, of=due, linked=remembered, chosen=STRICT))) == expected


@pytest.mark.req("A7", "D2")
@pytest.mark.parametrize(
    ("due", "expected"),
    [
        pytest.param(ENDED, "leaver_not_a_learner", id="has left"),
        pytest.param(ON_LEAVE, "on_leave", id="on leave"),
        pytest.param(GRANTED, "update", id="stays"),
    ],
)
def test_somebody_promoted_by_hand_keeps_type_and_access(due: Employee, expected: str) -> None:
    """A manager, instructor or admin is kept true in names and email alone; an end is left to an admin."""
    promoted = account(is_learner=False, first_name="Adah")
    decision = decided(scene(promoted, of=due, linked=link(), chosen=STRICT))

    assert summary(decision) == expected
    assert decision.operation is None or decision.operation.after == {"first_name": "Ada"}


@pytest.mark.req("A7", "A22")
def test_somebody_promoted_who_is_shut_out_already_needs_no_admin() -> None:
    """Their end has come and their access is over: nothing is left to do by hand."""
    promoted = account(is_learner=False, state=SUSPENDED)

    assert summary(decided(scene(promoted, of=ENDED, linked=link()))) == "unchanged"


@pytest.mark.req("A22", "D2")
@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        pytest.param(stranger(), "leaver_has_account", id="active"),
        pytest.param(
            stranger(state=PENDING), "leaver_has_account", id="an invitation that can still be answered"
        ),
        pytest.param(stranger(state=SUSPENDED), "inactive", id="suspended"),
        pytest.param(stranger(is_learner=False), "inactive", id="an admin's"),
        pytest.param(stranger(email="other@acme.example"), "inactive", id="somebody else's"),
    ],
)
def test_a_leaver_with_an_open_account_that_is_not_ours_is_listed(existing: Account, expected: str) -> None:
    """An account that was never linked is never suspended; that it is open is said."""
    assert summary(decided(scene(existing, of=ENDED))) == expected


@pytest.mark.req("D2", "A6")
@pytest.mark.parametrize(
    ("accounts", "due", "expected"),
    [
        pytest.param((stranger(is_learner=False),), GRANTED, "not_a_learner", id="an admin's email"),
        pytest.param((stranger(), stranger(account_id="a2")), GRANTED, "several_accounts", id="two accounts"),
        pytest.param((account(external_id="p2"),), GRANTED, "account_taken", id="marked for somebody else"),
        pytest.param((stranger(is_learner=False),), ENDED, "inactive", id="an admin's email, but they left"),
        pytest.param(
            (stranger(is_learner=False),), ON_LEAVE, "on_leave", id="an admin's email, but on leave"
        ),
    ],
)
def test_a_dispute_changes_nobody(accounts: tuple[Account, ...], due: Employee, expected: str) -> None:
    """It waits for an admin; about somebody who is due nothing there is no dispute."""
    assert summary(decided(scene(*accounts, of=due, chosen=STRICT))) == expected


@pytest.mark.req("D1", "D2")
def test_an_account_that_was_deleted_is_not_made_again() -> None:
    """Its link is remembered, so that nobody gets a second account behind an admin's back."""
    assert summary(decided(scene(linked=link()))) == "account_removed"


@pytest.mark.req("D8", "D9", "A18")
def test_a_withdrawn_end_is_undone_on_the_same_account() -> None:
    """Suspended, back, and nobody is mailed: the account is the one it was."""
    left = scene(account(), of=ENDED, linked=link())
    gone = applied(left, operation_of(left))
    back = replace(gone, case=replace(gone.case, person=person(employee(termination_date=None))))
    operation = operation_of(back)

    assert operation == Operation(
        OperationKind.REACTIVATE,
        "p1",
        "e1",
        "a1",
        before={"state": "suspended"},
        after={"state": "active"},
        mail=Mail.NONE,
    )


@pytest.mark.req("B7", "D4")
@pytest.mark.parametrize(
    ("somebody", "detail"),
    [
        pytest.param(employee(problem="hire date is not a date"), "hire date is not a date", id="unreadable"),
        pytest.param(
            employee(status=EmploymentStatus.AMBIGUOUS, status_text="ThirdPartyPayable"),
            "ThirdPartyPayable",
            id="status",
        ),
        pytest.param(employee(status=EmploymentStatus.AMBIGUOUS, status_text=None), "", id="no status"),
    ],
)
def test_the_reason_says_what_stands_in_paycor(somebody: Employee, detail: str) -> None:
    """Whoever mends it in Paycor is told what to look for."""
    skipped = decided(scene(of=somebody)).skipped

    assert skipped is not None
    assert skipped.detail == detail
