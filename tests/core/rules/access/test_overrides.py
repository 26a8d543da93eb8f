"""Exceptions: who is protected, what is held, and until when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from connector.core.model.account import Field
from connector.core.model.employee import Employee
from connector.core.model.override import Override, OverrideKind
from connector.core.model.settings import DayZone, MappingRow, Settings
from connector.core.rules.access import days
from connector.core.rules.access.overrides import over_at
from tests.core.make import (
    ENDED,
    GRANTED,
    KEPT,
    WAITING,
    account,
    codes,
    day,
    employee,
    link,
    operation_of,
    scene,
    settings,
    stranger,
    summary,
)
from tests.core.world import Scene, decided

NEW_YORK = "America/New_York"
SECOND = timedelta(seconds=1)


def protected(until: date) -> Override:
    """Nothing is to be done about somebody through this day."""
    return Override(OverrideKind.PROTECT, until)


def held(name: str, until: date | None = None) -> Override:
    """A value is to stay as it is."""
    return Override(OverrideKind.HOLD, until or day(9), name)


def with_overrides(shown: Scene, *overrides: Override) -> Scene:
    """The scene with these exceptions for its human."""
    return replace(shown, case=replace(shown.case, overrides=overrides))


@pytest.mark.req("X16")
@pytest.mark.parametrize("somebody", [GRANTED, WAITING, KEPT, ENDED, employee(problem="x")])
def test_nothing_is_done_about_somebody_protected(somebody: Employee) -> None:
    """Whatever they are due, and whether or not they have an account: the end of access included."""
    scenes = [
        scene(of=somebody),
        scene(stranger(), of=somebody),
        scene(account(), of=somebody, linked=link()),
    ]

    assert [summary(decided(with_overrides(one, protected(day(0))))) for one in scenes] == ["protected"] * 3


@pytest.mark.req("X16", "D6", "D8")
@pytest.mark.parametrize(
    ("state", "zone", "over"),
    [
        pytest.param("NY", DayZone.PORTAL, datetime(2026, 3, 4, 5, tzinfo=UTC), id="the portal's midnight"),
        pytest.param("HI", DayZone.PORTAL, datetime(2026, 3, 4, 5, tzinfo=UTC), id="wherever they work"),
        pytest.param("HI", DayZone.WORK_STATE, datetime(2026, 3, 4, 10, tzinfo=UTC), id="by setting, theirs"),
    ],
)
def test_an_exception_holds_through_its_last_day(state: str, zone: DayZone, over: datetime) -> None:
    """Its end is a due date, so that the hourly run acts on it, and at that very instant it is over."""
    leaver = replace(ENDED, work_state=state)
    shown = scene(account(), of=leaver, linked=link(), chosen=settings(day_zone=zone))
    shown = with_overrides(shown, protected(date(2026, 3, 3)))

    assert decided(shown).due_at == over
    assert summary(decided(shown, over - SECOND)) == "protected"
    assert summary(decided(shown, over)) == "suspend"


@pytest.mark.req("X16", "D8")
@pytest.mark.parametrize(
    ("overrides", "termination", "expected"),
    [
        pytest.param([], None, None, id="nothing"),
        pytest.param([protected(day(2))], None, day(3), id="an exception"),
        pytest.param([protected(day(2)), held("email", day(1))], None, day(2), id="the first of two"),
        pytest.param([held("email", day(5))], day(1), day(2), id="an end of access before it"),
        pytest.param([held("email", day(-1))], None, None, id="one that is over"),
        pytest.param([protected(date.max)], None, None, id="one that never is"),
    ],
)
def test_the_next_end_of_an_exception_is_due(
    overrides: list[Override], termination: date | None, expected: date | None
) -> None:
    """The earliest of what may change by itself."""
    shown = scene(account(), of=employee(termination_date=termination), linked=link())

    assert decided(with_overrides(shown, *overrides)).due_at == (
        days.begins(expected, NEW_YORK) if expected else None
    )


@pytest.mark.req("X16")
def test_an_exception_that_is_over_changes_nothing() -> None:
    """Yesterday's are remembered by the pages and by no decision."""
    shown = scene(account(first_name="Adah"), linked=link())

    assert decided(with_overrides(shown, protected(day(-1)), held("first_name", day(-1)))) == decided(shown)
    assert over_at((), NEW_YORK) is None


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
            "field:other", {"first_name", "last_name", "email", "field:title"}, id="a field of no row"
        ),
    ],
)
def test_a_held_value_is_left_out(name: str, rest: set[str]) -> None:
    """Everything else is set as ever."""
    edited = account(first_name="A", last_name="B", email="c@acme.example", fields={"title": "Cook"})
    shown = scene(edited, of=NURSE, linked=link(), chosen=TITLED, fields=TITLE)

    assert operation_of(with_overrides(shown, held(name))).after.keys() == rest


@pytest.mark.req("X16")
def test_a_new_account_has_names_and_email_though_they_are_held() -> None:
    """There is nothing yet that could stay as it is, and no account is without them; a held field is not set."""
    shown = scene(of=NURSE, chosen=TITLED, fields=TITLE)
    shown = with_overrides(shown, held("email"), held("first_name"), held("field:title"))
    after = operation_of(shown).after

    assert (after["email"], after["first_name"]) == ("ada@acme.example", "Ada")
    assert "field:title" not in after


@pytest.mark.req("X16", "A22")
def test_holding_a_value_keeps_nobody_in() -> None:
    """An end of access is an end."""
    shown = scene(account(), of=ENDED, linked=link())

    assert summary(decided(with_overrides(shown, held("email")))) == "suspend"


@pytest.mark.req("X16", "D12")
def test_a_held_field_is_not_complained_of() -> None:
    """What would not fit is not going to be written."""
    required = (Field("title", "Title", required=True),)
    shown = scene(
        account(), of=employee(attributes={"job_title": None}), linked=link(), chosen=TITLED, fields=required
    )

    assert codes(decided(shown)) == ["required_empty"]
    assert codes(decided(with_overrides(shown, held("field:title")))) == []
