"""Phones and legal names, which Paycor stores for persons and not for their employments."""

import pytest

from connector.errors import SourceContractError
from tests.paycor.bodies import person, phone
from tests.paycor.fake_paycor import (
    PERSONS_PATH,
    PRIVATE,
    ClientRig,
    FakePaycor,
    Json,
    answer,
    envelope,
    query,
    record,
)
from tests.paycor.source_reads import employees, read, serve_company, source

DOWN = answer({}, 503)
BOTH = frozenset({"mobile_phone", "work_phone"})
WORK, MOBILE, HOME = phone("Work", "555-2300"), phone("Mobile", "555-9000"), phone("Home", "555-1111")


def attributes(
    fake: FakePaycor, rig: ClientRig, *phones: Json, attribute_keys: frozenset[str] = BOTH
) -> dict[str, object]:
    """The attributes of an employee whose person has these phones."""
    serve_company(fake, record(1))
    fake.gives(PERSONS_PATH, answer(envelope([person(1, phones=list(phones))])))
    (found,) = employees(source(rig, attribute_keys))
    return dict(found.attributes)


@pytest.mark.req("D19")
def test_only_work_and_mobile_phones_are_read(fake: FakePaycor, rig: ClientRig) -> None:
    """By their type; a home phone is private."""
    found = attributes(fake, rig, HOME, MOBILE, WORK, phone("mobile", "555-0000"))

    assert found == {"mobile_phone": "+1 937 555-9000", "work_phone": "+1 937 555-2300"}


@pytest.mark.req("D11")
def test_a_missing_phone_in_the_list_is_empty(fake: FakePaycor, rig: ClientRig) -> None:
    """The list shows that there is none, so the field is emptied; without the list the phone is unknown."""
    assert attributes(fake, rig, WORK) == {"mobile_phone": None, "work_phone": "+1 937 555-2300"}
    fake.gives(PERSONS_PATH, answer(envelope([person(1)])))
    assert employees(source(rig, BOTH))[0].attributes == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"countryCode": "1", "phoneNumber": "5559000"}, "+1 937 5559000"),
        ({"countryCode": None}, "937 555-9000"),
        ({"areaCode": 937}, "+1 937 555-9000"),
        ({"areaCode": None}, "+1 555-9000"),
        ({"phoneNumber": "(937) 555-9000"}, "+1 (937) 555-9000"),
        ({"phoneNumber": "+1 937 555 9000"}, "+1 937 555 9000"),
        (
            {"countryCode": "+44", "areaCode": None, "phoneNumber": None, "subscriberNumber": 2079460000},
            "+44 2079460000",
        ),
        ({"phoneNumber": " ", "subscriberNumber": None}, None),
    ],
)
def test_a_phone_number_is_formatted_from_its_parts(
    fake: FakePaycor, rig: ClientRig, changes: Json, expected: str | None
) -> None:
    """Paycor splits numbers in several ways."""
    number = phone("Mobile", "555-9000", **changes)

    assert attributes(fake, rig, number, attribute_keys=frozenset({"mobile_phone"})) == {
        "mobile_phone": expected
    }


@pytest.mark.req("D19")
def test_phones_are_requested_only_if_one_is_mapped(fake: FakePaycor, rig: ClientRig) -> None:
    """And never `All`, which would return a social security number."""
    attributes(fake, rig, WORK, attribute_keys=frozenset({"legal_first_name"}))
    attributes(fake, rig, WORK)

    assert [query(request) for request in fake.calls(PERSONS_PATH)] == [[], [("include", "Phones")]]


def test_legal_names_come_from_the_person(fake: FakePaycor, rig: ClientRig) -> None:
    """The names in the employee record may be preferred names."""
    found = attributes(
        fake, rig, attribute_keys=frozenset({"legal_first_name", "legal_last_name", "first_name"})
    )

    assert found == {"first_name": "Renata", "legal_first_name": "Renata Maria", "legal_last_name": "O'Dell"}


@pytest.mark.req("D19")
def test_private_data_of_a_person_is_not_kept(fake: FakePaycor, rig: ClientRig) -> None:
    """Everything else that Paycor sends is neither joined nor decoded."""
    serve_company(fake, record(1))
    private = person(
        1, phones=[WORK, HOME], **PRIVATE, email={"type": "Home", "emailAddress": "r@secret.example"}
    )
    fake.gives(PERSONS_PATH, answer(envelope([private])))
    reading = source(rig, BOTH)

    ((page, index),) = read(reading)
    kept = f"{page.joined} {reading.decode(page, index)}"

    for secret in ("Secret", "900-55-0001", "1987", "secret.example", "555-1111"):
        assert secret not in kept


def test_an_undocumented_person_fails_the_read(fake: FakePaycor, rig: ClientRig) -> None:
    """An unreadable phone is not an empty one."""
    serve_company(fake, record(1))
    fake.gives(PERSONS_PATH, answer(envelope([person(1, phones={"Work": "555-2300"})])))

    with pytest.raises(SourceContractError, match="person"):
        read(source(rig, BOTH))
