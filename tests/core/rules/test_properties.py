"""What holds of every decision about anybody, however strange the records, the portal and the day."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from connector.core.model.account import Account, AccountState, Link, Mail
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import email_key
from connector.core.model.findings import FINDINGS
from connector.core.model.operation import Operation, OperationKind
from connector.core.model.override import Override, OverrideKind
from connector.core.model.settings import Outside
from connector.core.rules.access import days, overrides, scope
from connector.core.rules.access.entitlement import Access
from connector.core.rules.access.scope import ScopeVerdict
from tests.core.world import Scene, account_of, applied, decided, scenes, scenes_of, standing
from tests.strategies import TODAY, Company, companies

#: Further than any date that is drawn near today.
FAR = timedelta(days=100)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)

#: The law that the hourly job rests on is searched harder than the others.
HARD = settings(max_examples=700)


def planned(scene: Scene) -> Iterator[tuple[Operation, Account | None]]:
    """The operation on the human of a scene, if there is one, with the account that it is about."""
    operation = decided(scene).operation
    if operation:
        yield operation, account_of(scene, operation)


def in_force(scene: Scene) -> DecisionInput:
    """What is remembered of the person of a scene, with the overrides that are in force at its instant."""
    zone = days.zone_of(standing(scene).employee, scene.settings)
    return replace(scene.case, overrides=overrides.in_force(scene.case.overrides, scene.now, zone))


def is_protected(scene: Scene) -> bool:
    """Whether an admin has protected the human of a scene."""
    return in_force(scene).is_protected


def waits(link: Link, scene: Scene) -> bool:
    """Whether this account, when it comes back, has its invitation still to answer."""
    return link.unanswered and scene.can.pending and not scene.settings.sso


def midnights(scene: Scene) -> Iterator[datetime]:
    """The beginnings of every day near a date of the person, in each zone that may count for them."""
    zones = {days.zone_of(one, scene.settings) for one in scene.case.person.employees} | {"UTC"}
    for one in scene.case.person.employees:
        shift = scene.settings.policy.invite_days
        for day in (one.hire_date, one.rehire_date, one.termination_date):
            if day and abs(day - TODAY) < FAR:
                yield from (
                    days.begins(day + timedelta(days=n), zone)
                    for n in {-1, 0, 1, 2, shift, shift + 1}
                    for zone in zones
                )
    for override in scene.case.overrides:
        if override.until < date.max:
            yield from (days.begins(override.until + timedelta(days=1), zone) for zone in zones)


def moved(day: date, by: int) -> date:
    """So many days later, and no later than the calendar goes."""
    return min(day, date.max - timedelta(days=max(by, 0))) + timedelta(days=by)


def instants_before(scene: Scene, due_at: datetime | None) -> Iterator[datetime]:
    """Every instant up to `due_at` at which something could have changed: midnights, and the last moment."""
    end = due_at or scene.now + FAR
    for midnight in midnights(scene):
        yield from (at for at in (midnight - INSTANT, midnight) if scene.now <= at < end)
    yield end - INSTANT


@pytest.mark.req("D8", "D6")
@HARD
@given(scenes())
def test_nothing_changes_before_it_is_due(scene: Scene) -> None:
    """Between now and `due_at` the same records give the same decision: no hour is missed by the hourly job."""
    first = decided(scene)

    assert [at for at in instants_before(scene, first.due_at) if decided(scene, at) != first] == []


@pytest.mark.req("D8")
@given(scenes())
def test_due_is_ahead_and_a_day_that_matters(scene: Scene) -> None:
    """`due_at` comes after now: the midnight of a start, of its invitation, of an end, or of the day after an end."""
    due = standing(scene)
    turns = {
        days.begins(day, days.zone_of(one, scene.settings))
        for one in scene.case.person.employees
        for date_of in (one.hire_date, one.rehire_date, one.termination_date)
        if date_of
        for day in (date_of, moved(date_of, 1), moved(date_of, scene.settings.policy.invite_days))
    }

    assert due.due_at is None or (due.due_at > scene.now and due.due_at in turns)


@pytest.mark.req("D8")
@given(scenes())
def test_dates_run_out(scene: Scene) -> None:
    """From due date to due date time only goes forward, until none is left that will ever come."""
    seen = [scene.now]
    while (due_at := standing(scene, seen[-1]).due_at) and due_at < NEVER:
        seen.append(due_at)

    assert seen == sorted(set(seen))
    assert len(seen) <= 1 + 5 * len(scene.case.person.employees)


@pytest.mark.req("A8", "B7")
@given(companies())
def test_everybody_ends_in_exactly_one_way(company: Company) -> None:
    """Each person has an operation, or is skipped with a known reason, or is unchanged: never two of them."""
    decisions = [decided(scene) for scene in scenes_of(company)]
    reasons = {found.code for one in decisions for found in (one.skipped, *one.findings) if found}

    assert [one.person_key for one in decisions] == [person.key for person in company.people]
    assert [one for one in decisions if one.operation and one.skipped] == []
    assert reasons - FINDINGS.keys() == set()


@given(scenes())
def test_the_order_of_employments_does_not_matter(scene: Scene) -> None:
    """Pages may come in any order: the decision is the same, and it is the same when asked twice."""
    person = scene.case.person
    turned = replace(person, employees=person.employees[::-1])
    expected = decided(scene)

    assert decided(scene) == expected
    assert decided(replace(scene, case=replace(scene.case, person=turned))) == expected


@pytest.mark.req("A9")
@given(companies())
def test_the_order_of_accounts_does_not_matter(company: Company) -> None:
    """A host may answer in any order."""
    turned = replace(company, accounts=company.accounts[::-1])

    assert [decided(one) for one in scenes_of(turned)] == [decided(one) for one in scenes_of(company)]


@pytest.mark.req("A2", "A18")
@given(scenes())
def test_what_was_applied_needs_nothing_more(scene: Scene) -> None:
    """After its operation a person is unchanged: nobody is created twice, mailed twice or changed for ever."""
    for operation, _ in planned(scene):
        again = decided(applied(scene, operation))

        assert (again.operation, again.skipped) == (None, None)


@pytest.mark.req("A2")
@given(scenes())
def test_a_name_edited_by_hand_is_set_back(scene: Scene) -> None:
    """Whoever is being kept true to Paycor gets their own name back after an edit in the LMS."""
    for operation, _ in planned(scene):
        settled = applied(scene, operation)
        edited = replace(settled.accounts[-1], first_name="edited")
        again = decided(replace(settled, accounts=(*settled.accounts[:-1], edited))).operation
        due = standing(scene)
        is_held = "first_name" in in_force(scene).held_values
        kept = due.access is not Access.END and not is_held and due.employee.first_name

        assert (again.after if again else {}) == ({"first_name": kept} if kept else {})


@pytest.mark.req("D2", "A9")
@given(scenes())
def test_only_our_own_accounts_are_touched(scene: Scene) -> None:
    """An operation is about the linked account, the one with our mark, or one learner whom only the email names."""
    key, link, email = scene.case.person.key, scene.case.link, standing(scene).employee.email_key
    same_email = [one for one in scene.accounts if email_key(one.email) == email]
    for _, account in planned(scene):
        if account is None:
            continue
        adopted = account.is_learner and account.external_id is None and same_email == [account]

        assert scene.owners.get(account.account_id, key) == key
        assert account.account_id == link.account_id if link else account.external_id == key or adopted


@pytest.mark.req("A6", "A7", "D2")
@given(scenes())
def test_nobody_but_a_learner_is_let_in_or_shut_out(scene: Scene) -> None:
    """Managers, instructors and admins are never suspended or reactivated, and never adopted by email."""
    for operation, account in planned(scene):
        if account is None or account.is_learner:
            continue

        assert operation.kind in (OperationKind.UPDATE, OperationKind.LINK)
        assert "state" not in operation.after
        assert scene.case.link or account.external_id == scene.case.person.key


@pytest.mark.req("A22", "D10", "D4")
@given(scenes())
def test_access_ends_only_for_who_is_due_an_end(scene: Scene) -> None:
    """A suspension needs an end that has come, and it changes the state alone; an end needs nothing but that."""
    ends = standing(scene).access is Access.END
    for operation, _ in planned(scene):
        suspends = (operation.kind, operation.after) == (OperationKind.SUSPEND, {"state": "suspended"})

        assert suspends is ends
        assert suspends is (operation.after.get("state") == "suspended")


@pytest.mark.req("A32", "D12", "A4")
@given(scenes())
def test_a_choice_field_gets_only_its_choices(scene: Scene) -> None:
    """No operation holds a value outside its field's choices, or a field that is not there or not mapped."""
    choices = {field.key: field.choices for field in scene.fields}
    mapped = {row.field_key for row in scene.settings.mapping}
    for operation, _ in planned(scene):
        after = operation.after.items()
        held = {name.removeprefix("field:"): text for name, text in after if name.startswith("field:")}

        assert held.keys() <= choices.keys() & mapped
        assert [key for key, text in held.items() if text and choices[key] and text not in choices[key]] == []


@pytest.mark.req("A11", "A16", "A18", "A38")
@given(scenes())
def test_only_a_new_account_is_mailed(scene: Scene) -> None:
    """Mail goes with a create alone, as configured, and never where learners sign in elsewhere or none can be sent."""
    for operation, _ in planned(scene):
        told = operation.kind is OperationKind.CREATE and not scene.settings.sso and scene.can.invite

        assert operation.mail == (scene.settings.policy.add_as.mail if told else Mail.NONE)


@pytest.mark.req("A3", "A8", "B9", "D2", "D4")
@given(scenes())
def test_an_account_is_made_only_for_somebody_clear(scene: Scene) -> None:
    """A create needs an eligible person with a name and a work email that is theirs alone, and no account at all."""
    taken = {email_key(one.email) for one in scene.accounts}
    due = standing(scene)
    for operation, account in planned(scene):
        if account:
            continue

        assert (due.access, operation.kind, scene.case.link) == (Access.GRANT, OperationKind.CREATE, None)
        assert email_key(operation.after["email"]) == due.employee.email_key
        assert due.employee.email_key not in taken | {None}
        assert due.employee.first_name or due.employee.last_name
        assert due.employee.email_key not in scene.case.facts.shared_emails


@pytest.mark.req("D10", "D4")
@given(scenes())
def test_keep_means_that_nothing_is_done(scene: Scene) -> None:
    """Somebody unreadable, ambiguous, missing or out of scope is listed with the reason and otherwise left alone."""
    decision, due = decided(scene), standing(scene)
    code = decision.skipped.code if decision.skipped else ""

    if due.access is Access.KEEP and not is_protected(scene):
        assert (decision.operation, decision.findings, code) == (None, (), due.reason)


@pytest.mark.req("A17", "D9")
@given(scenes())
def test_an_operation_changes_what_differs_and_nothing_else(scene: Scene) -> None:
    """`before` and `after` name the same values, each of them different; a create has nothing before it."""
    for operation, account in planned(scene):
        if account is None:
            assert operation.before == {}
            assert None not in operation.after.values()
        else:
            assert operation.before.keys() == operation.after.keys()
            assert [name for name, text in operation.after.items() if operation.before[name] == text] == []


@pytest.mark.req("D8", "D9")
@given(scenes())
def test_who_may_come_in_is_not_shut_out_by_us(scene: Scene) -> None:
    """A learner who may have access and whom the connector had suspended is let in again."""
    link, due = scene.case.link, standing(scene)
    account = next((one for one in scene.accounts if link and one.account_id == link.account_id), None)
    by_us = link is not None and link.state is AccountState.SUSPENDED
    shut_out = account is not None and account.is_learner and account.state is AccountState.SUSPENDED
    operation = decided(scene).operation

    if by_us and shut_out and due.access in (Access.GRANT, Access.RETAIN) and not is_protected(scene):
        assert operation is not None
        assert operation.kind is OperationKind.REACTIVATE
        assert operation.after["state"] == ("pending" if link and waits(link, scene) else "active")


@pytest.mark.req("X16")
@given(scenes(), st.sampled_from((TODAY, date.max)))
def test_nothing_is_done_about_who_is_protected(scene: Scene, until: date) -> None:
    """Whatever they are due, an end included: they are listed as protected, through the last day."""
    shield = Override(OverrideKind.PROTECT, until + timedelta(days=2) if until == TODAY else until)
    decision = decided(replace(scene, case=replace(scene.case, overrides=(shield,))))

    assert (decision.operation, decision.skipped and decision.skipped.code) == (None, "protected")


@pytest.mark.req("X16")
@given(scenes())
def test_a_held_value_stays_as_it_is(scene: Scene) -> None:
    """No operation on an account that is there changes it, and a new account has no held field."""
    held = in_force(scene).held_values
    for operation, account in planned(scene):
        kept = held if account else {name for name in held if name.startswith("field:")}

        assert kept & operation.after.keys() == set()


@pytest.mark.req("X13", "D3")
@given(scenes())
def test_nobody_outside_the_rules_is_let_in_or_changed(scene: Scene) -> None:
    """With no employment in the scope one is at most suspended, by setting; what is not known shuts nobody out."""
    rules, facts = scene.settings.policy.scope, scene.case.facts
    places = {
        scope.scope_verdict(one, facts, rules) for one in scene.case.person.employees if not one.problem
    }
    for operation, _ in planned(scene):
        assert ScopeVerdict.IN in places or operation.kind is OperationKind.SUSPEND
        assert ScopeVerdict.IN in places or rules.outside is Outside.SUSPEND
        assert places != {ScopeVerdict.UNKNOWN}


@pytest.mark.req("X12")
@given(scenes())
def test_a_field_for_new_accounts_is_left_alone_later(scene: Scene) -> None:
    """Once somebody is linked, no operation names a field whose rows are all for the beginning alone."""
    once = {f"field:{row.field_key}" for row in scene.settings.mapping if row.create_only}
    for operation, _ in planned(scene):
        if scene.case.link:
            assert once & operation.after.keys() == set()


@pytest.mark.req("D9")
@given(scenes())
def test_a_suspension_by_somebody_else_stays(scene: Scene) -> None:
    """Suspended by us, let in by hand, suspended by hand: once the first two were seen, the third is not undone."""
    for operation, account in planned(scene):
        if operation.kind is not OperationKind.REACTIVATE or account is None:
            continue
        others = tuple(one for one in scene.accounts if one is not account)
        let_in = replace(scene, accounts=(*others, replace(account, state=AccountState.ACTIVE)))
        seen = decided(let_in).seen
        assert seen is AccountState.ACTIVE
        assert scene.case.link is not None

        learnt = replace(scene.case, link=replace(scene.case.link, state=seen))
        again = decided(replace(scene, case=learnt)).operation
        assert again is None or "state" not in again.after


def test_the_laws_are_about_something() -> None:
    """What is drawn above leads to every kind of operation, to nothing to do, and to most reasons for skipping."""
    kinds, reasons = Counter[OperationKind | None](), Counter[str]()

    @settings(max_examples=600, derandomize=True, database=None, phases=[Phase.generate])
    @given(scenes())
    def draw(scene: Scene) -> None:
        decision = decided(scene)
        kinds[decision.operation.kind if decision.operation else None] += 1
        reasons.update([decision.skipped.code] if decision.skipped else [])

    draw()

    assert kinds.keys() == {None, *OperationKind} - {OperationKind.UNLINK}
    assert len(reasons) > 13
    assert reasons.keys() >= {"out_of_scope", "scope_unknown", "protected"}
