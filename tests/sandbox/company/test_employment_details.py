"""Every attribute that can be mapped has values in the seeded company, and they are not another attribute's."""

from datetime import date

import pytest

from connector.sandbox.company import NORTHFIELD, Company, Person, employment_details

pytestmark = pytest.mark.req("X23")


@pytest.fixture(scope="module")
def people() -> list[Person]:
    """A company of 500."""
    company = Company(NORTHFIELD, 500, 1, date(2026, 3, 2), date(2026, 3, 2))
    return [company.person(index) for index in range(500)]


def share(found: list[bool]) -> float:
    """For how many of all people something is true."""
    return sum(found) / len(found)


def test_all_four_flsa_classes_and_several_pay_groups_occur(people: list[Person]) -> None:
    """No class and no group is everybody's."""
    assert {one.flsa for one in people} == {
        "HourlyExempt",
        "HourlyNonExempt",
        "SalaryExempt",
        "SalaryNonExempt",
    }
    assert {employment_details.pay_group(one) for one in people} == {0, 1, 2}


def test_a_third_has_a_middle_name_and_half_a_second_number(people: list[Person]) -> None:
    """The second number is never the first."""
    numbers = [one.alternate_number for one in people]

    assert 0.3 < share([one.middle_name is not None for one in people]) < 0.36
    assert 0.4 < share([number is not None for number in numbers]) < 0.6
    assert not set(numbers) & {one.number for one in people}


def test_seniority_and_adjusted_hire_date_are_not_always_the_hire_date(people: list[Person]) -> None:
    """For most people they are the same, or not there."""
    differs = [employment_details.seniority_date(one) != one.hired_on for one in people]
    adjusted = [employment_details.adjusted_hire_date(one) for one in people]

    assert 0.2 < share(differs) < 0.3
    assert 0.15 < share([day is not None for day in adjusted]) < 0.25
    assert not [one for one, day in zip(people, adjusted, strict=True) if day == one.hired_on]


def test_a_position_starts_within_the_employment_and_ends_with_it(people: list[Person]) -> None:
    """Only people who are not active have an end, as Paycor documents it."""
    starts = [(one, employment_details.position_start(one)) for one in people]
    ends = [(one, employment_details.position_end(one)) for one in people]

    assert share([start != one.hired_on for one, start in starts]) > 0.5
    assert not [one for one, start in starts if start < one.hired_on]
    assert {one.status == "Active" for one, end in ends if end is not None} == {False}
    assert {end for one, end in ends if end is not None and one.terminated_on != end} == set()
    assert share([employment_details.department_start(one) != start for one, start in starts]) > 0.1


def test_a_legal_name_is_not_always_the_name_in_use(people: list[Person]) -> None:
    """Prefixes and suffixes occur, of Paycor's own words."""
    names = [employment_details.legal_name(one, one.index) for one in people]

    assert share([name.first_name != one.first_name for name, one in zip(names, people, strict=True)]) > 0.1
    assert share([name.last_name != one.last_name for name, one in zip(names, people, strict=True)]) > 0.04
    assert {name.prefix for name in names} == {"None", "Mr", "Ms", "Dr", "Mrs", "Prof"}
    assert {name.suffix for name in names} == {"None", "Jr", "III", "Sr"}
