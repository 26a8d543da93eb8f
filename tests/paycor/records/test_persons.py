"""Phones and legal names: what Paycor says of humans and not of their employments."""

from collections.abc import Callable

import pytest

from connector.core.model.operation import Finding
from connector.errors import SourceContractError
from tests.paycor.bodies import person, phone
from tests.paycor.reading import digests_of, employees, lay_out, read, source
from tests.paycor.stub import (
    FORBIDDEN,
    PERSONS_PATH,
    PRIVATE,
    Answer,
    Caller,
    Json,
    Wire,
    answer,
    envelope,
    person_id,
    query,
    record,
)

DOWN = answer({}, 503)
BOTH = frozenset({"mobile_phone", "work_phone"})
WORK, MOBILE, HOME = phone("Work", "555-2300"), phone("Mobile", "555-9000"), phone("Home", "555-1111")


def attributes(wire: Wire, paycor: Caller, *phones: Json, wanted: frozenset[str] = BOTH) -> dict[str, object]:
    """The attributes of an employee whose human has these phones."""
    lay_out(wire, record(1))
    wire.gives(PERSONS_PATH, answer(envelope([person(1, phones=list(phones))])))
    (found,) = employees(source(paycor, wanted))
    return dict(found.attributes)


@pytest.mark.req("D19")
def test_work_and_mobile_phone_come_and_no_other(wire: Wire, paycor: Caller) -> None:
    """By their type; the phone at home is nobody's business."""
    found = attributes(wire, paycor, HOME, MOBILE, WORK, phone("mobile", "555-0000"))

    assert found == {"mobile_phone": "+1 937 555-9000", "work_phone": "+1 937 555-2300"}


@pytest.mark.req("D11")
def test_phones_that_came_without_a_mobile_one_are_a_statement(wire: Wire, paycor: Caller) -> None:
    """It is known that there is none, so the field is emptied; phones that did not come say nothing."""
    assert attributes(wire, paycor, WORK) == {"mobile_phone": None, "work_phone": "+1 937 555-2300"}
    wire.gives(PERSONS_PATH, answer(envelope([person(1)])))
    assert employees(source(paycor, BOTH))[0].attributes == {}


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
def test_a_number_is_put_together_from_its_parts(
    wire: Wire, paycor: Caller, changes: Json, expected: str | None
) -> None:
    """Paycor cuts numbers up in more than one way."""
    number = phone("Mobile", "555-9000", **changes)

    assert attributes(wire, paycor, number, wanted=frozenset({"mobile_phone"})) == {"mobile_phone": expected}


@pytest.mark.req("D19")
def test_phones_are_asked_for_by_name_and_only_if_one_is_mapped(wire: Wire, paycor: Caller) -> None:
    """Never `All`, which would bring a social security number."""
    attributes(wire, paycor, WORK, wanted=frozenset({"legal_first_name"}))
    attributes(wire, paycor, WORK)

    assert [query(request) for request in wire.calls(PERSONS_PATH)] == [[], [("include", "Phones")]]


def test_legal_names_come_from_the_person(wire: Wire, paycor: Caller) -> None:
    """The employee's own names may be those they go by."""
    found = attributes(wire, paycor, wanted=frozenset({"legal_first_name", "legal_last_name", "first_name"}))

    assert found == {"first_name": "Renata", "legal_first_name": "Renata Maria", "legal_last_name": "O'Dell"}


def test_one_human_lends_their_phones_to_all_their_employments(wire: Wire, paycor: Caller) -> None:
    """The person is found by the record's own reference, in whatever case; without one nothing is known."""
    two = record(2, person={"id": person_id(1).upper()})
    lay_out(wire, record(1), two, record(3, person=None))
    wire.gives(PERSONS_PATH, answer(envelope([person(1, phones=[WORK])])))

    found = employees(source(paycor, frozenset({"work_phone"})))

    assert [one.attributes.get("work_phone", "unknown") for one in found] == ["+1 937 555-2300"] * 2 + [
        "unknown"
    ]


@pytest.mark.req("D19")
def test_private_facts_of_a_person_are_not_kept(wire: Wire, paycor: Caller) -> None:
    """Whatever is sent beside the phones is neither joined nor decoded."""
    lay_out(wire, record(1))
    private = person(
        1, phones=[WORK, HOME], **PRIVATE, email={"type": "Home", "emailAddress": "r@secret.example"}
    )
    wire.gives(PERSONS_PATH, answer(envelope([private])))
    reading = source(paycor, BOTH)

    ((page, place),) = read(reading)
    kept = f"{page.joined} {reading.decode(page, place)}"

    for secret in ("Secret", "900-55-0001", "1987", "secret.example", "555-1111"):
        assert secret not in kept


def persons(*allowed: str) -> Callable[[list[tuple[str, str]]], Answer]:
    """A list of persons that may be asked for with these includes only."""

    def reply(params: list[tuple[str, str]]) -> Answer:
        asked = next((value for name, value in params if name == "include"), "")
        return answer(envelope([person(1)])) if asked in allowed else FORBIDDEN

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
def test_the_right_that_is_missing_is_named_and_costs_its_own_values(
    wire: Wire, paycor: Caller, allowed: tuple[str, ...], known: Json, missing: str, names: bool
) -> None:
    """Names are read without phones where phones are refused; nothing is emptied."""
    lay_out(wire, record(1))
    wire.gives_by_query(PERSONS_PATH, persons(*allowed))
    reading = source(paycor, BOTH | ({"legal_first_name"} if names else set()))

    (found,) = employees(reading)

    assert found.attributes == (known if names else {})
    assert reading.findings() == (Finding("permission_missing", subject=missing),)


@pytest.mark.req("D10", "D11")
@pytest.mark.parametrize("answers", [(DOWN,), (FORBIDDEN, DOWN)], ids=["at once", "without phones"])
def test_persons_that_do_not_answer_are_done_without(
    wire: Wire, paycor: Caller, answers: tuple[Answer, ...]
) -> None:
    """It is told once, as what it is: no right is called missing for it."""
    lay_out(wire, record(1))
    wire.gives(PERSONS_PATH, *answers)
    reading = source(paycor, BOTH)

    (found,) = employees(reading)

    assert found.attributes == {}
    assert reading.findings() == (Finding("list_unavailable", subject="Legal names and phones"),)


@pytest.mark.req("D11", "B5")
def test_phones_that_nobody_has_are_said_once(wire: Wire, paycor: Caller) -> None:
    """The other way to withhold them: null in every person."""
    lay_out(wire, record(1), record(2))
    wire.gives(PERSONS_PATH, answer(envelope([person(1), person(2)])))
    reading = source(paycor, BOTH)

    read(reading)

    assert reading.findings() == (Finding("block_missing", subject="View Person Phone"),)


def test_a_person_in_another_form_fails_the_read(wire: Wire, paycor: Caller) -> None:
    """A phone that cannot be read is not taken for none."""
    lay_out(wire, record(1))
    wire.gives(PERSONS_PATH, answer(envelope([person(1, phones={"Work": "555-2300"})])))

    with pytest.raises(SourceContractError, match="person"):
        read(source(paycor, BOTH))


def test_a_changed_phone_makes_its_employee_new(wire: Wire, paycor: Caller) -> None:
    """Though their record is the same."""
    lay_out(wire, record(1))
    digests = []
    for number in (WORK, WORK, MOBILE | {"type": "Work"}):
        wire.gives(PERSONS_PATH, answer(envelope([person(1, phones=[number])])))
        digests.append(digests_of(source(paycor, BOTH))[0])

    assert digests[0] == digests[1] != digests[2]
