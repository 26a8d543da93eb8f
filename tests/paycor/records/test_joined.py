"""Values joined to the record of their employee: which are known, which are empty, and what is reported."""

from collections.abc import Callable

import pytest
import responses
from requests import ReadTimeout

from connector.core.model.operation import Finding
from tests.paycor.bodies import custom_field, person, phone
from tests.paycor.fake_paycor import (
    CUSTOM_FIELDS_PATH,
    EMPLOYEES_PATH,
    EMPTY,
    ENTITY,
    FORBIDDEN,
    ONBOARDING_PATH,
    PERSONS_PATH,
    Answer,
    ClientRig,
    FakePaycor,
    Json,
    answer,
    client_rig,
    envelope,
    fake_paycor,
    paged,
    person_id,
    record,
)
from tests.paycor.source_reads import OTHER_ENTITY, digests_of, employees, read, serve_company, source

GROUP, SHIFT = "custom:LMS Group", "custom:Shift"
WORK, MOBILE = phone("Work", "555-2300"), phone("Mobile", "555-9000")


@pytest.mark.req("D11")
def test_a_value_that_paycor_did_not_send_is_unknown(fake: FakePaycor, rig: ClientRig) -> None:
    """Not empty: neither for an employee who is not in the list, nor for one with an undocumented value."""
    serve_company(fake, record(1), record(2), record(3), record(4))
    odd = custom_field(2, "LMS Group", {"text": "Clinical"})
    nameless = custom_field(4, "", "Clinical")
    others = [custom_field(number, "Shoe Size", "42") for number in (2, 4)]
    fields = [odd, nameless, *others, custom_field(3, "LMS Group", "Office")]
    fake.gives_pages(CUSTOM_FIELDS_PATH, paged(fields, 2), method=responses.POST)

    found = employees(source(rig, frozenset({GROUP})))

    assert [dict(one.attributes) for one in found] == [{}, {}, {GROUP: "Office"}, {}]


@pytest.mark.req("D11")
def test_a_value_that_is_missing_for_a_listed_employee_is_empty(fake: FakePaycor, rig: ClientRig) -> None:
    """Paycor omits cleared values: a listed employee has no value in a field that others have."""
    serve_company(fake, record(1), record(2), record(3))
    fields = [custom_field(1, "Shoe Size", "42"), custom_field(2, "LMS Group", "Office")]
    fake.gives_pages(CUSTOM_FIELDS_PATH, paged(fields, 1), method=responses.POST)

    found = employees(source(rig, frozenset({GROUP, SHIFT})))

    assert [dict(one.attributes) for one in found] == [{GROUP: None}, {GROUP: "Office"}, {}]


@pytest.mark.req("D11")
def test_a_field_of_one_legal_entity_counts_for_the_whole_company(fake: FakePaycor, rig: ClientRig) -> None:
    """In any order of the legal entities, so the last value in one of them can be cleared too."""
    serve_company(fake, record(1))
    other = {
        path: path.replace(str(ENTITY), str(OTHER_ENTITY)) for path in (EMPLOYEES_PATH, CUSTOM_FIELDS_PATH)
    }
    fake.gives(ONBOARDING_PATH.replace(str(ENTITY), str(OTHER_ENTITY)), EMPTY)
    fake.gives(other[EMPLOYEES_PATH], answer(envelope([record(2)])))
    fake.post_gives(CUSTOM_FIELDS_PATH, answer(envelope([custom_field(1, "Shoe Size", "42")])))
    fake.post_gives(other[CUSTOM_FIELDS_PATH], answer(envelope([custom_field(2, "LMS Group", "Office")])))

    found = employees(source(rig, frozenset({GROUP}), entities=2))

    assert [dict(one.attributes) for one in found] == [{GROUP: None}, {GROUP: "Office"}]


@pytest.mark.req("D11")
@pytest.mark.parametrize(
    "broken", [FORBIDDEN, answer({}, 500), ReadTimeout()], ids=["refused", "down", "slow"]
)
def test_an_interrupted_list_empties_nothing(
    fake: FakePaycor, rig: ClientRig, broken: Answer | Exception
) -> None:
    """The values of later pages are unknown; those of earlier pages are used."""
    serve_company(fake, record(1), record(2))
    fields = [custom_field(1, "Shoe Size", "42"), custom_field(2, "LMS Group", "Office")]
    fake.post_gives(CUSTOM_FIELDS_PATH, answer(envelope(fields, "t1")), broken)

    found = employees(source(rig, frozenset({GROUP})))

    assert [dict(one.attributes) for one in found] == [{}, {GROUP: "Office"}]


def digest(*fields: Json, attribute_key: str = GROUP, refused: bool = False) -> bytes:
    """The digest of the same record with these custom fields."""
    with fake_paycor() as fake:
        serve_company(fake, record(1), record(2))
        fake.post_gives(CUSTOM_FIELDS_PATH, FORBIDDEN if refused else answer(envelope(list(fields))))
        return digests_of(source(client_rig(), frozenset({attribute_key})))[0]


def test_a_changed_custom_field_changes_the_digest_of_its_employee() -> None:
    """Although the record is the same. Unmapped fields and the values of other employees do not."""
    clinical = custom_field(1, "LMS Group", "Clinical")
    before = digest(clinical)

    assert digest(clinical | {"dateModified": "2026-03-01T00:00:00"}) == before
    assert digest(custom_field(1, "Shoe Size", "42"), custom_field(2, "LMS Group", "x"), clinical) == before
    assert digest(custom_field(1, "LMS Group", "Office")) != before
    assert digest(custom_field(1, "LMS Group", None)) != before
    assert digest() != before
    assert digest(refused=True) == digest()


def test_a_field_that_paycor_no_longer_has_is_reported_once(fake: FakePaycor, rig: ClientRig) -> None:
    """It was renamed, for example: no value is emptied, and the finding tells the admin to choose again."""
    serve_company(fake, record(1))
    fake.post_gives(CUSTOM_FIELDS_PATH, answer(envelope([custom_field(1, "LMS Group 2026", "x")])))
    reading = source(rig, frozenset({GROUP}))

    (found,) = employees(reading)

    assert found.attributes == {}
    assert reading.findings() == (Finding("attribute_missing", subject="LMS Group"),)


def test_an_empty_company_has_no_missing_field(fake: FakePaycor, rig: ClientRig) -> None:
    """It has no employee to prove it."""
    serve_company(fake)
    reading = source(rig, frozenset({GROUP}))

    assert (read(reading), reading.findings()) == ([], ())


BOTH = frozenset({"mobile_phone", "work_phone"})


def test_a_persons_phones_are_joined_to_all_their_employments(fake: FakePaycor, rig: ClientRig) -> None:
    """The record refers to the person, in upper or lower case; without the reference the phone is unknown."""
    second = record(2, person={"id": person_id(1).upper()})
    serve_company(fake, record(1), second, record(3, person=None))
    fake.gives(PERSONS_PATH, answer(envelope([person(1, phones=[WORK])])))

    found = employees(source(rig, frozenset({"work_phone"})))

    assert [one.attributes.get("work_phone", "unknown") for one in found] == ["+1 937 555-2300"] * 2 + [
        "unknown"
    ]


def persons_allowing(*allowed: str) -> Callable[[list[tuple[str, str]]], Answer]:
    """A list of persons that allows only these includes."""

    def reply(params: list[tuple[str, str]]) -> Answer:
        include = next((value for name, value in params if name == "include"), "")
        return answer(envelope([person(1)])) if include in allowed else FORBIDDEN

    return reply


@pytest.mark.req("D11", "B5")
@pytest.mark.parametrize(
    ("allowed", "known", "missing"),
    [
        (("",), {"legal_first_name": "Renata Maria"}, "View Person Phone"),
        ((), {}, "View Legal Entity Persons"),
    ],
    ids=["no phones", "no persons"],
)
@pytest.mark.parametrize("names", [True, False], ids=["with names", "phones alone"])
def test_a_missing_permission_is_named_and_costs_only_its_own_values(
    fake: FakePaycor, rig: ClientRig, allowed: tuple[str, ...], known: Json, missing: str, names: bool
) -> None:
    """If phones are refused, names are read without them; nothing is emptied."""
    serve_company(fake, record(1))
    fake.gives_by_query(PERSONS_PATH, persons_allowing(*allowed))
    reading = source(rig, BOTH | ({"legal_first_name"} if names else set()))

    (found,) = employees(reading)

    assert found.attributes == (known if names else {})
    assert reading.findings() == (Finding("permission_missing", subject=missing),)


@pytest.mark.req("D11", "B5")
def test_phones_that_no_person_has_are_reported_once(fake: FakePaycor, rig: ClientRig) -> None:
    """Paycor may also withhold phones by null in every person."""
    serve_company(fake, record(1), record(2))
    fake.gives(PERSONS_PATH, answer(envelope([person(1), person(2)])))
    reading = source(rig, BOTH)

    read(reading)

    assert reading.findings() == (Finding("block_missing", subject="View Person Phone"),)


def test_a_changed_phone_changes_the_digest_of_its_employee(fake: FakePaycor, rig: ClientRig) -> None:
    """Although the record is the same."""
    serve_company(fake, record(1))
    digests = []
    for number in (WORK, WORK, MOBILE | {"type": "Work"}):
        fake.gives(PERSONS_PATH, answer(envelope([person(1, phones=[number])])))
        digests.append(digests_of(source(rig, BOTH))[0])

    assert digests[0] == digests[1] != digests[2]
