"""Overrides: who is protected, which values are held, and until when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from connector.core.model.account import Field
from connector.core.model.employee import Employee
from connector.core.model.override import Override, OverrideKind
from connector.core.model.settings import DayZone, MappingRow, Settings
from connector.core.rules.access import days
from connector.core.rules.access.overrides import next_expiry
from tests.core.builders import (
    ENDED,
    GRANTED,
    KEPT,
    WAITING,
    account,
    day,
    employee,
    finding_codes,
    link,
    operation_of,
    result,
    scene,
    settings,
    unowned_account,
)
from tests.core.scenes import Scene, decision_of

NEW_YORK = "America/New_York"
SECOND = timedelta(seconds=1)


def protected(until: date) -> Override:
    """An override that protects the person through this day."""
    return Override(OverrideKind.PROTECT, until)


def held(name: str, until: date | None = None) -> Override:
    """An override that holds a value."""
    return Override(OverrideKind.HOLD, until or day(9), name)


def with_overrides(one: Scene, *overrides: Override) -> Scene:
    """The scene with these overrides for its person."""
    return replace(one, inputs=replace(one.inputs, overrides=overrides))


@pytest.mark.req("X16")
@pytest.mark.parametrize("record", [GRANTED, WAITING, KEPT, ENDED, employee(problem="x")])
def test_protected_person_is_skipped(record: Employee) -> None:
    """For every entitlement, with and without an account, also when access would end."""
    scenes = [
        scene(of=record),
        scene(unowned_account(), of=record),
        scene(account(), of=record, linked=link()),
    ]

    assert [result(decision_of(with_overrides(one, protected(day(0))))) for one in scenes] == [
        "protected"
    ] * 3


@pytest.mark.req("X16", "D6", "D8")
@pytest.mark.parametrize(
    ("state", "zone", "over"),
    [
        pytest.param("NY", DayZone.PORTAL, datetime(2026, 3, 4, 5, tzinfo=UTC), id="portal"),
        pytest.param(
            "HI", DayZone.PORTAL, datetime(2026, 3, 4, 5, tzinfo=UTC), id="portal, another work state"
        ),
        pytest.param(
            "HI",
            DayZone.WORK_STATE,
            datetime(2026, 3, 4, 10, tzinfo=UTC),
            id="work state",
        ),
    ],
)
def test_override_is_in_force_through_its_last_day(state: str, zone: DayZone, over: datetime) -> None:
    """Its end is a `due_at`, so the hourly run acts on it, and at that instant it is over."""
    leaver = replace(ENDED, work_state=state)
    one = scene(account(), of=leaver, linked=link(), chosen=settings(day_zone=zone))
    one = with_overrides(one, protected(date(2026, 3, 3)))

    assert decision_of(one).due_at == over
    assert result(decision_of(one, over - SECOND)) == "protected"
    assert result(decision_of(one, over)) == "suspend"


@pytest.mark.req("X16", "D8")
@pytest.mark.parametrize(
    ("overrides", "termination", "expected"),
    [
        pytest.param([], None, None, id="nothing"),
        pytest.param([protected(day(2))], None, day(3), id="one override"),
        pytest.param([protected(day(2)), held("email", day(1))], None, day(2), id="the first of two"),
        pytest.param([held("email", day(5))], day(1), day(2), id="an earlier end of access"),
        pytest.param([held("email", day(-1))], None, None, id="an expired one"),
        pytest.param([protected(date.max)], None, None, id="one that never expires"),
    ],
)
def test_end_of_an_override_is_due(
    overrides: list[Override], termination: date | None, expected: date | None
) -> None:
    """`due_at` is the earliest date that may change the decision."""
    one = scene(account(), of=employee(termination_date=termination), linked=link())

    assert decision_of(with_overrides(one, *overrides)).due_at == (
        days.day_start(expected, NEW_YORK) if expected else None
    )


@pytest.mark.req("X16")
def test_expired_override_changes_nothing() -> None:
    """Only the pages still show it."""
    one = scene(account(first_name="Adah"), linked=link())

    assert decision_of(with_overrides(one, protected(day(-1)), held("first_name", day(-1)))) == decision_of(
        one
    )
    assert next_expiry((), NEW_YORK) is None


TITLED = Settings(1, NEW_YORK, mapping=(MappingRow("job_title", "title"),))
TITLE = (Field("title", "Title"),)
NURSE = employee(attributes={"job_title": "Nurse"})


@pytest.mark.req("X16")
@pytest.mark.parametrize(
    ("name", "rest"),
    [
        pytest.param("first_name", {"last_name", "email", "field:title"}, id="first name"),
        pytest.param("last_name", {"first_name", "email", "field:title"}, id="last name"),
        pytest.param("email", {"first_name", "last_name", "field:title"}, id="email"),
        pytest.param("field:title", {"first_name", "last_name", "email"}, id="a field"),
        pytest.param(
            "field:other",
            {"first_name", "last_name", "email", "field:title"},
            id="a field that is not mapped",
        ),
    ],
)
def test_held_value_is_not_written(name: str, rest: set[str]) -> None:
    """All other values are."""
    edited = account(first_name="A", last_name="B", email="c@acme.example", fields={"title": "Cook"})
    one = scene(edited, of=NURSE, linked=link(), chosen=TITLED, fields=TITLE)

    assert operation_of(with_overrides(one, held(name))).after.keys() == rest


@pytest.mark.req("X16")
def test_new_account_gets_held_names_and_email() -> None:
    """No account exists without them; a held field is not set."""
    one = scene(of=NURSE, chosen=TITLED, fields=TITLE)
    one = with_overrides(one, held("email"), held("first_name"), held("field:title"))
    after = operation_of(one).after

    assert (after["email"], after["first_name"]) == ("ada@acme.example", "Ada")
    assert "field:title" not in after


@pytest.mark.req("X16", "A22")
def test_held_value_does_not_keep_access() -> None:
    """Access ends although a value is held."""
    one = scene(account(), of=ENDED, linked=link())

    assert result(decision_of(with_overrides(one, held("email")))) == "suspend"


@pytest.mark.req("X16", "D12")
def test_held_field_has_no_finding() -> None:
    """A value that is not written need not fit."""
    required = (Field("title", "Title", required=True),)
    one = scene(
        account(), of=employee(attributes={"job_title": None}), linked=link(), chosen=TITLED, fields=required
    )

    assert finding_codes(decision_of(one)) == ["required_empty"]
    assert finding_codes(decision_of(with_overrides(one, held("field:title")))) == []
