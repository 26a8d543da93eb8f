"""Laws of every decision, for any records, portal and day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
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
from tests.core.scenes import (
    Scene,
    account_of,
    apply_operation,
    decision_of,
    entitlement_in,
    has_no_access,
    scenes,
    scenes_of,
)
from tests.strategies import TODAY, Company, companies

#: Later than any date that is drawn near today.
FAR = timedelta(days=100)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)

#: The law that the hourly job depends on is tested with more examples than the others.
HARD = settings(max_examples=700)


def planned(scene: Scene) -> Iterator[tuple[Operation, Account | None]]:
    """The operation about the person of a scene, if there is one, with its account."""
    operation = decision_of(scene).operation
    if operation:
        yield operation, account_of(scene, operation)


def in_force(scene: Scene) -> DecisionInput:
    """The decision input of a scene, with only the overrides that are in force at its instant."""
    zone = days.zone_of(entitlement_in(scene).employee, scene.settings)
    return replace(scene.inputs, overrides=overrides.in_force(scene.inputs.overrides, scene.now, zone))


def is_protected(scene: Scene) -> bool:
    """Whether an admin has protected the person of a scene."""
    return in_force(scene).is_protected


def is_pending_again(link: Link, scene: Scene) -> bool:
    """Whether this account is pending again when it is reactivated."""
    return link.unanswered and scene.capabilities.pending and not scene.settings.sso


def steps(scene: Scene) -> set[int]:
    """How many days after a date of the person something may change."""
    shift, grace = scene.settings.policy.invite_days, scene.settings.policy.grace_days
    return {0, 1, shift, shift + 1, grace, grace + 1}


def midnights(scene: Scene) -> Iterator[datetime]:
    """The start of every day near a date of the person, in each zone that may count for them."""
    zones = {days.zone_of(one, scene.settings) for one in scene.inputs.person.employees} | {"UTC"}
    for one in scene.inputs.person.employees:
        for day in (one.hire_date, one.rehire_date, one.termination_date):
            if day and abs(day - TODAY) < FAR:
                yield from (
                    days.day_start(day + timedelta(days=n), zone)
                    for n in {-1, 2, *steps(scene)}
                    for zone in zones
                )
    for override in scene.inputs.overrides:
        if override.until < date.max:
            yield from (days.day_start(override.until + timedelta(days=1), zone) for zone in zones)


def shifted(day: date, by: int) -> date:
    """A date `by` days later, within the calendar."""
    return min(day, date.max - timedelta(days=max(by, 0))) + timedelta(days=by)


def instants_before(scene: Scene, due_at: datetime | None) -> Iterator[datetime]:
    """Every instant before `due_at` at which a decision could change: midnights, and the last moment."""
    end = due_at or scene.now + FAR
    for midnight in midnights(scene):
        yield from (at for at in (midnight - INSTANT, midnight) if scene.now <= at < end)
    yield end - INSTANT


@pytest.mark.req("D8", "D6")
@HARD
@given(scenes())
def test_decision_does_not_change_before_it_is_due(scene: Scene) -> None:
    """Until `due_at` the same records give the same decision, so the hourly job misses no change."""
    first = decision_of(scene)

    assert [at for at in instants_before(scene, first.due_at) if decision_of(scene, at) != first] == []


@pytest.mark.req("D8")
@given(scenes())
def test_due_at_is_a_future_day_that_matters(scene: Scene) -> None:
    """It is the midnight of a start, of its invitation, of an end, or of the day after an end."""
    entitlement = entitlement_in(scene)
    turning_days = {
        days.day_start(day, days.zone_of(one, scene.settings))
        for one in scene.inputs.person.employees
        for date_of in (one.hire_date, one.rehire_date, one.termination_date)
        if date_of
        for n in steps(scene)
        for day in (shifted(date_of, n),)
    }

    assert entitlement.due_at is None or (
        entitlement.due_at > scene.now and entitlement.due_at in turning_days
    )


@pytest.mark.req("D8")
@given(scenes())
def test_due_dates_run_out(scene: Scene) -> None:
    """Each due date is later than the one before, until none is left."""
    seen = [scene.now]
    while (due_at := entitlement_in(scene, seen[-1]).due_at) and due_at < NEVER:
        seen.append(due_at)

    assert seen == sorted(set(seen))
    assert len(seen) <= 1 + 5 * len(scene.inputs.person.employees)


@pytest.mark.req("A8", "B7")
@given(companies())
def test_every_person_gets_exactly_one_decision(company: Company) -> None:
    """An operation, skipped with a reason of the catalogue, or unchanged: never two of them."""
    decisions = [decision_of(scene) for scene in scenes_of(company)]
    reasons = {found.code for one in decisions for found in (one.skipped, *one.findings) if found}

    assert [one.person_key for one in decisions] == [person.key for person in company.people]
    assert [one for one in decisions if one.operation and one.skipped] == []
    assert reasons - FINDINGS.keys() == set()


@given(scenes())
def test_the_order_of_employments_does_not_matter(scene: Scene) -> None:
    """Pages may come in any order, and deciding twice gives the same decision."""
    person = scene.inputs.person
    reversed_order = replace(person, employees=person.employees[::-1])
    expected = decision_of(scene)

    assert decision_of(scene) == expected
    assert decision_of(replace(scene, inputs=replace(scene.inputs, person=reversed_order))) == expected


@pytest.mark.req("A9")
@given(companies())
def test_the_order_of_accounts_does_not_matter(company: Company) -> None:
    """A host may answer in any order."""
    reversed_order = replace(company, accounts=company.accounts[::-1])

    assert [decision_of(one) for one in scenes_of(reversed_order)] == [
        decision_of(one) for one in scenes_of(company)
    ]


@pytest.mark.req("A2", "A18")
@given(scenes())
def test_person_is_unchanged_after_their_operation(scene: Scene) -> None:
    """No one is created twice, mailed twice or changed again and again."""
    for operation, _ in planned(scene):
        again = decision_of(apply_operation(scene, operation))

        assert (again.operation, again.skipped) == (None, None)


@pytest.mark.req("A2")
@given(scenes())
def test_name_edited_by_hand_is_overwritten(scene: Scene) -> None:
    """After an edit in the LMS, a synced person gets the name from Paycor again."""
    for operation, _ in planned(scene):
        synced = apply_operation(scene, operation)
        edited = replace(synced.accounts[-1], first_name="edited")
        again = decision_of(replace(synced, accounts=(*synced.accounts[:-1], edited))).operation
        entitlement = entitlement_in(scene)
        is_held = "first_name" in in_force(scene).held_values
        is_open = not has_no_access(scene, edited) and not is_held
        kept = is_open and entitlement.employee.first_name

        assert (again.after if again else {}) == ({"first_name": kept} if kept else {})


@pytest.mark.req("D2", "A9")
@given(scenes())
def test_only_owned_or_matching_accounts_are_changed(scene: Scene) -> None:
    """The linked account, the one with the external id, or the only learner's account with the email."""
    key, link, email = scene.inputs.person.key, scene.inputs.link, entitlement_in(scene).employee.email_key
    same_email = [one for one in scene.accounts if email_key(one.email) == email]
    for _, account in planned(scene):
        if account is None:
            continue
        is_match = account.is_learner and account.external_id is None and same_email == [account]

        assert scene.owners.get(account.account_id, key) == key
        assert account.account_id == link.account_id if link else account.external_id == key or is_match


@pytest.mark.req("A6", "A7", "D2")
@given(scenes())
def test_only_learners_are_suspended_or_reactivated(scene: Scene) -> None:
    """Managers, instructors and admins are never suspended, reactivated or matched by email."""
    for operation, account in planned(scene):
        if account is None or account.is_learner:
            continue

        assert operation.kind in (OperationKind.UPDATE, OperationKind.LINK)
        assert "state" not in operation.after
        assert scene.inputs.link or account.external_id == scene.inputs.person.key


@pytest.mark.req("A22", "D10", "D4")
@given(scenes())
def test_access_ends_only_with_the_entitlement(scene: Scene) -> None:
    """A suspension changes only the state; without an entitlement there is no other operation."""
    for operation, account in planned(scene):
        ends = has_no_access(scene, account)
        suspends = (operation.kind, operation.after) == (OperationKind.SUSPEND, {"state": "suspended"})

        assert suspends is ends
        assert suspends is (operation.after.get("state") == "suspended")


@pytest.mark.req("A32", "D12", "A4")
@given(scenes())
def test_choice_field_gets_only_its_choices(scene: Scene) -> None:
    """No operation has a value outside its field's choices, or a field that does not exist or is not mapped."""
    choices = {field.key: field.choices for field in scene.fields}
    mapped = {row.field_key for row in scene.settings.mapping}
    for operation, _ in planned(scene):
        after = operation.after.items()
        values = {name.removeprefix("field:"): text for name, text in after if name.startswith("field:")}

        assert values.keys() <= choices.keys() & mapped
        assert [
            key for key, text in values.items() if text and choices[key] and text not in choices[key]
        ] == []


@pytest.mark.req("A11", "A16", "A18", "A38")
@given(scenes())
def test_only_a_new_account_and_an_unanswered_invitation_get_mail(scene: Scene) -> None:
    """The mail of the invite configuration, or a new invitation; none with SSO or where the host sends none."""
    for operation, _ in planned(scene):
        can_mail = not scene.settings.sso and scene.capabilities.invite
        mails = {OperationKind.CREATE: scene.settings.policy.add_as.mail}
        link = scene.inputs.link
        if link and is_pending_again(link, scene):
            mails[OperationKind.REACTIVATE] = Mail.INVITATION

        assert operation.mail == (mails.get(operation.kind, Mail.NONE) if can_mail else Mail.NONE)


@pytest.mark.req("A3", "A8", "B9", "D2", "D4")
@given(scenes())
def test_account_is_created_only_for_a_clear_person(scene: Scene) -> None:
    """They have access, a name, a work email that no one shares, and no account."""
    taken = {email_key(one.email) for one in scene.accounts}
    entitlement = entitlement_in(scene)
    for operation, account in planned(scene):
        if account:
            continue

        assert (entitlement.access, operation.kind, scene.inputs.link) == (
            Access.GRANT,
            OperationKind.CREATE,
            None,
        )
        assert email_key(operation.after["email"]) == entitlement.employee.email_key
        assert entitlement.employee.email_key not in taken | {None}
        assert entitlement.employee.first_name or entitlement.employee.last_name
        assert entitlement.employee.email_key not in scene.inputs.facts.shared_emails


@pytest.mark.req("D10", "D4")
@given(scenes())
def test_keep_means_skipped(scene: Scene) -> None:
    """Unreadable, ambiguous, missing or out of scope: listed with the reason, and left alone."""
    decision, entitlement = decision_of(scene), entitlement_in(scene)
    code = decision.skipped.code if decision.skipped else ""

    if entitlement.access is Access.KEEP and not is_protected(scene):
        assert (decision.operation, decision.findings, code) == (None, (), entitlement.reason)


@pytest.mark.req("A17", "D9")
@given(scenes())
def test_operation_has_only_values_that_differ(scene: Scene) -> None:
    """`before` and `after` name the same values, each of them different; a create has an empty `before`."""
    for operation, account in planned(scene):
        if account is None:
            assert operation.before == {}
            assert None not in operation.after.values()
        else:
            assert operation.before.keys() == operation.after.keys()
            assert [name for name, text in operation.after.items() if operation.before[name] == text] == []


@pytest.mark.req("D8", "D9")
@given(scenes())
def test_suspension_by_the_connector_is_lifted(scene: Scene) -> None:
    """A learner who should have access is reactivated if the connector had suspended them."""
    link, entitlement = scene.inputs.link, entitlement_in(scene)
    account = next((one for one in scene.accounts if link and one.account_id == link.account_id), None)
    is_by_connector = link is not None and link.state is AccountState.SUSPENDED
    is_suspended = account is not None and account.is_learner and account.state is AccountState.SUSPENDED
    operation = decision_of(scene).operation

    if (
        is_by_connector
        and is_suspended
        and entitlement.access in (Access.GRANT, Access.RETAIN)
        and not is_protected(scene)
    ):
        assert operation is not None
        assert operation.kind is OperationKind.REACTIVATE
        assert operation.after["state"] == ("pending" if link and is_pending_again(link, scene) else "active")


@pytest.mark.req("X16")
@given(scenes(), st.sampled_from((TODAY, date.max)))
def test_protected_person_is_always_skipped(scene: Scene, until: date) -> None:
    """For every entitlement, through the last day of the override."""
    protection = Override(OverrideKind.PROTECT, until + timedelta(days=2) if until == TODAY else until)
    decision = decision_of(replace(scene, inputs=replace(scene.inputs, overrides=(protection,))))

    assert (decision.operation, decision.skipped and decision.skipped.code) == (None, "protected")


@pytest.mark.req("X16")
@given(scenes())
def test_held_value_is_never_written(scene: Scene) -> None:
    """No operation on an existing account changes it, and a new account gets no held field."""
    held = in_force(scene).held_values
    for operation, account in planned(scene):
        kept = held if account else {name for name in held if name.startswith("field:")}

        assert kept & operation.after.keys() == set()


@pytest.mark.req("X13", "D3")
@given(scenes())
def test_people_out_of_scope_are_at_most_suspended(scene: Scene) -> None:
    """And only if the settings say so; an unknown attribute alone changes nothing."""
    rules, facts = scene.settings.policy.scope, scene.inputs.facts
    verdicts = {
        scope.scope_verdict(one, facts, rules) for one in scene.inputs.person.employees if not one.problem
    }
    for operation, _ in planned(scene):
        assert ScopeVerdict.IN in verdicts or operation.kind is OperationKind.SUSPEND
        assert ScopeVerdict.IN in verdicts or rules.outside is Outside.SUSPEND
        assert verdicts != {ScopeVerdict.UNKNOWN}


@pytest.mark.req("X12")
@given(scenes())
def test_field_for_new_accounts_is_not_written_later(scene: Scene) -> None:
    """No operation on a linked account has a field of a `create_only` row."""
    create_only = {f"field:{row.field_key}" for row in scene.settings.mapping if row.create_only}
    for operation, _ in planned(scene):
        if scene.inputs.link:
            assert create_only & operation.after.keys() == set()


@pytest.mark.req("D9")
@given(scenes())
def test_suspension_by_an_admin_stays(scene: Scene) -> None:
    """Suspended by the connector, reopened by an admin, suspended by the admin: the last one is not lifted."""
    for operation, account in planned(scene):
        if operation.kind is not OperationKind.REACTIVATE or account is None:
            continue
        others = tuple(one for one in scene.accounts if one is not account)
        reopened = replace(scene, accounts=(*others, replace(account, state=AccountState.ACTIVE)))
        state = decision_of(reopened).reopened_state
        assert state is AccountState.ACTIVE
        assert scene.inputs.link is not None

        updated = replace(scene.inputs, link=replace(scene.inputs.link, state=state))
        again = decision_of(replace(scene, inputs=updated)).operation
        assert again is None or "state" not in again.after
