"""The decision about one human: exactly one of an operation, unchanged, or skipped with its reason.

what is due (lifecycle)  x  the account (correlation)  ->  what happens

protected        any           skipped: nothing is done (X16)
GRANT            no account    create, told as the invite configuration says (A5, A6, A37, A38)
                 unlinked      link: values set, no mail (A9, A10, A11)
                 linked        update what differs (A2, A17, A18); reactivate if we had suspended it (D9)
RETAIN, WAIT     no account,   skipped
                 unlinked
                 linked        update what differs; RETAIN: reactivate if we had suspended it (D8)
KEEP             any           skipped: nothing is done
END              no account    skipped (A8)
                 unlinked      skipped; an open account is listed, for it was never ours to close
                 linked        suspend a learner (A22)
any              disputed,     skipped
                 removed

A value that is held (X16) stays as it is on an account that is there.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime

from connector.core.model.account import Account, AccountState, Field, Link
from connector.core.model.attributes import label_of
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Value, email_key
from connector.core.model.operation import FIELD, Decision, Finding, Operation, OperationKind, Situation
from connector.core.model.settings import GroupRule, Settings
from connector.core.ports.host import Capabilities, Found, Key, KeyKind
from connector.core.rules import invitations
from connector.core.rules.access import days, overrides, scope
from connector.core.rules.access.entitlement import Access, Entitlement
from connector.core.rules.correlation import Match, correlate
from connector.core.rules.values import data_quality
from connector.core.rules.values.desired_values import values_for_existing, values_for_new
from connector.core.rules.values.groups import desired_groups, existing_groups

#: Why access may end for somebody who has not left.
_STILL_EMPLOYED = ("on_leave", "out_of_scope")


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """What all decisions of a run share: the settings, the LMS's fields by key, the instant, and what the host can.

    `groups` tells the ids of the groups that the connector may fill; it is asked only where a rule or a link names one.
    """

    settings: Settings
    fields: Mapping[str, Field]
    now: datetime
    can: Capabilities = Capabilities()
    groups: Callable[[], Set[str]] = frozenset

    @property
    def group_rules(self) -> tuple[GroupRule, ...]:
        """The rules about groups that there are and that can be filled."""
        return tuple(rule for rule in self.settings.policy.group_rules if rule.group_id in self.groups())


def decide(
    case: DecisionInput, due: Entitlement, found: Found, owners: Mapping[str, str], world: DecisionContext
) -> Decision:
    """What happens to one human who is due this.

    `found` answers the keys of the case (`correlation.keys`), `owners` tells whose the accounts in it are.
    """
    zone = days.zone_of(due.employee, world.settings)
    if case.overrides:
        case = replace(case, overrides=overrides.in_force(case.overrides, world.now, zone))
    decision = _decide(case, due, found, owners, world)
    others = (one.employee_id for one in case.person.employees)
    further = tuple(sorted(employee_id for employee_id in others if employee_id != decision.employee_id))
    ends = [instant for instant in (due.due_at, overrides.over_at(case.overrides, zone)) if instant]
    return replace(decision, due_at=min(ends, default=None), further=further, seen=_seen(case.link, found))


def _decide(
    case: DecisionInput, due: Entitlement, found: Found, owners: Mapping[str, str], world: DecisionContext
) -> Decision:
    if case.is_protected:
        return _skip(due, "protected")
    if due.access is Access.KEEP:
        return _left_alone(case, due, world)
    decision = _with_account(case, due, found, owners, world)
    if data_quality.ends_before_start(due.employee):
        odd = Finding("end_before_start", due.employee.employee_id)
        return replace(decision, findings=(*decision.findings, odd))
    return decision


def _with_account(
    case: DecisionInput, due: Entitlement, found: Found, owners: Mapping[str, str], world: DecisionContext
) -> Decision:
    match = correlate(due.employee, case.link, case.facts, found, owners, case.separated_accounts)
    if match.reason:
        return _skip(due, _downgraded_reason(due, match.reason))
    if due.access is Access.END:
        return _end(due, match)
    if match.account is None:
        return _create(case, due, world)
    return _reconcile(case, due, match.account, match.situation, world)


def _seen(link: Link | None, found: Found) -> AccountState | None:
    """The state of an account that somebody has let in since the connector suspended it."""
    if link is None or link.state is not AccountState.SUSPENDED:
        return None
    states = (one.state for one in found.get(Key(KeyKind.ID, link.account_id), ()))
    return next((state for state in states if state is not AccountState.SUSPENDED), None)


def _left_alone(case: DecisionInput, due: Entitlement, world: DecisionContext) -> Decision:
    employee = due.employee
    if due.reason == "out_of_scope":
        return _skip(due, due.reason)
    if due.reason == "scope_unknown":
        missing = scope.unknown_attributes(employee, case.facts, world.settings.policy.scope)
        return _skip(due, due.reason, subject=label_of(next(missing)))
    return _skip(due, due.reason, detail=employee.problem or employee.status_text or "")


def _downgraded_reason(due: Entitlement, reason: str) -> str:
    """A dispute about somebody who is not due an account is only that they are not."""
    return due.reason if due.access is Access.END and reason != "account_removed" else reason


def _end(due: Entitlement, match: Match) -> Decision:
    account = match.account
    if account is None:
        return _skip(due, due.reason)
    left = due.reason not in _STILL_EMPLOYED
    suspended = account.state is AccountState.SUSPENDED
    if match.situation is Situation.UNLINKED:
        return _skip(due, "leaver_has_account" if left and not suspended else due.reason)
    if suspended:
        return Decision(due.employee.person_key, due.employee.employee_id)
    if not account.is_learner:
        return _skip(due, "leaver_not_a_learner" if left else due.reason)
    states: dict[str, Value] = {"state": AccountState.SUSPENDED.value}
    return _operation(OperationKind.SUSPEND, due, account_values(account), account, states)


def _create(case: DecisionInput, due: Entitlement, world: DecisionContext) -> Decision:
    employee, settings = due.employee, world.settings
    if due.access is not Access.GRANT:
        return _skip(due, due.reason)
    if employee.email_key is None:
        return _skip(due, "no_work_email")
    if not (employee.first_name or employee.last_name):
        return _skip(due, "no_name")
    desired, findings = values_for_new(case, employee, settings, world.fields)
    desired["state"] = invitations.first_state(settings, world.can).value
    desired |= desired_groups(employee, case.facts, world.group_rules, ())
    after = {name: value for name, value in desired.items() if value is not None}
    mail = invitations.first_mail(settings, world.can)
    operation = Operation(
        OperationKind.CREATE, employee.person_key, employee.employee_id, None, {}, after, mail
    )
    return Decision(employee.person_key, employee.employee_id, operation, findings=tuple(findings))


def _reconcile(
    case: DecisionInput, due: Entitlement, account: Account, situation: Situation, world: DecisionContext
) -> Decision:
    if situation is Situation.UNLINKED and due.access is not Access.GRANT:
        return _skip(due, due.reason)
    settings, is_first = world.settings, situation is Situation.UNLINKED
    desired, findings = values_for_existing(case, due.employee, settings, world.fields, is_first=is_first)
    given = _given(case.link, world)
    desired |= desired_groups(due.employee, case.facts, world.group_rules, given)
    kind = OperationKind.UPDATE if case.link else OperationKind.LINK
    if account.state is AccountState.SUSPENDED:
        if due.access is not Access.WAIT and case.link and _suspended_by_us(case.link, account):
            kind = OperationKind.REACTIVATE
            desired["state"] = invitations.state_again(case.link, settings, world.can).value
        elif due.access is Access.GRANT:
            findings.append(Finding("suspended_by_hand", due.employee.employee_id))
    return _operation(kind, due, account_values(account) | existing_groups(given), account, desired, findings)


def _given(link: Link | None, world: DecisionContext) -> tuple[str, ...]:
    """The groups that the connector has given and could take back; one that was deleted took its members with it."""
    return tuple(one for one in (link.groups if link else ()) if one in world.groups())


def _suspended_by_us(link: Link, account: Account) -> bool:
    """Whether the suspension is the connector's to undo; somebody promoted since then is an admin's to let in."""
    return account.is_learner and link.state is AccountState.SUSPENDED


def _operation(
    kind: OperationKind,
    due: Entitlement,
    existing: Mapping[str, Value],
    account: Account,
    desired: Mapping[str, Value],
    findings: list[Finding] | None = None,
) -> Decision:
    """The operation that makes the account as desired: what differs, or unchanged when nothing does.

    A link is made even when nothing differs, because being remembered is itself the change.
    """
    after = {name: value for name, value in desired.items() if not _same(name, existing.get(name), value)}
    found = tuple(findings or ())
    key, employee_id = due.employee.person_key, due.employee.employee_id
    if not after and kind is not OperationKind.LINK:
        return Decision(key, employee_id, findings=found)
    before = {name: existing.get(name) for name in after}
    operation = Operation(kind, key, employee_id, account.account_id, before, after)
    return Decision(key, employee_id, operation, findings=found)


def _same(name: str, existing: Value, desired: Value) -> bool:
    """Whether nothing needs to be set: addresses that differ in case alone are the same address (rule D1)."""
    return email_key(existing) == email_key(desired) if name == "email" else existing == desired


def account_values(account: Account) -> dict[str, Value]:
    """The account_values of an account by the names that operations use."""
    named: dict[str, Value] = {
        "email": account.email,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "external_id": account.external_id,
        "state": account.state.value,
    }
    return named | {FIELD + key: value for key, value in account.fields.items()}


def _skip(due: Entitlement, code: str, subject: str = "", detail: str = "") -> Decision:
    employee = due.employee
    finding = Finding(code, employee.employee_id, subject, detail)
    return Decision(employee.person_key, employee.employee_id, skipped=finding)
