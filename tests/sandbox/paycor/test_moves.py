"""The company moves on while the sandbox runs: what its feeds show on a later day, and when."""

from datetime import timedelta

import pytest

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor import Sandbox, create_app, open_sandbox
from tests.clock import Clock
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

ENTITIES = (190204, 190377)


@pytest.fixture
def mid_size(clock: Clock) -> Caller:
    """A caller connected to a company of 500."""
    box = open_sandbox(500, 1, clock.today, None, clock)
    return Caller(box, create_app(box).test_client()).connect(box.activate(NORTHFIELD))


def ids(caller: Caller) -> set[str]:
    """The employee ids of both legal entities."""
    return {record["id"] for entity in ENTITIES for record in caller.all_employees(entity)}


def test_a_month_adds_people_and_removes_none(mid_size: Caller) -> None:
    """Leavers stay in the list; ten have joined, most of them by the day they start."""
    before = ids(mid_size)
    mid_size.box.advance(30)
    after = ids(mid_size)

    assert (before - after, len(after - before)) == (set(), 10)


def test_a_transfer_is_one_person_with_two_employee_ids(mid_size: Caller) -> None:
    """One employment over, one begun, in two legal entities."""
    mid_size.box.advance(30)
    records = [
        (entity, record)
        for entity in ENTITIES
        for record in mid_size.all_employees(entity, include="EmploymentDates")
    ]
    moved = {
        record["person"]["id"]
        for _, record in records
        if record["employmentDateData"]["terminationReason"] == "Transfer"
    }
    found = [
        sorted(entity for entity, record in records if record["person"]["id"] == person) for person in moved
    ]

    assert (len(moved) >= 2, found) == (True, [list(ENTITIES)] * len(moved))


def test_going_back_takes_newcomers_out_again(mid_size: Caller) -> None:
    """The day alone decides who is there."""
    before = ids(mid_size)
    mid_size.box.advance(30)
    mid_size.box.advance(-30)

    assert ids(mid_size) == before


def test_17_a_new_employee_is_visible_after_a_delay(mid_size: Caller, clock: Clock) -> None:
    """In no list and behind no id until it is over; what happened to the others is seen at once."""
    company = mid_size.box.company(NORTHFIELD.id)
    mid_size.control("switches", new_employee_delay_s=60)
    before = ids(mid_size)
    mid_size.control("company", days=30)
    newcomer = company.on(mid_size.box.today).employee_id(500)
    leavers = mid_size.all_employees(include="EmploymentDates")
    clock.advance(timedelta(seconds=59))
    early = (ids(mid_size), mid_size.get(f"/v2/employees/{newcomer}").status_code)
    clock.advance(timedelta(seconds=1))
    late = (len(ids(mid_size)), mid_size.get(f"/v2/employees/{newcomer}").status_code)

    assert (early, late) == ((before, 404), (510, 200))
    assert "Transfer" in {record["employmentDateData"]["terminationReason"] for record in leavers}


def test_17_only_people_who_joined_by_the_last_move_are_delayed(mid_size: Caller) -> None:
    """People who are already shown stay; without the switch there is no delay."""
    mid_size.control("company", days=30)
    shown = ids(mid_size)
    mid_size.control("switches", new_employee_delay_s=60)
    mid_size.control("company", days=30)

    assert (len(shown), ids(mid_size)) == (510, shown)


def test_a_walk_over_a_day_that_changes_goes_on(mid_size: Caller) -> None:
    """No snapshot: yesterday's token works today, and no employee of yesterday is skipped."""
    first = mid_size.employees().get_json()
    mid_size.box.advance(30)
    second = mid_size.employees(continuationToken=first["continuationToken"]).get_json()
    seen = [record["id"] for record in first["records"] + second["records"]]

    assert (len(seen), len(set(seen))) == (400, 400)


def test_the_clock_of_the_tokens_is_not_the_companys_day(box: Sandbox, caller: Caller) -> None:
    """A month in the company does not end an access token."""
    box.advance(30)

    assert caller.employees().status_code == 200
