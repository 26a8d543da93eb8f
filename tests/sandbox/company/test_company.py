"""The seeded company: deterministic, of any size, with every edge case."""

import tracemalloc
from collections import Counter
from datetime import date, timedelta

import pytest

from connector.sandbox.company import NORTHFIELD, SOUTHGATE, Company, Person
from connector.sandbox.company.edge_cases import EDGE_CASES
from connector.sandbox.company.person import ZERO_GUID

pytestmark = pytest.mark.req("X23")

FIRST, SECOND = NORTHFIELD.entities


def company_of(people: int = 500, *, seed: int = 1, today: date, days: int = 0) -> Company:
    """Northfield as it stands some days after it was made."""
    return Company(NORTHFIELD, people, seed, today, today + timedelta(days=days))


def all_people(company: Company) -> list[Person]:
    """Each person of the company."""
    return [company.person(index) for index in range(company.head_count)]


def edge_case(company: Company, kind: str) -> Person:
    """The person of a kind."""
    index = company.index_of(company.kinds()[kind])
    assert index is not None
    return company.person(index)


def test_the_same_seed_gives_the_same_people(today: date) -> None:
    """A person is a function of seed, index and day alone."""
    assert all_people(company_of(today=today)) == all_people(company_of(today=today))


def test_another_seed_gives_other_people(today: date) -> None:
    """The seed reaches names, ids and dates."""
    one, two = company_of(today=today).person(300), company_of(seed=2, today=today).person(300)

    assert (one.employee_id, one.first_name, one.hired_on) != (two.employee_id, two.first_name, two.hired_on)


@pytest.mark.parametrize("people", [3, 59, 60, 61, 500, 1_003])
def test_the_legal_entities_share_exactly_the_requested_head_count(people: int, today: date) -> None:
    """No position is empty or shared, and together they cover all people."""
    company = company_of(people, today=today)

    indexes = [
        company.index_at(entity, position)
        for entity in NORTHFIELD.entities
        for position in range(company.size(entity))
    ]

    assert sorted(indexes) == list(range(people))


def test_the_first_legal_entity_has_four_people_in_five(today: date) -> None:
    """500 people are more than 2 pages in one legal entity and 1 page in the other."""
    company = company_of(today=today)

    assert (company.size(FIRST), company.size(SECOND)) == (400, 100)


def test_every_employee_id_leads_back_to_its_person(today: date) -> None:
    """Ids are unique, reversible and read in any letter case."""
    company = company_of(today=today)

    assert [company.index_of(company.employee_id(index).upper()) for index in range(500)] == list(range(500))


@pytest.mark.parametrize(
    "unknown_id",
    [
        pytest.param(ZERO_GUID, id="the zero guid"),
        pytest.param("nonsense", id="no guid"),
        pytest.param("zzzzzzzz-7a44-0000-0000-0000fce60200", id="not hexadecimal"),
        pytest.param("00000000-196c-0000-0000-0000fce60200", id="a person id"),
    ],
)
def test_an_unknown_id_has_no_index(unknown_id: str, today: date) -> None:
    """What is not an employee id of the feed has no index."""
    assert company_of(today=today).index_of(unknown_id) is None


def test_an_id_beyond_the_head_count_has_no_index(today: date) -> None:
    """Ids of people who have not been hired yet are unknown."""
    coming = company_of(600, today=today).employee_id(550)

    assert company_of(500, today=today).index_of(coming) is None


def test_most_people_are_ordinary_and_active(today: date) -> None:
    """About 6 % have left, a few are on leave, and the rest work here."""
    count = Counter(person.status for person in all_people(company_of(5_000, today=today)))
    left = sum(count[name] for name in ("Resigned", "Terminated", "Retired", "LaidOff", "Deceased"))

    assert (0.88 <= count["Active"] / 5_000 <= 0.94, 0.05 <= left / 5_000 <= 0.08) == (True, True)


def test_ordinary_people_have_work_emails_of_their_own(today: date) -> None:
    """From index 60 on no address comes twice, in any letter case."""
    emails = [(person.work_email or "").lower() for person in all_people(company_of(5_000, today=today))[60:]]

    assert (len(set(emails)), "" in emails) == (len(emails), False)


@pytest.mark.parametrize(("people", "learners"), [(3, 3), (59, 3), (60, 3), (500, 20), (1_000, 40)])
def test_existing_learners_are_numbered_from_one_and_active(people: int, learners: int, today: date) -> None:
    """About 4 %, at least 3, all employed, each with the address the host already knows."""
    company = company_of(people, today=today)
    found = company.existing_learners()

    assert sorted(found) == list(range(1, learners + 1))
    assert {company.person(index).work_email for index in found.values()} == {
        f"existing.learner.{number}@northfield.example" for number in found
    }
    assert {company.person(index).status for index in found.values()} == {"Active"}


def test_a_company_of_sixty_has_every_kind(today: date) -> None:
    """The smallest company with edge cases has all of them; one person fewer and it has none."""
    kinds = company_of(60, today=today).kinds()

    assert set(kinds) == {edge_case.kind for edge_case in EDGE_CASES.values()}
    assert len(set(kinds.values())) == len(kinds)
    assert company_of(59, today=today).kinds() == {}


@pytest.mark.parametrize(
    ("kind", "field", "expected"),
    [
        ("no-manager", "manager_id", None),
        ("manager-zero-guid", "manager_id", ZERO_GUID),
        ("manager-without-reference", "has_manager_reference", False),
        ("email-null", "has_email_block", False),
        ("email-address-null", "work_email", None),
        ("email-blank", "work_email", "  "),
        ("email-upper-case", "work_email", "MARISOL.VEGA@NORTHFIELD.EXAMPLE"),
        ("email-padded", "work_email", "  gideon.park@northfield.example "),
        ("names-padded", "first_name", " Hana "),
        ("accents", "first_name", "Zoë"),
        ("apostrophe", "last_name", "O'Dell"),
        ("second-surname", "second_last_name", "Márquez"),
        ("number-leading-zeros", "number", "004172"),
        ("number-alphanumeric", "number", "NC-20417B"),
        ("job-title-null", "job_title", None),
        ("work-location-null", "location", None),
        ("country-not-us", "work_country", "CA"),
        ("worker-unpaid", "worker_category", "Unpaid"),
        ("type-null", "employment_type", None),
        ("status-null", "status", None),
        ("status-Unknown", "status", "Unknown"),
        ("separated-without-date", "terminated_on", None),
        ("dates-with-z", "spelling", "z"),
        ("dates-only", "spelling", "date-only"),
        ("dates-with-milliseconds", "spelling", "milliseconds"),
    ],
)
def test_each_edge_case_has_the_value_of_its_kind(
    kind: str, field: str, expected: object, today: date
) -> None:
    """The field of the kind has the special value."""
    assert getattr(edge_case(company_of(today=today), kind), field) == expected


def test_every_status_and_employment_type_occurs(today: date) -> None:
    """Each value of Paycor's two lists, and beyond them Unknown and null."""
    people = all_people(company_of(60, today=today))

    assert {person.status for person in people} == {
        *("Active", "Deceased", "LongTermDisability", "ShortTermDisability", "Fmla", "LaidOff"),
        *("LeaveWithPay", "LeaveWithoutPay", "ThirdPartyPayable", "Resigned", "Retired", "Terminated"),
        *("WorkersCompensation", "Unknown", None),
    }
    assert {person.employment_type for person in people} == {
        *("Casual", "IndependentContractor", "Regular", "Seasonal", "Temporary", "Variable", None),
    }


def test_one_person_has_an_employment_in_each_legal_entity(today: date) -> None:
    """Same person id, same address, two employee ids of two legal entities."""
    company = company_of(today=today)
    one, two = edge_case(company, "two-entities"), edge_case(company, "two-entities-second")

    assert (one.person_id, one.work_email) == (two.person_id, two.work_email)
    assert (company.entity_of(one.index), company.entity_of(two.index)) == (FIRST, SECOND)


def test_two_people_share_one_address(today: date) -> None:
    """Two people, one mailbox, written in different letter case."""
    company = company_of(today=today)
    one, two = edge_case(company, "same-email"), edge_case(company, "same-email-other")

    assert (one.work_email or "").lower() == (two.work_email or "").lower()
    assert one.person_id != two.person_id


def test_reporting_lines_have_their_edge_cases(today: date) -> None:
    """A manager who left, one in another legal entity, and a circle of two."""
    company = company_of(today=today)
    kinds = company.kinds()

    assert edge_case(company, "manager-left").manager_id == kinds["status-Terminated"]
    assert edge_case(company, "manager-cycle").manager_id == kinds["manager-cycle-other"]
    assert edge_case(company, "manager-cycle-other").manager_id == kinds["manager-cycle"]
    crossing = edge_case(company, "manager-other-entity")
    boss = company.index_of(crossing.manager_id or "")
    assert boss is not None
    assert (company.entity_of(crossing.index), company.entity_of(boss)) == (SECOND, FIRST)


@pytest.mark.parametrize("people", [25, 60, 500, 2_000])
def test_every_ordinary_person_reports_to_a_manager_who_works_here(people: int, today: date) -> None:
    """Above index 60 lines of report end at the chief, within few steps, through active people."""
    company = company_of(people, today=today)
    for index in range(min(people, 60), people):
        person, steps = company.person(index), 0
        while person.manager_id is not None:
            boss = company.index_of(person.manager_id)
            assert boss is not None
            person, steps = company.person(boss), steps + 1
            assert person.status == "Active"

        assert (person.index, steps <= 6) == (0, True)


def test_a_rehire_keeps_or_changes_the_employee_id(today: date) -> None:
    """Same id: one row with both dates. New id: two rows of one person, the older one ended."""
    company = company_of(today=today)
    same, former, new = (
        edge_case(company, f"rehire-{kind}") for kind in ("same-id", "new-id-former", "new-id")
    )

    assert same.rehired_on is not None
    assert same.terminated_on is not None
    assert (same.status, same.rehired_on > same.terminated_on) == ("Active", True)
    assert (former.person_id, former.status, new.status) == (new.person_id, "Resigned", "Active")


@pytest.mark.parametrize(("days", "status"), [(0, "Active"), (15, "Active"), (16, "Terminated")])
def test_a_coming_termination_falls_due_after_its_date(days: int, status: str, today: date) -> None:
    """The status changes on the day after the last day; the date was there all along."""
    person = edge_case(company_of(today=today, days=days), "future-termination")

    assert (person.terminated_on, person.status) == (today + timedelta(days=15), status)


def test_edge_cases_keep_their_dates_as_the_days_pass(today: date) -> None:
    """Dates count from the day the company was made, so a hire in the future comes nearer."""
    later = edge_case(company_of(today=today, days=30), "future-hire")

    assert later.hired_on == today + timedelta(days=20)


def test_a_day_before_the_first_removes_no_one(today: date) -> None:
    """Looked at earlier than it was made, the company has its head count all the same."""
    assert company_of(today=today, days=-100).head_count == 500


def test_the_second_tenant_is_small_and_apart(today: date) -> None:
    """Southgate's 25 people have ids and addresses of their own."""
    southgate = Company(SOUTHGATE, 25, 1, today, today)
    northfield_ids = {person.employee_id for person in all_people(company_of(today=today))}

    assert southgate.size(SOUTHGATE.entities[0]) == 25
    assert not northfield_ids & {person.employee_id for person in all_people(southgate)}
    assert all((person.work_email or "").endswith("@southgate.example") for person in all_people(southgate))


def test_a_million_people_take_no_memory(today: date) -> None:
    """Making the last thousand of a million people leaves next to nothing behind."""
    company = company_of(1_000_000, today=today)
    company.person(0)
    tracemalloc.start()
    for index in range(999_000, 1_000_000):
        company.person(index)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (kept < 600_000, peak < 1_000_000) == (True, True)
