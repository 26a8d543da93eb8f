"""People who are still being onboarded: not yet in the employee list, with ids of their own."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response

from connector.sandbox.company import ids
from connector.sandbox.company.samples import FIRST_NAMES, LAST_NAMES, LOCATIONS
from connector.sandbox.paycor.auth import access
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.data.entity import EntityFeed
from connector.sandbox.paycor.state.sandbox import sandbox
from connector.sandbox.paycor.wire.paging import ListedRows

blueprint = Blueprint("onboarding", __name__)

_KIND = "ed11"
_STEPS = 12


@blueprint.get("/v<int(min=1, max=2):version>/legalentities/<int:legal_entity_id>/onboardingemployees")
def onboarding_employees(version: int, legal_entity_id: int) -> Response:
    """The people of a legal entity who are still being onboarded."""
    access.require(permissions.ONBOARDING)
    feed = access.feed_of(legal_entity_id)
    count = 3 + feed.size // 500

    return access.paged_answer(ListedRows([_newcomer(feed, index, version) for index in range(count)]))


def _newcomer(feed: EntityFeed, index: int, version: int) -> dict[str, Any]:
    seed, today = feed.company.seed, sandbox().today
    first = FIRST_NAMES[(index * 7 + seed) % len(FIRST_NAMES)]
    last = LAST_NAMES[(index * 11 + feed.entity.id) % len(LAST_NAMES)]
    chief = feed.person_at(0)
    invited = f"{today - timedelta(days=9 + index)}T09:02:33.173"
    done = index % _STEPS
    location = index % len(LOCATIONS)
    number = 900_000 + index
    return {
        "onboardingEmployeeId": ids.IdSpace(seed, _KIND, feed.entity.id).id_of(index),
        "legalEntityId": feed.entity.id,
        "firstName": first,
        "lastName": last,
        "fullName": f"{last}, {first}",
        "emailAddress": f"{first}.{last}@mail.example".lower(),
        "invitedDate": invited,
        "hasOnboardingAccess": True,
        "hireDate": f"{today + timedelta(days=5 + index)}T00:00:00.000",
        "stepsTotal": _STEPS,
        "stepsCompleted": done,
        "lastEmployeeStepCompleted": done,
        "lastEmployeeStepCompletedDate": invited if done else None,
        "lastAdminStepCompleted": None,
        "lastAdminStepCompletedDate": None,
        "workLocation": LOCATIONS[location].name,
        "workLocationId": feed.location_ids[location],
        "manager": f"{chief.last_name}, {chief.first_name}",
        "managerId": chief.employee_id,
        "employeeNumber": number if version == 1 else str(number),
    }
