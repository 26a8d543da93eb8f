"""Requests for employees: paths, parameters, and the blocks of a record that the application may read.

A request includes the blocks of `permissions.INCLUDES` and the work email: never `include=All`, which would return pay
and more (rule D19), and no status filter, because leavers must come with their status.
"""

from collections.abc import Callable, Iterable

from connector.core.model.settings import ListVersion
from connector.paycor.auth.errors import PermissionMissing, permission_error
from connector.paycor.auth.permissions import INCLUDES, include_permissions
from connector.paycor.wire.client import Client
from connector.paycor.wire.failures import Params
from connector.paycor.wire.pages import RawPage, parse_page


def employees_path(legal_entity_id: int, version: ListVersion = ListVersion.V1) -> str:
    """The path of all present and former employees of a legal entity."""
    return f"/{version}/legalentities/{legal_entity_id}/employees"


def employee_path(employee_id: str, version: ListVersion) -> str:
    """The path of one employee."""
    return f"/{version}/employees/{employee_id}"


def departments_path(legal_entity_id: int) -> str:
    """The path of the departments of a legal entity."""
    return f"/v1/legalentities/{legal_entity_id}/departments"


def onboarding_path(legal_entity_id: int) -> str:
    """The path of the people being onboarded at a legal entity."""
    return f"/v2/legalentities/{legal_entity_id}/onboardingemployees"


def employee_params(includes: Iterable[str]) -> Params:
    """The parameters for the employee list and for one employee, in a fixed order."""
    return [*(("include", include) for include in includes), ("emailType", "Work")]


def first_employees(client: Client, path: str, includes: Iterable[str]) -> RawPage:
    """The first page of an employee list, without prefetching the second."""
    return parse_page(path, client.get(path, employee_params(includes)))


def refused_includes(request: Callable[[Iterable[str]], object]) -> tuple[str, ...]:
    """The includes that Paycor refuses, each tried in a `request` of its own.

    Raises PermissionMissing when Paycor refuses even a request without includes.
    """
    request(())
    return tuple(include for include in INCLUDES if not _is_allowed(request, include))


def allowed_includes(
    client: Client, path: str, refused: PermissionMissing, request: Callable[[Iterable[str]], object]
) -> tuple[str, ...]:
    """The includes that are allowed after a 403 for `path`; raises when a required one is not allowed."""
    missing = refused_includes(request)
    if not missing:
        raise refused
    permissions = include_permissions(path)
    required = [permissions[include].name for include in missing if permissions[include].required]
    if required:
        raise permission_error(client.environment, path, required) from refused
    return tuple(include for include in INCLUDES if include not in missing)


def _is_allowed(request: Callable[[Iterable[str]], object], include: str) -> bool:
    try:
        request((include,))
    except PermissionMissing:
        return False
    return True
