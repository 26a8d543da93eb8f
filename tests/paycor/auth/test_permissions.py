"""The rights that an application needs."""

import pytest

from connector.core.model.attributes import CATALOGUE
from connector.core.model.settings import ListVersion
from connector.paycor.auth.permissions import (
    ALL,
    CUSTOM_FIELDS,
    DEPARTMENTS,
    EMPLOYEE,
    EMPLOYEE_CUSTOM_FIELDS,
    EMPLOYEE_PERSON,
    EMPLOYEES,
    ONBOARDING,
    ONE,
    PERSON_PHONE,
    PERSONS,
    WRITING,
    Permission,
    needed,
    permission_of,
)
from connector.paycor.records import custom_fields, persons
from connector.paycor.records.employees import (
    departments_path,
    employee_path,
    employees_path,
    onboarding_path,
)


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
        (employees_path(7, ListVersion.V2), EMPLOYEES),
        (persons.list_path(7), PERSONS),
        (custom_fields.list_path(7), CUSTOM_FIELDS),
        (employee_path("5f1d-0000", ListVersion.V2), EMPLOYEE),
        (persons.one_path("5f1d-0000"), EMPLOYEE_PERSON),
        (custom_fields.one_path("5f1d-0000"), EMPLOYEE_CUSTOM_FIELDS),
        ("/v1/legalentities/ActivatedLegalEntityTenantList", None),
    ],
    ids=[
        "employees",
        "departments",
        "onboarding",
        "any case",
        "the newer list",
        "persons",
        "custom fields",
        "one employee",
        "their person",
        "their custom fields",
        "the activated list",
    ],
)
def test_a_path_tells_the_right_it_needs(path: str, permission: object) -> None:
    """Every path that is asked for has its right, and the activated list needs none."""
    assert permission_of(path) == permission


@pytest.mark.req("B5", "D19")
@pytest.mark.parametrize(
    ("wanted", "optional"),
    [
        ({"job_title", "manager_name"}, set()),
        ({"job_title", "department_code"}, {DEPARTMENTS}),
        ({"legal_last_name"}, {PERSONS}),
        ({"mobile_phone"}, {PERSONS, PERSON_PHONE}),
        ({"custom:LMS Group"}, {CUSTOM_FIELDS}),
        ({"shoe_size"}, set()),
    ],
    ids=["the employee", "departments", "names", "phones", "a custom field", "an unknown one"],
)
def test_only_rights_that_something_mapped_needs_are_asked_for(
    wanted: set[str], optional: set[Permission]
) -> None:
    """Nothing is asked for that nobody wants."""
    assert {one for one in needed(wanted) if one.origin} == optional
    assert set(needed(())) == {one for one in ALL if one.origin is None}


@pytest.mark.req("A1", "B5")
def test_no_right_to_write_is_ever_asked_for() -> None:
    """Those that can be ticked by mistake are known by name, so that the pages can warn of them."""
    assert not {permission.name for permission in (*ALL, *ONE)} & set(WRITING)
    assert all(permission.name.startswith(("View", "Legal Entity")) for permission in (*ALL, *ONE))
