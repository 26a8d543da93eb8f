"""The connection test."""

import pytest

from connector.core.model.settings import ListVersion
from connector.errors import SourceContractError, SourceForbidden
from connector.paycor.auth.permissions import (
    ALL,
    CUSTOM_FIELDS,
    DEPARTMENTS,
    EMPLOYEES,
    EMPLOYMENT_DATES,
    INCLUDES,
    ONBOARDING,
    PERSON_PHONE,
    PERSONS,
    POSITION,
    STATUS,
    WORK_LOCATION,
    Permission,
)
from connector.paycor.discovery import activated, check
from connector.paycor.schemas import LegalEntity
from tests.paycor.bodies import person
from tests.paycor.reading import EVERYTHING
from tests.paycor.stub import (
    ACTIVATED_PATH,
    CUSTOM_FIELDS_PATH,
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    EMPTY,
    ENTITY,
    FORBIDDEN,
    ONBOARDING_PATH,
    PERSONS_PATH,
    Answer,
    Caller,
    Wire,
    answer,
    envelope,
    paycor_error,
    record,
    refusing,
)

COVERED = answer(
    {
        "userLegalEntities": [
            {"legalEntityId": ENTITY, "tenantId": 226410},
            {"legalEntityId": 190377, "tenantId": 226410},
        ]
    }
)


@pytest.fixture(autouse=True)
def company(wire: Wire) -> None:
    """Two legal entities are covered; one has an employee, and every right is there."""
    wire.gives(ACTIVATED_PATH, COVERED)
    wire.gives(EMPLOYEES_PATH, answer(envelope([record()], "t1")))
    wire.gives(DEPARTMENTS_PATH, EMPTY)
    wire.gives(ONBOARDING_PATH, EMPTY)
    wire.gives(PERSONS_PATH, EMPTY)
    wire.post_gives(CUSTOM_FIELDS_PATH, EMPTY)


def test_a_consent_tells_what_it_covers(paycor: Caller) -> None:
    """Legal entities with their tenants, in Paycor's order."""
    assert activated(paycor.client) == (LegalEntity(ENTITY, 226410), LegalEntity(190377, 226410))


@pytest.mark.parametrize(
    "body",
    [{}, {"userLegalEntities": None}, {"userLegalEntities": [{"legalEntityId": "x", "tenantId": 1}]}, [1]],
    ids=["nothing", "null", "no number", "a list"],
)
def test_a_list_in_another_form_is_not_guessed_at(wire: Wire, paycor: Caller, body: object) -> None:
    """Nothing is connected on a guess."""
    wire.gives(ACTIVATED_PATH, answer(body))

    with pytest.raises(SourceContractError, match="legal entities"):
        activated(paycor.client)


@pytest.mark.req("B5")
def test_a_whole_consent_passes(wire: Wire, paycor: Caller) -> None:
    """Every right is found, by one page of each list, where everything is mapped."""
    found = check(paycor.client, [ENTITY], EVERYTHING | {"custom:LMS Group"})

    assert found.legal_entities == (LegalEntity(ENTITY, 226410),)
    assert (found.found, found.missing, found.is_enough, found.unneeded) == (ALL, (), True, ())
    assert len(wire.asked) == 7


@pytest.mark.req("B5", "D19")
def test_a_right_that_nothing_needs_is_told_apart_from_one_that_is_needed(wire: Wire, paycor: Caller) -> None:
    """Departments are allowed and not mapped; whether phones are allowed is not even tried."""
    found = check(paycor.client, [ENTITY], frozenset({"job_title"}))

    assert found.unneeded == (DEPARTMENTS,)
    assert not {PERSONS, PERSON_PHONE, CUSTOM_FIELDS} & {*found.found, *found.missing}
    assert len(wire.asked) == 4


@pytest.mark.req("B5")
@pytest.mark.parametrize(
    ("allowed", "missing"),
    [
        ({"", "Phones"}, ()),
        ({""}, (PERSON_PHONE,)),
        (set(), (PERSONS, PERSON_PHONE)),
    ],
    ids=["all", "no phones", "no persons"],
)
def test_phones_may_be_refused_by_themselves(
    wire: Wire, paycor: Caller, allowed: set[str], missing: tuple[Permission, ...]
) -> None:
    """Which of the two rights is missing is found out, and neither stops the connection."""

    def persons(params: list[tuple[str, str]]) -> Answer:
        asked = {"", *(value for name, value in params if name == "include")}
        return answer(envelope([person(phones=[])])) if asked <= allowed else FORBIDDEN

    wire.gives_by_query(PERSONS_PATH, persons)

    found = check(paycor.client, [ENTITY], frozenset({"mobile_phone"}))

    assert (found.missing, found.is_enough) == (missing, True)


@pytest.mark.req("B5")
def test_phones_that_nobody_has_are_not_allowed(wire: Wire, paycor: Caller) -> None:
    """The other way to withhold them: null in every person."""
    wire.gives(PERSONS_PATH, answer(envelope([person(1), person(2)])))

    assert check(paycor.client, [ENTITY], frozenset({"work_phone"})).missing == (PERSON_PHONE,)


@pytest.mark.req("B5")
def test_custom_fields_are_tried_if_one_is_mapped(wire: Wire, paycor: Caller) -> None:
    """By the one POST that reads."""
    wire.post_gives(CUSTOM_FIELDS_PATH, FORBIDDEN)

    assert check(paycor.client, [ENTITY], frozenset({"custom:LMS Group"})).missing == (CUSTOM_FIELDS,)


@pytest.mark.req("B5")
def test_the_list_that_is_chosen_is_the_one_that_is_tried(wire: Wire, paycor: Caller) -> None:
    """The two may not both be there."""
    newer = EMPLOYEES_PATH.replace("/v1/", "/v2/")
    wire.gives(newer, FORBIDDEN)

    assert EMPLOYEES in check(paycor.client, [ENTITY], version=ListVersion.V2).missing
    assert wire.calls(EMPLOYEES_PATH) == []


@pytest.mark.req("B5")
@pytest.mark.parametrize(
    "given",
    [FORBIDDEN, answer({"userLegalEntities": []})],
    ids=["refused", "covers nothing"],
)
def test_a_consent_by_somebody_without_rights_is_explained(wire: Wire, paycor: Caller, given: Answer) -> None:
    """That list needs no right of the application: what is missing are the rights of who gave the consent."""
    wire.gives(ACTIVATED_PATH, given)

    with pytest.raises(SourceForbidden, match="Company, HR or Payroll admin"):
        check(paycor.client, [ENTITY])


@pytest.mark.req("B3", "B5")
def test_a_wrong_legal_entity_is_refused_with_those_that_are_covered(wire: Wire, paycor: Caller) -> None:
    """The number is named beside the right ones, before anything is read."""
    with pytest.raises(SourceForbidden, match=f"legal entity 7. It covers: {ENTITY}, 190377"):
        check(paycor.client, [ENTITY, 7])

    assert len(wire.asked) == 1


@pytest.mark.req("B5")
@pytest.mark.parametrize(
    ("refused", "missing", "is_enough"),
    [
        (("WorkLocation",), (WORK_LOCATION,), True),
        (("Position", "WorkLocation"), (POSITION, WORK_LOCATION), True),
        (("Status",), (STATUS,), False),
        (("EmploymentDates",), (EMPLOYMENT_DATES,), False),
        (tuple(INCLUDES), (EMPLOYMENT_DATES, POSITION, STATUS, WORK_LOCATION), False),
    ],
    ids=["an optional one", "two optional ones", "the status", "the dates", "all blocks"],
)
def test_a_right_that_paycor_refuses_is_named(
    wire: Wire, paycor: Caller, refused: tuple[str, ...], missing: tuple[Permission, ...], is_enough: bool
) -> None:
    """One refused block is told from the others, and from the list itself."""
    wire.gives_by_query(EMPLOYEES_PATH, refusing(*refused))

    found = check(paycor.client, [ENTITY])

    assert (found.missing, found.is_enough) == (missing, is_enough)
    assert EMPLOYEES in found.found


@pytest.mark.req("B5")
def test_a_block_that_is_left_out_of_every_record_is_missing(wire: Wire, paycor: Caller) -> None:
    """The other way in which Paycor may withhold it."""
    wire.gives(EMPLOYEES_PATH, answer(envelope([record(1, positionData=None), record(2, positionData=None)])))

    assert check(paycor.client, [ENTITY]).missing == (POSITION,)


@pytest.mark.req("B5")
def test_without_the_list_nothing_of_it_is_there(wire: Wire, paycor: Caller) -> None:
    """The first right is missing, and with it all that lie under it."""
    wire.gives(EMPLOYEES_PATH, FORBIDDEN)

    assert check(paycor.client, [ENTITY]).missing == (
        EMPLOYEES,
        EMPLOYMENT_DATES,
        POSITION,
        STATUS,
        WORK_LOCATION,
    )


@pytest.mark.req("B5")
@pytest.mark.parametrize(
    ("path", "permission"), [(DEPARTMENTS_PATH, DEPARTMENTS), (ONBOARDING_PATH, ONBOARDING)]
)
@pytest.mark.parametrize(
    ("given", "found", "missing"),
    [
        (FORBIDDEN, False, True),
        (answer(paycor_error(), 404), False, False),
        (answer(paycor_error("is invalid or has no rows"), 400), True, False),
    ],
    ids=["refused", "not there", "empty"],
)
def test_each_optional_list_is_tried(
    wire: Wire, paycor: Caller, path: str, permission: Permission, given: Answer, found: bool, missing: bool
) -> None:
    """A missing right is named; a list that does not exist proves nothing; none of it stops the connection."""
    wire.gives(path, given)

    result = check(paycor.client, [ENTITY])

    assert (permission in result.found, permission in result.missing) == (found, missing)
    assert result.is_enough


def test_an_empty_company_proves_no_block(wire: Wire, paycor: Caller) -> None:
    """Nobody is there to have one: neither found nor missing."""
    wire.gives(EMPLOYEES_PATH, EMPTY)

    result = check(paycor.client, [ENTITY])

    assert (result.found, result.missing) == ((EMPLOYEES, DEPARTMENTS, ONBOARDING), ())


def test_a_right_that_one_legal_entity_lacks_is_missing(wire: Wire, paycor: Caller) -> None:
    """Two are asked: what is found in one and refused in the other is missing."""
    for path in (EMPLOYEES_PATH, DEPARTMENTS_PATH, ONBOARDING_PATH):
        wire.gives(path.replace(str(ENTITY), "190377"), EMPTY)
    wire.gives(DEPARTMENTS_PATH.replace(str(ENTITY), "190377"), FORBIDDEN)

    result = check(paycor.client, [ENTITY, 190377])

    assert result.missing == (DEPARTMENTS,)
    assert DEPARTMENTS not in result.found
