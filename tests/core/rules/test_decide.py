"""Who gets, keeps and loses access: the table of `decide`, cell by cell."""

from dataclasses import replace

import pytest

from connector.core.model.account import Account, AccountState, Link, Mail
from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.operation import Operation, OperationKind
from tests.core.builders import (
    ENDED,
    GRANTED,
    KEPT,
    LEAVING,
    ON_LEAVE,
    STRICT,
    UNDATED,
    WAITING,
    account,
    employee,
    finding_codes,
    link,
    operation_of,
    person,
    result,
    scene,
    unowned_account,
)
from tests.core.scenes import apply_operation, decision_of

ACTIVE, PENDING, SUSPENDED = AccountState


@pytest.mark.req("A5", "A8", "A9", "A22", "A37", "D4", "D5")
@pytest.mark.parametrize(
    ("record", "none", "unlinked", "marked", "linked"),
    [
        pytest.param(GRANTED, "create", "link", "link", "unchanged", id="may have access"),
        pytest.param(LEAVING, "leaving", "leaving", "link", "unchanged", id="leaves on a later date"),
        pytest.param(WAITING, "not_started", "not_started", "suspend", "suspend", id="has not started"),
        pytest.param(UNDATED, "no_hire_date", "no_hire_date", "link", "unchanged", id="no hire date"),
        pytest.param(KEPT, *["ambiguous_status"] * 4, id="unclear status"),
        pytest.param(ENDED, "inactive", "leaver_has_account", "suspend", "suspend", id="has left"),
        pytest.param(ON_LEAVE, "on_leave", "on_leave", "suspend", "suspend", id="on a leave that suspends"),
    ],
)
def test_decision_follows_from_entitlement_and_account(
    record: Employee, none: str, unlinked: str, marked: str, linked: str
) -> None:
    """The table of `decide`: the entitlement, and the account that is there."""
    portals = [
        scene(of=record, chosen=STRICT),
        scene(unowned_account(), of=record, chosen=STRICT),
        scene(account(), of=record, chosen=STRICT),
        scene(account(), of=record, linked=link(), chosen=STRICT),
    ]

    assert [result(decision_of(one)) for one in portals] == [none, unlinked, marked, linked]


@pytest.mark.req("A22", "D2", "D5", "D8", "D9")
@pytest.mark.parametrize(
    ("record", "existing", "stored", "expected"),
    [
        pytest.param(GRANTED, SUSPENDED, SUSPENDED, "reactivate", id="back, suspended by the connector"),
        pytest.param(
            LEAVING, SUSPENDED, SUSPENDED, "reactivate", id="end date moved later, suspended by the connector"
        ),
        pytest.param(WAITING, SUSPENDED, SUSPENDED, "unchanged", id="back on a later date"),
        pytest.param(
            KEPT, SUSPENDED, SUSPENDED, "ambiguous_status", id="unclear status, suspended by the connector"
        ),
        pytest.param(GRANTED, SUSPENDED, ACTIVE, "unchanged", id="suspended by hand"),
        pytest.param(LEAVING, SUSPENDED, ACTIVE, "unchanged", id="leaving, and suspended by hand"),
        pytest.param(GRANTED, PENDING, PENDING, "unchanged", id="invited, not answered"),
        pytest.param(GRANTED, ACTIVE, PENDING, "unchanged", id="invited and answered"),
        pytest.param(ENDED, PENDING, PENDING, "suspend", id="left without answering"),
        pytest.param(ENDED, SUSPENDED, SUSPENDED, "unchanged", id="left, already suspended by the connector"),
        pytest.param(ENDED, SUSPENDED, ACTIVE, "unchanged", id="left, already suspended by hand"),
        pytest.param(ENDED, ACTIVE, SUSPENDED, "suspend", id="left, access restored by hand"),
    ],
)
def test_state_of_linked_account(
    record: Employee, existing: AccountState, stored: AccountState, expected: str
) -> None:
    """A suspension by the connector is lifted, one by an admin is not; access ends in either case."""
    one = scene(account(state=existing), of=record, linked=link(stored), chosen=STRICT)

    assert result(decision_of(one)) == expected


@pytest.mark.req("D5", "D9")
@pytest.mark.parametrize(
    ("record", "existing", "stored", "expected"),
    [
        pytest.param(GRANTED, account(state=SUSPENDED), link(), ["suspended_by_hand"], id="linked"),
        pytest.param(
            GRANTED, account(state=SUSPENDED), None, ["suspended_by_hand"], id="only the external id is left"
        ),
        pytest.param(
            GRANTED, unowned_account(state=SUSPENDED), None, ["suspended_by_hand"], id="found by email"
        ),
        pytest.param(
            GRANTED,
            account(state=SUSPENDED, is_learner=False),
            link(SUSPENDED),
            ["suspended_by_hand"],
            id="promoted to manager after the connector suspended them",
        ),
        pytest.param(GRANTED, account(state=SUSPENDED), link(SUSPENDED), [], id="suspended by the connector"),
        pytest.param(LEAVING, account(state=SUSPENDED), link(), [], id="about to leave: not listed"),
        pytest.param(WAITING, account(state=SUSPENDED), link(), [], id="not started: not listed"),
        pytest.param(GRANTED, account(), link(SUSPENDED), [], id="access restored by hand"),
    ],
)
def test_employed_learner_without_access_is_listed(
    record: Employee, existing: Account, stored: Link | None, expected: list[str]
) -> None:
    """A person who should have access, and gets it only from an admin, is always listed."""
    assert finding_codes(decision_of(scene(existing, of=record, linked=stored, chosen=STRICT))) == expected


@pytest.mark.req("A7", "D2")
@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(ENDED, "leaver_not_a_learner", id="has left"),
        pytest.param(ON_LEAVE, "on_leave", id="on leave"),
        pytest.param(GRANTED, "update", id="stays"),
        pytest.param(WAITING, "update", id="starts later"),
    ],
)
def test_promoted_user_keeps_type_and_access(record: Employee, expected: str) -> None:
    """For a manager, instructor or admin only names and email are updated; an admin ends their access."""
    promoted = account(is_learner=False, first_name="Adah")
    decision = decision_of(scene(promoted, of=record, linked=link(), chosen=STRICT))

    assert result(decision) == expected
    assert decision.operation is None or decision.operation.after == {"first_name": "Ada"}


@pytest.mark.req("A7", "A22")
def test_suspended_promoted_user_who_left_needs_no_admin() -> None:
    """They left and have no access, so there is nothing to do by hand."""
    promoted = account(is_learner=False, state=SUSPENDED)

    assert result(decision_of(scene(promoted, of=ENDED, linked=link()))) == "unchanged"


@pytest.mark.req("A22", "D2")
@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        pytest.param(unowned_account(), "leaver_has_account", id="active"),
        pytest.param(
            unowned_account(state=PENDING),
            "leaver_has_account",
            id="an invitation that can still be answered",
        ),
        pytest.param(unowned_account(state=SUSPENDED), "inactive", id="suspended"),
        pytest.param(unowned_account(is_learner=False), "inactive", id="an admin's account"),
        pytest.param(unowned_account(email="other@acme.example"), "inactive", id="another person's"),
    ],
)
def test_leaver_with_active_account_that_was_never_linked_is_listed(existing: Account, expected: str) -> None:
    """An account that was never linked is never suspended; a finding says that it is active."""
    assert result(decision_of(scene(existing, of=ENDED))) == expected


@pytest.mark.req("D2", "A6")
@pytest.mark.parametrize(
    ("accounts", "record", "expected"),
    [
        pytest.param((unowned_account(is_learner=False),), GRANTED, "not_a_learner", id="an admin's email"),
        pytest.param(
            (unowned_account(), unowned_account(account_id="a2")),
            GRANTED,
            "several_accounts",
            id="two accounts",
        ),
        pytest.param(
            (account(external_id="00417"),), GRANTED, "other_key", id="a number that the LMS keeps there"
        ),
        pytest.param(
            (unowned_account(is_learner=False),), ENDED, "inactive", id="an admin's email, but they left"
        ),
        pytest.param(
            (unowned_account(is_learner=False),), ON_LEAVE, "on_leave", id="an admin's email, but on leave"
        ),
    ],
)
def test_unclear_match_changes_nothing(
    accounts: tuple[Account, ...], record: Employee, expected: str
) -> None:
    """It waits for an admin; without an entitlement the match does not matter."""
    assert result(decision_of(scene(*accounts, of=record, chosen=STRICT))) == expected


@pytest.mark.req("D1", "D2")
def test_deleted_account_is_not_created_again() -> None:
    """Its link is kept, so that no one gets a second account without an admin."""
    assert result(decision_of(scene(linked=link()))) == "account_removed"


@pytest.mark.req("D8", "D9", "A18")
def test_withdrawn_termination_restores_access_to_the_same_account() -> None:
    """The suspended account is reactivated, without mail."""
    suspending = scene(account(), of=ENDED, linked=link())
    gone = apply_operation(suspending, operation_of(suspending))
    back = replace(gone, inputs=replace(gone.inputs, person=person(employee(termination_date=None))))
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
    ("record", "detail"),
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
def test_reason_shows_the_value_from_paycor(record: Employee, detail: str) -> None:
    """HR sees what to look for in Paycor."""
    skipped = decision_of(scene(of=record)).skipped

    assert skipped is not None
    assert skipped.detail == detail
