"""How the employees of a legal entity are asked for, and which parts of them the application may see.

Asked for are the blocks of `permissions.INCLUDES` and the work address: never `include=All`, which would bring pay and
more (rule D19), and no status filter, because leavers have to be seen leaving.
"""

from collections.abc import Callable, Iterable

from connector.core.model.settings import ListVersion
from connector.paycor.auth.permissions import INCLUDES, include_rights
from connector.paycor.auth.refusals import RightMissing, rights_missing
from connector.paycor.wire.client import Client, Params
from connector.paycor.wire.pages import RawPage, raw_page


def employees_path(legal_entity_id: int, version: ListVersion = ListVersion.V1) -> str:
    """The list of everybody that a legal entity employs or has employed."""
    return f"/{version}/legalentities/{legal_entity_id}/employees"


def employee_path(employee_id: str, version: ListVersion) -> str:
    """One employee."""
    return f"/{version}/employees/{employee_id}"


def departments_path(legal_entity_id: int) -> str:
    """The departments of a legal entity."""
    return f"/v1/legalentities/{legal_entity_id}/departments"


def onboarding_path(legal_entity_id: int) -> str:
    """The people who are not employees of a legal entity yet."""
    return f"/v2/legalentities/{legal_entity_id}/onboardingemployees"


def employee_params(includes: Iterable[str]) -> Params:
    """The parameters of the employee list and of one employee, in a steady order."""
    return [*(("include", include) for include in includes), ("emailType", "Work")]


def first_employees(client: Client, path: str, includes: Iterable[str]) -> RawPage:
    """The first page of an employee list, without reading ahead."""
    return raw_page(path, client.get(path, employee_params(includes)))


def refused_includes(ask: Callable[[Iterable[str]], object]) -> tuple[str, ...]:
    """Which includes the application may not ask for, each tried by itself with `ask`.

    Raises RightMissing when it may not ask at all.
    """
    ask(())
    return tuple(include for include in INCLUDES if not _is_allowed(ask, include))


def allowed_includes(
    client: Client, path: str, refused: RightMissing, ask: Callable[[Iterable[str]], object]
) -> tuple[str, ...]:
    """The includes to do with after a 403 for `path`; raises when one that no sync can do without is not among them."""
    missing = refused_includes(ask)
    if not missing:
        raise refused
    rights = include_rights(path)
    required = [rights[include].name for include in missing if rights[include].required]
    if required:
        raise rights_missing(client.environment, path, required) from refused
    return tuple(include for include in INCLUDES if include not in missing)


def _is_allowed(ask: Callable[[Iterable[str]], object], include: str) -> bool:
    try:
        ask((include,))
    except RightMissing:
        return False
    return True
