"""Lists that a read continues without: their values stay unknown, and a finding says why."""

import pytest
from requests import ReadTimeout

from connector.core.model.operation import Finding
from connector.errors import SourceContractError, SourceUnavailable
from tests.paycor.bodies import custom_field
from tests.paycor.fake_paycor import (
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
)
from tests.paycor.source_reads import (
    OTHER_ENTITY,
    employees,
    read,
    serve_company,
    source,
)

NO_PERMISSION = Finding("permission_missing", subject="View Legal Entity Departments Information")

GROUP = "custom:LMS Group"


@pytest.mark.req("D11", "B5")
@pytest.mark.parametrize(
    ("reply", "finding"),
    [
        (FORBIDDEN, NO_PERMISSION),
        (answer(paycor_error(), 404), NO_PERMISSION),
        (answer({}, 500), Finding("list_unavailable", subject="Departments")),
    ],
    ids=["refused", "not there", "down"],
)
def test_unavailable_departments_empty_nothing(
    fake: FakePaycor, rig: ClientRig, reply: Answer | Exception, finding: Finding
) -> None:
    """The reason is reported once, and the attribute is unknown for every employee."""
    serve_company(fake, record())
    fake.gives(DEPARTMENTS_PATH, reply)
    found = source(rig, frozenset({"department"}))

    (employee,) = employees(found)

    assert employee.attributes == {}
    assert found.findings() == (finding,)


@pytest.mark.req("D30", "D10")
def test_after_one_time_out_no_optional_list_is_waited_for(fake: FakePaycor, rig: ClientRig) -> None:
    """One call instead of three for each list: leavers do not wait for departments. Findings name what is missing."""
    serve_company(fake, record())
    fake.post_gives(CUSTOM_FIELDS_PATH, ReadTimeout())
    reading = source(rig, frozenset({GROUP, "department", "job_title"}))

    (found,) = employees(reading)

    assert found.attributes == {"job_title": "Clinic Supervisor"}
    assert [(one.code, one.subject) for one in reading.findings()] == [
        ("list_unavailable", "Departments"),
        ("list_unavailable", "People being onboarded"),
        ("list_unavailable", "Custom fields"),
    ]
    assert len(fake.calls(CUSTOM_FIELDS_PATH)) == 1
    assert fake.calls(DEPARTMENTS_PATH) == fake.calls(ONBOARDING_PATH) == []


@pytest.mark.req("D30")
def test_employees_are_asked_for_again_after_a_time_out(fake: FakePaycor, rig: ClientRig) -> None:
    """Without them there is no sync; the lists around them are left out."""
    serve_company(fake, record())
    fake.gives(EMPLOYEES_PATH, ReadTimeout(), answer(envelope([record()])))
    reading = source(rig, frozenset({"job_title"}))

    (found,) = employees(reading)

    assert found.attributes == {"job_title": "Clinic Supervisor"}
    assert reading.findings() == (Finding("list_unavailable", subject="People being onboarded"),)


@pytest.mark.req("D10")
def test_a_reached_rate_limit_ends_the_read(fake: FakePaycor, rig: ClientRig) -> None:
    """Every other list would fail too, so the run ends and is retried when Paycor allows it."""
    serve_company(fake, record())
    fake.gives(DEPARTMENTS_PATH, answer({}, 429))

    with pytest.raises(SourceUnavailable, match="limit"):
        read(source(rig, frozenset({"department"})))


@pytest.mark.req("D11", "D10")
def test_a_read_continues_without_an_unavailable_list(fake: FakePaycor, rig: ClientRig) -> None:
    """It is reported once, no field is reported missing, and leavers are still read."""
    serve_company(fake, record(1))
    fake.post_gives(CUSTOM_FIELDS_PATH, answer({}, 500))
    reading = source(rig, frozenset({GROUP, "job_title"}))

    (found,) = employees(reading)

    assert found.attributes == {"job_title": "Clinic Supervisor"}
    assert reading.findings() == (Finding("list_unavailable", subject="Custom fields"),)


@pytest.mark.req("D11", "B5")
@pytest.mark.parametrize("reply", [FORBIDDEN, answer(paycor_error(), 404)], ids=["refused", "not there"])
def test_a_refused_list_empties_nothing(fake: FakePaycor, rig: ClientRig, reply: Answer) -> None:
    """The permission is reported once for all legal entities, and the sync continues."""
    serve_company(fake, record(1))
    for path in (EMPLOYEES_PATH, ONBOARDING_PATH):
        fake.gives(path.replace(str(ENTITY), str(OTHER_ENTITY)), EMPTY)
    for entity in (ENTITY, OTHER_ENTITY):
        fake.post_gives(CUSTOM_FIELDS_PATH.replace(str(ENTITY), str(entity)), reply)
    reading = source(rig, frozenset({GROUP, "job_title"}), entities=2)

    (found,) = employees(reading)

    assert found.attributes == {"job_title": "Clinic Supervisor"}
    assert reading.findings() == (Finding("permission_missing", subject="Legal Entity CustomFields"),)


@pytest.mark.req("D10")
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (answer({}, 429), SourceUnavailable),
        (answer(paycor_error("Something went wrong")), SourceContractError),
        (answer(envelope([custom_field(1, "LMS Group", "x", fieldName={"en": "x"})])), SourceContractError),
    ],
    ids=["the rate limit", "an error with status 200", "another form"],
)
def test_an_error_that_may_mislead_fails_the_read(
    fake: FakePaycor, rig: ClientRig, reply: Answer, error: type[Exception]
) -> None:
    """So does one that concerns more than this list; the next run tries again."""
    serve_company(fake, record(1))
    fake.post_gives(CUSTOM_FIELDS_PATH, reply)

    with pytest.raises(error):
        read(source(rig, frozenset({GROUP})))


DOWN = answer({}, 503)


BOTH = frozenset({"mobile_phone", "work_phone"})


@pytest.mark.req("D10", "D11")
@pytest.mark.parametrize("answers", [(DOWN,), (FORBIDDEN, DOWN)], ids=["at once", "without phones"])
def test_a_read_continues_without_unavailable_persons(
    fake: FakePaycor, rig: ClientRig, answers: tuple[Answer, ...]
) -> None:
    """The outage is reported once, and not as a missing permission."""
    serve_company(fake, record(1))
    fake.gives(PERSONS_PATH, *answers)
    reading = source(rig, BOTH)

    (found,) = employees(reading)

    assert found.attributes == {}
    assert reading.findings() == (Finding("list_unavailable", subject="Legal names and phones"),)
