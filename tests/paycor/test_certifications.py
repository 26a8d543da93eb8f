"""Certifications at Paycor: found by our number, and added with one POST."""

import json

import pytest

from connector.paycor.certifications import Certifications
from tests.paycor.fake_certifications import (
    EMPLOYEE,
    EXAMPLE,
    PATH,
    STORED,
    STORED_ID,
    posts,
)
from tests.paycor.fake_paycor import (
    FakePaycor,
    answer,
    envelope,
    paycor_error,
)


@pytest.mark.req("X18")
def test_a_certification_is_one_post_with_our_number(
    fake: FakePaycor, certifications: Certifications
) -> None:
    """Dates have no time, missing values are left out, and the answer has the new id."""
    received = posts(fake, STORED)

    certification_id = certifications.add(EMPLOYEE, EXAMPLE)

    [request] = received
    assert certification_id == STORED_ID
    assert json.loads(request.body or b"") == {
        "certificationName": "Fire Safety",
        "certificationNumber": "LMS-1",
        "effectiveDate": "2026-03-02",
    }
    assert request.headers["Authorization"] == "Bearer access-1"
    assert request.headers["Ocp-Apim-Subscription-Key"] == "key-hush"


@pytest.mark.req("X18")
def test_existing_certifications_are_found_by_number(
    fake: FakePaycor, certifications: Certifications
) -> None:
    """On all pages; certifications without a number, entered by others, are left out."""
    pages = [
        envelope([{"certificationNumber": "LMS-1", "employeeCertificationId": STORED_ID.upper()}], "t1"),
        envelope([{"certificationNumber": 77}, {"certificationNumber": None}, {"certificationNumber": " "}]),
    ]
    fake.gives_pages(PATH, pages)

    assert certifications.ids_by_number(EMPLOYEE) == {"LMS-1": STORED_ID, "77": ""}


def test_an_employee_may_have_no_certifications(fake: FakePaycor, certifications: Certifications) -> None:
    """Paycor may answer a 400 then."""
    fake.gives(PATH, answer(paycor_error("Employee is invalid or has no certifications"), 400))

    assert certifications.ids_by_number(EMPLOYEE) == {}
