"""The values of an operation: of a new account, of one that is linked, and of one that is updated."""

from collections.abc import Mapping

import pytest

from connector.core.model.account import Account, Field, FieldType, Mail
from connector.core.model.employee import Employee, Facts, Value
from connector.core.model.operation import Finding, Operation, OperationKind
from connector.core.model.settings import AddAs, Condition, MappingRow, Operator, Scope, Settings
from tests.core.builders import (
    SHARED,
    STRICT,
    account,
    day,
    employee,
    finding_codes,
    link,
    operation_of,
    person,
    result,
    scene,
    settings,
    unowned_account,
)
from tests.core.scenes import decision_of


@pytest.mark.req("A38", "A16", "D13", "A14", "A15")
@pytest.mark.parametrize(
    ("add_as", "sso", "state", "mail"),
    [
        pytest.param(AddAs.ACTIVE_WELCOME, False, "active", Mail.WELCOME, id="active with welcome"),
        pytest.param(AddAs.ACTIVE_ONLY, False, "active", Mail.NONE, id="active without mail"),
        pytest.param(
            AddAs.PENDING_INVITATION, False, "pending", Mail.INVITATION, id="pending with invitation"
        ),
        pytest.param(AddAs.ACTIVE_WELCOME, True, "active", Mail.NONE, id="active with welcome, SSO"),
        pytest.param(AddAs.ACTIVE_ONLY, True, "active", Mail.NONE, id="active without mail, SSO"),
        pytest.param(AddAs.PENDING_INVITATION, True, "active", Mail.NONE, id="pending with invitation, SSO"),
    ],
)
def test_new_account_follows_the_invite_configuration(
    add_as: AddAs, sso: bool, state: str, mail: Mail
) -> None:
    """The invite configuration gives state and mail; with SSO, accounts are active and get no mail."""
    operation = operation_of(scene(chosen=settings(sso=sso, add_as=add_as)))

    assert (operation.after["state"], operation.mail) == (state, mail)


@pytest.mark.req("A3", "A5", "A6")
def test_names_and_work_email_are_enough_for_a_learner() -> None:
    """No mapping is needed, and a type is not among the values."""
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
    ("record", "facts", "expected"),
    [
        pytest.param(employee(email=None), Facts(), "no_work_email", id="no email"),
        pytest.param(employee(email=" \t"), Facts(), "no_work_email", id="a blank email"),
        pytest.param(employee(email=" "), SHARED, "no_work_email", id="a blank email that is shared"),
        pytest.param(employee(email=None, bad_email="N/A"), Facts(), "bad_work_email", id="no address"),
        pytest.param(employee(first_name="", last_name=""), Facts(), "no_name", id="no name"),
        pytest.param(employee(first_name=""), Facts(), "create", id="one of two names"),
        pytest.param(employee(), SHARED, "email_shared", id="an email of two people"),
        pytest.param(employee(hire_date=None), Facts(), "no_hire_date", id="no hire date"),
        pytest.param(employee(problem="hire date is not a date"), Facts(), "unreadable", id="unreadable"),
    ],
)
def test_person_without_needed_data_gets_no_account(record: Employee, facts: Facts, expected: str) -> None:
    """They are listed with the reason."""
    assert result(decision_of(scene(of=record, facts=facts, chosen=STRICT))) == expected


@pytest.mark.req("D23", "X13")
def test_scope_by_email_of_somebody_whose_email_is_no_address_is_for_hr() -> None:
    """The attribute is unknown because of what is in Paycor, and no permission would bring it."""
    by_domain = Scope(only=(Condition("work_email", Operator.CONTAINS, ("@acme.example",)),))
    record = employee(email=None, bad_email="N/A")

    decision = decision_of(scene(account(), of=record, linked=link(), chosen=settings(scope=by_domain)))

    assert (decision.operation, result(decision)) == (None, "bad_work_email")


@pytest.mark.req("A9", "A10", "A11")
def test_existing_account_is_linked_without_mail() -> None:
    """It gets the external id and the values that differ, and no others."""
    operation = operation_of(scene(unowned_account(last_name="Lovelace")))

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
def test_account_with_external_id_is_linked_though_nothing_differs() -> None:
    """The link is itself the change."""
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
        pytest.param(account(external_id=None), {"external_id": "p1"}, id="the external id was removed"),
        pytest.param(account(first_name="ADA"), {"first_name": "Ada"}, id="first name in other case"),
        pytest.param(account(), {}, id="nothing"),
    ],
)
def test_values_that_differ_are_overwritten(existing: Account, after: Mapping[str, Value]) -> None:
    """Paycor's value wins over an edit in the LMS; addresses that differ only in case are the same."""
    operation = decision_of(scene(existing, linked=link())).operation

    assert (operation.after if operation else {}) == after
    assert operation is None or (operation.kind, operation.mail) == (OperationKind.UPDATE, Mail.NONE)


@pytest.mark.req("A17", "B9", "D2", "D11")
@pytest.mark.parametrize(
    ("record", "facts", "expected"),
    [
        pytest.param(employee(email=None), Facts(), ["no_work_email"], id="email gone"),
        pytest.param(employee(email=" "), Facts(), ["no_work_email"], id="email blank"),
        pytest.param(
            employee(email=None, bad_email="N/A"), Facts(), ["bad_work_email"], id="no address any more"
        ),
        pytest.param(employee(email="new@acme.example"), SHARED, ["email_shared"], id="email shared"),
        pytest.param(employee(first_name="", last_name=""), Facts(), [], id="names gone"),
        pytest.param(employee(has_work_address=False), Facts(), ["no_work_address"], id="no work address"),
    ],
)
def test_linked_learner_keeps_values_that_paycor_lost(
    record: Employee, facts: Facts, expected: list[str]
) -> None:
    """Names and email are never emptied; a shared email is not written but listed."""
    decision = decision_of(scene(account(), of=record, linked=link(), facts=facts))

    assert (decision.operation, finding_codes(decision)) == (None, expected)


@pytest.mark.req("B10")
def test_person_without_work_address_is_listed_and_synced() -> None:
    """The finding does not keep the account from being created."""
    decision = decision_of(scene(of=employee(has_work_address=False)))

    assert (result(decision), finding_codes(decision)) == ("create", ["no_work_address"])


FIELDS = (Field("team", "Team", FieldType.STRING_CHOICE, choices=("Nurses",)), Field("title", "Job title"))
DEMO_MAPPING = Settings(
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
    """Values that fit are set or emptied, others are listed, and a deleted field stops nothing."""
    record = employee(attributes={"department": "nurses", "job_title": None, "flsa_class": "Exempt"})
    existing = account(fields={"team": "Nurses", "title": "Analyst"})
    decision = decision_of(scene(existing, of=record, linked=link(), chosen=DEMO_MAPPING, fields=FIELDS))

    assert decision.operation == Operation(
        OperationKind.UPDATE, "p1", "e1", "a1", before={"field:title": "Analyst"}, after={"field:title": None}
    )
    assert decision.findings == (Finding("choice_mismatch", "e1", "Team", "nurses", "Nurses"),)


@pytest.mark.req("D12")
def test_new_learner_is_created_without_the_value_that_does_not_fit() -> None:
    """An empty value is left out: a new account has nothing to empty."""
    record = employee(attributes={"department": "nurses", "job_title": None})
    decision = decision_of(scene(of=record, chosen=DEMO_MAPPING, fields=FIELDS))

    assert result(decision) == "create"
    assert decision.operation is not None
    assert [name for name in decision.operation.after if name.startswith("field:")] == []


@pytest.mark.req("D3")
def test_two_employments_give_one_account_with_the_values_of_the_latest() -> None:
    """One person gets one decision, and the other job has no part in it."""
    first = employee(employee_id="e1", first_name="Adah")
    second = employee(employee_id="e2", legal_entity_id=102, hire_date=day(-30))
    operation = operation_of(scene(of=person(first, second)))

    assert (operation.kind, operation.employee_id, operation.after["first_name"]) == (
        OperationKind.CREATE,
        "e2",
        "Ada",
    )
