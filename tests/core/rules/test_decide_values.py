"""With which values: of a new account, of one that is found, and of one that is kept true."""

from collections.abc import Mapping

import pytest

from connector.core.model.account import Account, Field, FieldType, Mail
from connector.core.model.employee import Employee, Facts, Value
from connector.core.model.operation import Finding, Operation, OperationKind
from connector.core.model.settings import AddAs, MappingRow, Settings
from tests.core.make import (
    SHARED,
    STRICT,
    account,
    codes,
    day,
    employee,
    link,
    operation_of,
    person,
    scene,
    settings,
    stranger,
    summary,
)
from tests.core.world import decided


@pytest.mark.req("A38", "A16", "D13", "A14", "A15")
@pytest.mark.parametrize(
    ("add_as", "sso", "state", "mail"),
    [
        pytest.param(AddAs.ACTIVE_WELCOME, False, "active", Mail.WELCOME, id="active with welcome"),
        pytest.param(AddAs.ACTIVE_ONLY, False, "active", Mail.NONE, id="active in silence"),
        pytest.param(
            AddAs.PENDING_INVITATION, False, "pending", Mail.INVITATION, id="pending with invitation"
        ),
        pytest.param(AddAs.ACTIVE_WELCOME, True, "active", Mail.NONE, id="active with welcome, SSO"),
        pytest.param(AddAs.ACTIVE_ONLY, True, "active", Mail.NONE, id="active in silence, SSO"),
        pytest.param(AddAs.PENDING_INVITATION, True, "active", Mail.NONE, id="pending with invitation, SSO"),
    ],
)
def test_a_new_account_is_made_as_configured(add_as: AddAs, sso: bool, state: str, mail: Mail) -> None:
    """The invite configuration gives state and mail; where learners sign in elsewhere there is neither step."""
    operation = operation_of(scene(chosen=settings(sso=sso, add_as=add_as)))

    assert (operation.after["state"], operation.mail) == (state, mail)


@pytest.mark.req("A3", "A5", "A6")
def test_names_and_work_email_make_a_learner() -> None:
    """Without any mapping; a type is not even among the values."""
    operation = operation_of(scene())

    assert operation == Operation(
        OperationKind.CREATE,
        "p1",
        "e1",
        None,
        before={},
        after={
            "external_id": "p1",
            "first_name": "Ada",
            "last_name": "Byron",
            "email": "ada@acme.example",
            "state": "active",
        },
        mail=Mail.WELCOME,
    )


@pytest.mark.req("B9", "A3", "D2", "B8")
@pytest.mark.parametrize(
    ("somebody", "facts", "expected"),
    [
        pytest.param(employee(email=None), Facts(), "no_work_email", id="no email"),
        pytest.param(employee(email=" \t"), Facts(), "no_work_email", id="a blank email"),
        pytest.param(employee(email=" "), SHARED, "no_work_email", id="a blank email that is shared"),
        pytest.param(employee(first_name="", last_name=""), Facts(), "no_name", id="no name"),
        pytest.param(employee(first_name=""), Facts(), "create", id="one of two names"),
        pytest.param(employee(), SHARED, "email_shared", id="an email of two people"),
        pytest.param(employee(hire_date=None), Facts(), "no_hire_date", id="no hire date"),
        pytest.param(employee(problem="hire date is not a date"), Facts(), "unreadable", id="unreadable"),
    ],
)
def test_nobody_is_created_on_a_guess(somebody: Employee, facts: Facts, expected: str) -> None:
    """Whoever lacks what an account needs is listed with the reason."""
    assert summary(decided(scene(of=somebody, facts=facts, chosen=STRICT))) == expected


@pytest.mark.req("A9", "A10", "A11")
def test_somebody_who_is_there_already_is_linked_and_not_invited() -> None:
    """The account of the first match is marked and set right; what is right already is not set."""
    operation = operation_of(scene(stranger(last_name="Lovelace")))

    assert operation == Operation(
        OperationKind.LINK,
        "p1",
        "e1",
        "a1",
        before={"external_id": None, "last_name": "Lovelace"},
        after={"external_id": "p1", "last_name": "Byron"},
        mail=Mail.NONE,
    )


@pytest.mark.req("A9")
def test_a_marked_account_is_linked_though_nothing_differs() -> None:
    """Being remembered is itself the change."""
    operation = operation_of(scene(account()))

    assert (operation.kind, operation.before, operation.after) == (OperationKind.LINK, {}, {})


@pytest.mark.req("A2", "A17", "A18", "D1")
@pytest.mark.parametrize(
    ("existing", "after"),
    [
        pytest.param(account(first_name="Adah"), {"first_name": "Ada"}, id="first name"),
        pytest.param(account(last_name="Lovelace"), {"last_name": "Byron"}, id="last name"),
        pytest.param(account(email="old@acme.example"), {"email": "ada@acme.example"}, id="email"),
        pytest.param(account(email="ADA@Acme.example"), {}, id="email in other case"),
        pytest.param(account(email=" ada@acme.example"), {}, id="email with a blank"),
        pytest.param(account(external_id=None), {"external_id": "p1"}, id="our mark was taken away"),
        pytest.param(account(first_name="ADA"), {"first_name": "Ada"}, id="first name in other case"),
        pytest.param(account(), {}, id="nothing"),
    ],
)
def test_what_differs_is_set_back(existing: Account, after: Mapping[str, Value]) -> None:
    """Paycor's value wins over an edit made here, and addresses that differ in case alone are the same."""
    operation = decided(scene(existing, linked=link())).operation

    assert (operation.after if operation else {}) == after
    assert operation is None or (operation.kind, operation.mail) == (OperationKind.UPDATE, Mail.NONE)


@pytest.mark.req("A17", "B9", "D2", "D11")
@pytest.mark.parametrize(
    ("somebody", "facts", "expected"),
    [
        pytest.param(employee(email=None), Facts(), ["no_work_email"], id="email gone"),
        pytest.param(employee(email=" "), Facts(), ["no_work_email"], id="email blank"),
        pytest.param(employee(email="new@acme.example"), SHARED, ["email_shared"], id="email shared"),
        pytest.param(employee(first_name="", last_name=""), Facts(), [], id="names gone"),
        pytest.param(employee(has_work_address=False), Facts(), ["no_work_address"], id="no work address"),
    ],
)
def test_a_linked_learner_keeps_what_paycor_lost(
    somebody: Employee, facts: Facts, expected: list[str]
) -> None:
    """Names and email are never emptied, and a disputed email is not taken over: it is listed."""
    decision = decided(scene(account(), of=somebody, linked=link(), facts=facts))

    assert (decision.operation, codes(decision)) == (None, expected)


@pytest.mark.req("B10")
def test_somebody_without_a_work_address_is_listed_and_synced() -> None:
    """The finding does not stop the account."""
    decision = decided(scene(of=employee(has_work_address=False)))

    assert (summary(decision), codes(decision)) == ("create", ["no_work_address"])


FIELDS = (Field("team", "Team", FieldType.STRING_CHOICE, choices=("Nurses",)), Field("title", "Job title"))
MAPPED = Settings(
    1,
    "UTC",
    mapping=(
        MappingRow("department", "team"),
        MappingRow("job_title", "title"),
        MappingRow("flsa_class", "gone"),
    ),
)


@pytest.mark.req("A4", "A10", "D11", "D12", "A32")
def test_mapped_values_are_part_of_an_update() -> None:
    """What fits is set or emptied, what does not fit is listed, and a deleted field stops nothing."""
    somebody = employee(attributes={"department": "nurses", "job_title": None, "flsa_class": "Exempt"})
    existing = account(fields={"team": "Nurses", "title": "Analyst"})
    decision = decided(scene(existing, of=somebody, linked=link(), chosen=MAPPED, fields=FIELDS))

    assert decision.operation == Operation(
        OperationKind.UPDATE, "p1", "e1", "a1", before={"field:title": "Analyst"}, after={"field:title": None}
    )
    assert decision.findings == (Finding("choice_mismatch", "e1", "Team", "nurses", "Nurses"),)


@pytest.mark.req("D12")
def test_a_new_learner_is_created_without_the_value_that_does_not_fit() -> None:
    """An empty field is not named at all: there is nothing yet to empty."""
    somebody = employee(attributes={"department": "nurses", "job_title": None})
    decision = decided(scene(of=somebody, chosen=MAPPED, fields=FIELDS))

    assert summary(decision) == "create"
    assert decision.operation is not None
    assert [name for name in decision.operation.after if name.startswith("field:")] == []


@pytest.mark.req("D3")
def test_two_employments_give_one_account_with_the_values_of_the_latest() -> None:
    """One human, one decision, and the other job leaves no trace in it."""
    first = employee(employee_id="e1", first_name="Adah")
    second = employee(employee_id="e2", legal_entity_id=102, hire_date=day(-30))
    operation = operation_of(scene(of=person(first, second)))

    assert (operation.kind, operation.employee_id, operation.after["first_name"]) == (
        OperationKind.CREATE,
        "e2",
        "Ada",
    )
