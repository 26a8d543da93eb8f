"""The Data Access permissions that a Paycor application needs."""

import pytest

from connector.core.model.attributes import CATALOGUE
from connector.core.model.settings import ListVersion
from connector.paycor.auth.permissions import (
    CUSTOM_FIELDS,
    DEPARTMENTS,
    EMPLOYEE,
    EMPLOYEE_CUSTOM_FIELDS,
    EMPLOYEE_PERSON,
    EMPLOYEES,
    ONBOARDING,
    PERSON_PHONE,
    PERSONS,
    SINGLE_EMPLOYEE_PERMISSIONS,
    SYNC_PERMISSIONS,
    WRITE_PERMISSIONS,
    Permission,
    needed_permissions,
    path_permission,
)
from connector.paycor.records import custom_fields, persons
from connector.paycor.records.employees import (
    departments_path,
    employee_path,
    employees_path,
    onboarding_path,
)


@pytest.mark.req("B5")
def test_every_permission_has_a_reason() -> None:
    """The page shows why each permission is needed; names are unique."""
    assert all(permission.reason for permission in SYNC_PERMISSIONS)
    assert len({permission.name for permission in SYNC_PERMISSIONS}) == len(SYNC_PERMISSIONS)


@pytest.mark.req("B5")
def test_every_permission_of_an_attribute_is_in_the_list() -> None:
    """The catalogue names only permissions of the list."""
    assert {attribute.permission for attribute in CATALOGUE} <= {
        permission.name for permission in SYNC_PERMISSIONS
    }


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
        (persons.employee_path("5f1d-0000"), EMPLOYEE_PERSON),
        (custom_fields.employee_path("5f1d-0000"), EMPLOYEE_CUSTOM_FIELDS),
        ("/v1/legalentities/ActivatedLegalEntityTenantList", None),
    ],
    ids=[
        "employees",
        "departments",
        "onboarding",
        "any case",
        "the v2 list",
        "persons",
        "custom fields",
        "one employee",
        "one employee's person",
        "one employee's custom fields",
        "the legal entities",
    ],
)
def test_every_path_has_its_permission(path: str, permission: object) -> None:
    """Every path that the connector reads has a permission; the list of legal entities needs none."""
    assert path_permission(path) == permission


@pytest.mark.req("B5", "D19")
@pytest.mark.parametrize(
    ("attribute_keys", "optional"),
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
def test_only_permissions_of_mapped_attributes_are_needed(
    attribute_keys: set[str], optional: set[Permission]
) -> None:
    """An unmapped attribute needs no permission."""
    assert {one for one in needed_permissions(attribute_keys) if one.origin} == optional
    assert set(needed_permissions(())) == {one for one in SYNC_PERMISSIONS if one.origin is None}


@pytest.mark.req("A1", "B5")
def test_a_sync_never_needs_a_write_permission() -> None:
    """The write permissions are listed by name, so that the pages can warn about them."""
    assert not {permission.name for permission in (*SYNC_PERMISSIONS, *SINGLE_EMPLOYEE_PERMISSIONS)} & set(
        WRITE_PERMISSIONS
    )
    assert all(
        permission.name.startswith(("View", "Legal Entity"))
        for permission in (*SYNC_PERMISSIONS, *SINGLE_EMPLOYEE_PERMISSIONS)
    )
