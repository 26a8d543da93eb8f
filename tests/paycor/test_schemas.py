"""The schemas of Paycor's small answers."""

import pytest
from marshmallow import ValidationError

from connector.paycor.schemas import (
    Department,
    DepartmentSchema,
    ErrorBody,
    ErrorBodySchema,
    OnboardingEmployee,
    OnboardingSchema,
    TokenAnswer,
    TokenAnswerSchema,
)
from tests.paycor.fake_paycor import CORRELATION_ID, paycor_error


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"access_token": "a", "refresh_token": "r", "expires_in": 60}, TokenAnswer("a", "r", 60)),
        ({"access_token": "a", "refresh_token": "", "expires_in": "60"}, TokenAnswer("a", None, 60)),
        ({"access_token": "a", "scope": ["x"]}, TokenAnswer("a", None, 1800)),
    ],
    ids=["whole", "texts", "bare"],
)
def test_a_token_answer_is_read(body: dict[str, object], found: TokenAnswer) -> None:
    """Missing values are half an hour and no refresh token."""
    assert TokenAnswerSchema().load(body) == found


@pytest.mark.parametrize(
    "body",
    [{}, {"access_token": ""}, {"access_token": 7}, {"access_token": "a", "expires_in": 0}],
    ids=["empty", "blank", "a number", "no life"],
)
def test_an_undocumented_token_answer_is_refused(body: dict[str, object]) -> None:
    """It has no usable token."""
    with pytest.raises(ValidationError):
        TokenAnswerSchema().load(body)


@pytest.mark.parametrize(
    "body",
    [
        paycor_error("No."),
        {"correlationId": CORRELATION_ID, "title": "Error", "detail": "No."},
        {"CORRELATIONID": CORRELATION_ID, "DETAIL": "No.", "SOURCE": {"a": "b"}, "message": None},
    ],
    ids=["PascalCase", "camelCase", "capitals"],
)
def test_the_keys_of_an_error_body_may_be_in_any_case(body: dict[str, object]) -> None:
    """Paycor's documentation and its answers differ."""
    assert ErrorBodySchema().load(body) == ErrorBody(correlation_id=CORRELATION_ID, detail="No.")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"id": "D1", "description": " Care ", "code": 310, "level": 2}, Department("D1", "Care", "310")),
        ({"id": "D1", "description": " ", "code": None}, Department("D1", None, None)),
        ({}, Department(None, None, None)),
    ],
    ids=["whole", "blank", "empty"],
)
def test_a_department_is_read(body: dict[str, object], found: Department) -> None:
    """Its name is in `description`, and its code may be a number."""
    assert DepartmentSchema().load(body) == found


@pytest.mark.req("B7")
@pytest.mark.parametrize(
    ("total", "completed", "is_complete"),
    [(7, 3, False), (7, 7, True), (7, None, False), (None, None, False), (0, 0, False)],
)
def test_onboarding_is_complete_when_every_step_is_done(
    total: int | None, completed: int | None, is_complete: bool
) -> None:
    """Without steps it is not complete."""
    found = OnboardingSchema().load({"firstName": "Ida", "stepsTotal": total, "stepsCompleted": completed})

    assert found == OnboardingEmployee(None, "Ida", None, total, completed)
    assert found.is_complete == is_complete
