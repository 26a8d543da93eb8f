"""How the employees of a legal entity are asked for, and which parts of them the application may see.

Asked for are the blocks of `permissions.INCLUDES` and the work address: never `include=All`, which would bring pay and
more (rule D19), and no status filter, because leavers have to be seen leaving.
"""

from collections.abc import Iterable

from connector.paycor.client import Client, Params
from connector.paycor.pages import RawPage, raw_page
from connector.paycor.permissions import INCLUDES
from connector.paycor.refusals import RightMissing


def employees_path(legal_entity_id: int) -> str:
    """The list of everybody that a legal entity employs or has employed."""
    return f"/v1/legalentities/{legal_entity_id}/employees"


def departments_path(legal_entity_id: int) -> str:
    """The departments of a legal entity."""
    return f"/v1/legalentities/{legal_entity_id}/departments"


def onboarding_path(legal_entity_id: int) -> str:
    """The people who are not employees of a legal entity yet."""
    return f"/v2/legalentities/{legal_entity_id}/onboardingemployees"


def employee_params(includes: Iterable[str]) -> Params:
    """The parameters of the employee list, in a steady order."""
    return [*(("include", include) for include in includes), ("emailType", "Work")]


def first_employees(client: Client, legal_entity_id: int, includes: Iterable[str]) -> RawPage:
    """The first page of the employee list, without reading ahead."""
    path = employees_path(legal_entity_id)
    return raw_page(path, client.get(path, employee_params(includes)))


def refused_includes(client: Client, legal_entity_id: int) -> tuple[str, ...]:
    """Which includes the application may not ask for, each tried by itself on one page.

    Raises RightMissing when it may not see the list at all.
    """
    first_employees(client, legal_entity_id, ())
    return tuple(include for include in INCLUDES if not _is_allowed(client, legal_entity_id, include))


def _is_allowed(client: Client, legal_entity_id: int, include: str) -> bool:
    try:
        first_employees(client, legal_entity_id, (include,))
    except RightMissing:
        return False
    return True
