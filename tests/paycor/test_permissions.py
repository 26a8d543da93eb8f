"""The rights that an application needs."""

import pytest

from connector.core.attributes import CATALOGUE
from connector.paycor.listing import departments_path, employees_path, onboarding_path
from connector.paycor.permissions import ALL, DEPARTMENTS, EMPLOYEES, ONBOARDING, needed, permission_of


@pytest.mark.req("B5")
def test_every_right_comes_with_its_reason() -> None:
    """The page can say for each right why it is asked for; names do not repeat."""
    assert all(permission.reason for permission in ALL)
    assert len({permission.name for permission in ALL}) == len(ALL)


@pytest.mark.req("B5")
def test_every_right_that_an_attribute_needs_is_asked_for() -> None:
    """The catalogue names no right that the list does not have."""
    assert {attribute.permission for attribute in CATALOGUE} <= {permission.name for permission in ALL}


@pytest.mark.req("B5")
@pytest.mark.parametrize(
    ("path", "permission"),
    [
        (employees_path(7), EMPLOYEES),
        (departments_path(7), DEPARTMENTS),
        (onboarding_path(7), ONBOARDING),
        ("/V1/LegalEntities/7/Employees", EMPLOYEES),
        ("/v1/legalentities/ActivatedLegalEntityTenantList", None),
    ],
    ids=["employees", "departments", "onboarding", "any case", "the activated list"],
)
def test_a_path_tells_the_right_it_needs(path: str, permission: object) -> None:
    """Every path that is asked for has its right, and the activated list needs none."""
    assert permission_of(path) == permission


@pytest.mark.req("B5", "D19")
def test_departments_are_asked_for_only_if_one_is_mapped() -> None:
    """Nothing is asked for that nobody wants."""
    assert DEPARTMENTS not in needed({"job_title"})
    assert DEPARTMENTS in needed({"job_title", "department_code"})
