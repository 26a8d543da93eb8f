"""What a consent covers: legal entities and permissions."""

import pytest

from connector.core.model.settings import ListVersion
from connector.errors import SourceContractError, SourceForbidden
from connector.paycor.auth.permissions import (
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
    SYNC_PERMISSIONS,
    WORK_LOCATION,
    Permission,
)
from connector.paycor.discovery import check_consent, covered_legal_entities
from connector.paycor.schemas import LegalEntity
from tests.paycor.bodies import person
from tests.paycor.fake_paycor import (
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
    ClientRig,
    FakePaycor,
    answer,
    envelope,
    paycor_error,
    record,
    refusing,
)
from tests.paycor.source_reads import ALL_KEYS

COVERED = answer(
    {
        "userLegalEntities": [
            {"legalEntityId": ENTITY, "tenantId": 226410},
            {"legalEntityId": 190377, "tenantId": 226410},
        ]
    }
)


@pytest.fixture(autouse=True)
def company(fake: FakePaycor) -> None:
    """Two covered legal entities; one has an employee, and every permission is granted."""
    fake.gives(ACTIVATED_PATH, COVERED)
    fake.gives(EMPLOYEES_PATH, answer(envelope([record()], "t1")))
    fake.gives(DEPARTMENTS_PATH, EMPTY)
    fake.gives(ONBOARDING_PATH, EMPTY)
    fake.gives(PERSONS_PATH, EMPTY)
    fake.post_gives(CUSTOM_FIELDS_PATH, EMPTY)


def test_the_covered_legal_entities_are_listed(rig: ClientRig) -> None:
    """With their tenants, in Paycor's order."""
    assert covered_legal_entities(rig.client) == (LegalEntity(ENTITY, 226410), LegalEntity(190377, 226410))


@pytest.mark.parametrize(
    "body",
    [{}, {"userLegalEntities": None}, {"userLegalEntities": [{"legalEntityId": "x", "tenantId": 1}]}, [1]],
    ids=["nothing", "null", "no number", "a list"],
)
def test_an_undocumented_list_of_legal_entities_is_refused(
    fake: FakePaycor, rig: ClientRig, body: object
) -> None:
    """Nothing is guessed from it."""
    fake.gives(ACTIVATED_PATH, answer(body))

    with pytest.raises(SourceContractError, match="legal entities"):
        covered_legal_entities(rig.client)


@pytest.mark.req("B5")
def test_a_complete_consent_passes(fake: FakePaycor, rig: ClientRig) -> None:
    """With everything mapped, every permission is found by one page of each list."""
    found = check_consent(rig.client, [ENTITY], ALL_KEYS | {"custom:LMS Group"})

    assert found.legal_entities == (LegalEntity(ENTITY, 226410),)
    assert (found.found, found.missing, found.is_enough, found.unneeded) == (SYNC_PERMISSIONS, (), True, ())
    assert len(fake.received) == 7


@pytest.mark.req("B5", "D19")
def test_an_unneeded_permission_is_reported_as_unneeded(fake: FakePaycor, rig: ClientRig) -> None:
    """Departments are allowed and not mapped; the permission for phones is not tried."""
    found = check_consent(rig.client, [ENTITY], frozenset({"job_title"}))

    assert found.unneeded == (DEPARTMENTS,)
    assert not {PERSONS, PERSON_PHONE, CUSTOM_FIELDS} & {*found.found, *found.missing}
    assert len(fake.received) == 4


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
def test_phones_may_be_refused_separately(
    fake: FakePaycor, rig: ClientRig, allowed: set[str], missing: tuple[Permission, ...]
) -> None:
    """The check finds which of the two permissions is missing; neither prevents the connection."""

    def persons(params: list[tuple[str, str]]) -> Answer:
        included = {"", *(value for name, value in params if name == "include")}
        return answer(envelope([person(phones=[])])) if included <= allowed else FORBIDDEN

    fake.gives_by_query(PERSONS_PATH, persons)

    found = check_consent(rig.client, [ENTITY], frozenset({"mobile_phone"}))

    assert (found.missing, found.is_enough) == (missing, True)


@pytest.mark.req("B5")
def test_phones_that_no_person_has_are_not_allowed(fake: FakePaycor, rig: ClientRig) -> None:
    """Paycor may also withhold phones by null in every person."""
    fake.gives(PERSONS_PATH, answer(envelope([person(1), person(2)])))

    assert check_consent(rig.client, [ENTITY], frozenset({"work_phone"})).missing == (PERSON_PHONE,)


@pytest.mark.req("B5")
def test_custom_fields_are_tried_if_one_is_mapped(fake: FakePaycor, rig: ClientRig) -> None:
    """By the POST that reads them."""
    fake.post_gives(CUSTOM_FIELDS_PATH, FORBIDDEN)

    assert check_consent(rig.client, [ENTITY], frozenset({"custom:LMS Group"})).missing == (CUSTOM_FIELDS,)


@pytest.mark.req("B5")
def test_the_chosen_list_version_is_tried(fake: FakePaycor, rig: ClientRig) -> None:
    """A Paycor may have only one of the two."""
    v2_path = EMPLOYEES_PATH.replace("/v1/", "/v2/")
    fake.gives(v2_path, FORBIDDEN)

    assert EMPLOYEES in check_consent(rig.client, [ENTITY], version=ListVersion.V2).missing
    assert fake.calls(EMPLOYEES_PATH) == []


@pytest.mark.req("B5")
@pytest.mark.parametrize(
    "reply",
    [FORBIDDEN, answer({"userLegalEntities": []})],
    ids=["refused", "covers nothing"],
)
def test_a_consent_by_a_person_who_is_not_an_admin_is_explained(
    fake: FakePaycor, rig: ClientRig, reply: Answer
) -> None:
    """The list needs no permission of the application, so the person who gave the consent may not see it."""
    fake.gives(ACTIVATED_PATH, reply)

    with pytest.raises(SourceForbidden, match="Company, HR or Payroll admin"):
        check_consent(rig.client, [ENTITY])


@pytest.mark.req("B3", "B5")
def test_a_wrong_legal_entity_is_refused_with_the_covered_ones(fake: FakePaycor, rig: ClientRig) -> None:
    """The message names both, before anything is read."""
    with pytest.raises(SourceForbidden, match=f"legal entity 7. It covers: {ENTITY}, 190377"):
        check_consent(rig.client, [ENTITY, 7])

    assert len(fake.received) == 1


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
    ids=["one optional", "two optional", "the status", "the dates", "all blocks"],
)
def test_a_refused_permission_is_missing(
    fake: FakePaycor,
    rig: ClientRig,
    refused: tuple[str, ...],
    missing: tuple[Permission, ...],
    is_enough: bool,
) -> None:
    """The check finds the refused blocks, and that the list itself is allowed."""
    fake.gives_by_query(EMPLOYEES_PATH, refusing(*refused))

    found = check_consent(rig.client, [ENTITY])

    assert (found.missing, found.is_enough) == (missing, is_enough)
    assert EMPLOYEES in found.found


@pytest.mark.req("B5")
def test_a_block_that_no_record_has_is_missing(fake: FakePaycor, rig: ClientRig) -> None:
    """Paycor may also withhold a block by null."""
    fake.gives(EMPLOYEES_PATH, answer(envelope([record(1, positionData=None), record(2, positionData=None)])))

    assert check_consent(rig.client, [ENTITY]).missing == (POSITION,)


@pytest.mark.req("B5")
def test_a_refused_list_has_no_blocks(fake: FakePaycor, rig: ClientRig) -> None:
    """Its own permission is missing, and those of all its blocks."""
    fake.gives(EMPLOYEES_PATH, FORBIDDEN)

    assert check_consent(rig.client, [ENTITY]).missing == (
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
    ("reply", "found", "missing"),
    [
        (FORBIDDEN, False, True),
        (answer(paycor_error(), 404), False, False),
        (answer(paycor_error("is invalid or has no rows"), 400), True, False),
    ],
    ids=["refused", "not found", "empty"],
)
def test_each_optional_list_is_tried(
    fake: FakePaycor,
    rig: ClientRig,
    path: str,
    permission: Permission,
    reply: Answer,
    found: bool,
    missing: bool,
) -> None:
    """A refused list is a missing permission, an absent list proves nothing; neither prevents the connection."""
    fake.gives(path, reply)

    result = check_consent(rig.client, [ENTITY])

    assert (permission in result.found, permission in result.missing) == (found, missing)
    assert result.is_enough


def test_an_empty_company_proves_no_block(fake: FakePaycor, rig: ClientRig) -> None:
    """The permissions of the blocks are neither found nor missing."""
    fake.gives(EMPLOYEES_PATH, EMPTY)

    result = check_consent(rig.client, [ENTITY])

    assert (result.found, result.missing) == ((EMPLOYEES, DEPARTMENTS, ONBOARDING), ())


def test_a_permission_that_is_refused_in_one_legal_entity_is_missing(
    fake: FakePaycor, rig: ClientRig
) -> None:
    """Even if it is found in another one."""
    for path in (EMPLOYEES_PATH, DEPARTMENTS_PATH, ONBOARDING_PATH):
        fake.gives(path.replace(str(ENTITY), "190377"), EMPTY)
    fake.gives(DEPARTMENTS_PATH.replace(str(ENTITY), "190377"), FORBIDDEN)

    result = check_consent(rig.client, [ENTITY, 190377])

    assert result.missing == (DEPARTMENTS,)
    assert DEPARTMENTS not in result.found
