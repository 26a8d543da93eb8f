"""Dates that move: whatever happened before, access at the end of a day is what the record says that day (D28)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model.account import AccountState, Mail
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Employee, EmploymentStatus, Facts, Person
from connector.core.model.settings import AccessEnds, AddAs, InviteWhen, Settings
from connector.core.rules.access.entitlement import Access
from tests.core.builders import NOW, employee, settings
from tests.core.scenes import Scene, apply_operation, decision_of, entitlement_in
from tests.strategies import TODAY

DAY = timedelta(days=1)


@st.composite
def jobs(draw: st.DrawFn, employee_id: str) -> Employee:
    """One job with dates around the story's days; its status follows from them, as in Paycor, or says nothing."""
    near = st.integers(-4, 14).map(lambda n: TODAY + n * DAY)
    ended = draw(st.none() | near)
    return employee(
        employee_id=employee_id,
        hire_date=draw(near),
        rehire_date=draw(st.none() | near),
        termination_date=ended,
        status=draw(st.sampled_from([EmploymentStatus.CURRENT] * 3 + [EmploymentStatus.SEPARATED])),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Person]:
    """What Paycor says about one person on each of several days; on most days it says what it said before."""
    told: list[Person] = []
    for _ in range(draw(st.integers(2, 6))):
        both = (draw(jobs("e1")), draw(jobs("e2")))
        spoken = Person("p1", both[: draw(st.sampled_from((1, 1, 2)))])
        told += [spoken] * draw(st.integers(1, 3))
    return told


@st.composite
def portals(draw: st.DrawFn) -> Settings:
    """Any settings about days."""
    return settings(
        invite_when=draw(st.sampled_from(InviteWhen)),
        add_as=draw(st.sampled_from(AddAs)),
        access_ends=draw(st.sampled_from(AccessEnds)),
        invite_days=draw(st.sampled_from((0, 0, -2, 3))),
        grace_days=draw(st.sampled_from((0, 0, 2, 5))),
    )


def is_open(scene: Scene) -> bool:
    """Whether the person can use an account, or could after answering the invitation to it."""
    return any(one.state is not AccountState.SUSPENDED for one in scene.accounts)


def expected(scene: Scene) -> bool:
    """What the record alone says: open, closed, or, where it says nothing new, as it is."""
    access, has_account = entitlement_in(scene).access, bool(scene.accounts)
    answers = {Access.GRANT: True, Access.RETAIN: has_account, Access.KEEP: is_open(scene)}
    return answers.get(access, False)


@pytest.mark.req("D28", "D8", "D9")
@given(histories(), portals())
def test_access_at_the_end_of_a_day_is_what_the_record_says(told: list[Person], chosen: Settings) -> None:
    """A hire date, an end, a rehire or a second job that moves is followed in both directions."""
    scene = Scene(DecisionInput(told[0], None, Facts()), (), {}, chosen, (), NOW)
    for number, person in enumerate(told):
        scene = replace(scene, inputs=replace(scene.inputs, person=person), now=NOW + number * DAY)
        should_be_open = expected(scene)
        operation = decision_of(scene).operation
        scene = apply_operation(scene, operation) if operation else scene

        assert is_open(scene) is should_be_open, (number, person.employees)


@pytest.mark.req("D28")
@pytest.mark.parametrize("when", InviteWhen)
@pytest.mark.parametrize("old_first", [True, False])
def test_between_two_jobs_with_a_gap_there_is_no_access(when: InviteWhen, old_first: bool) -> None:
    """Whatever the order of the two in the list, and whether people are added at once or on their hire date."""
    old, new = ("e1", "e2") if old_first else ("e2", "e1")
    jobs = (
        employee(employee_id=old, termination_date=TODAY),
        employee(employee_id=new, hire_date=TODAY + 6 * DAY),
    )
    person = Person("p1", tuple(sorted(jobs, key=lambda one: one.employee_id)))
    scene = Scene(DecisionInput(person, None, Facts()), (), {}, settings(invite_when=when), (), NOW)
    days = [entitlement_in(scene, NOW + number * DAY) for number in range(8)]

    assert [one.access in (Access.GRANT, Access.RETAIN) for one in days] == [True] + [False] * 5 + [True] * 2
    assert days[1].due_at is not None
    assert days[1].due_at.date() == TODAY + 6 * DAY


@pytest.mark.req("D28", "X14")
@pytest.mark.parametrize(("starts", "expected"), [(1, Access.GRANT), (2, Access.WAIT)])
def test_a_job_that_follows_without_a_gap_waits_for_no_invitation(starts: int, expected: Access) -> None:
    """Days after the hire date are for newcomers: a transfer from one day to the next keeps access."""
    jobs = (employee(termination_date=TODAY), employee(employee_id="e2", hire_date=TODAY + starts * DAY))
    chosen = settings(invite_when=InviteWhen.HIRE_DATE, invite_days=5)
    scene = Scene(DecisionInput(Person("p1", jobs), None, Facts()), (), {}, chosen, (), NOW)

    assert entitlement_in(scene, NOW + starts * DAY).access is expected


@pytest.mark.req("D28")
def test_a_held_invitation_is_not_sent_by_a_rehire() -> None:
    """After an undo an admin decides when it goes out."""
    chosen = settings(add_as=AddAs.PENDING_INVITATION)
    scene = Scene(DecisionInput(Person("p1", (employee(),)), None, Facts()), (), {}, chosen, (), NOW)
    for ended in (None, date(2026, 2, 1), None):
        person = Person("p1", (employee(termination_date=ended),))
        scene = replace(scene, inputs=replace(scene.inputs, person=person))
        operation = decision_of(scene).operation
        assert operation is not None
        if operation.kind == "reactivate":
            assert scene.inputs.link is not None
            held = replace(scene.inputs, link=replace(scene.inputs.link, mail_held=True))
            repeated = decision_of(replace(scene, inputs=held)).operation
            assert repeated is not None
            assert (operation.mail, repeated.mail) == (Mail.INVITATION, Mail.NONE)
        scene = apply_operation(scene, operation)
