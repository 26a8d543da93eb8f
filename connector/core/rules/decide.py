"""The decision about one person: exactly one of an operation, unchanged, or skipped with its reason.

entitlement (entitlement)  x  account (correlation)  ->  what happens

protected        any           skipped: nothing is done (X16)
GRANT            no account    create, with the mail of the invite configuration (A5, A6, A37, A38)
                 unlinked      link: set the values, no mail (A9, A10, A11)
                 linked        update what differs (A2, A17, A18); reactivate if the connector suspended it (D9)
RETAIN, WAIT     no account,   skipped
                 unlinked
                 linked        update what differs; RETAIN: reactivate if the connector suspended it (D8)
                               WAIT for a later start: suspend a learner until then (D28)
KEEP             any           skipped: nothing is done
END              no account    skipped (A8)
                 unlinked      skipped; an active account is listed: the connector does not close what it does not own
                 linked        suspend a learner (A22)
any              unclear,      skipped
                 removed

A value that an override holds (X16) keeps what an existing account has. What the LMS refused or keeps differently is
left out until something has changed (D29).
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime

from connector.core.model.account import Account, AccountState, Field, Link, Mail
from connector.core.model.attributes import label_of
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Value
from connector.core.model.operation import Decision, Finding, MatchSituation, Operation, OperationKind
from connector.core.model.settings import GroupRule, Settings
from connector.core.ports.host import Capabilities, Found, Key, KeyKind
from connector.core.rules import invitations, refusals
from connector.core.rules.access import days, overrides, presence, scope
from connector.core.rules.access.entitlement import Access, Entitlement
from connector.core.rules.correlation import Match, correlate
from connector.core.rules.values import data_quality
from connector.core.rules.values.account_values import account_values, same_value
from connector.core.rules.values.desired_values import values_for_existing, values_for_new
from connector.core.rules.values.groups import desired_groups, existing_groups

#: Why access may end for people who have not left the company.
_STILL_EMPLOYED = ("on_leave", "out_of_scope", "not_started")


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """What all decisions of a run share: the settings, the LMS's fields by key, the instant, and what the host can do.

    `groups` returns the ids of the groups that the connector may fill. It is called only where a rule or a link names a
    group. `sends_refused`: what the LMS refused before is sent again, although nothing has changed.
    """

    settings: Settings
    fields: Mapping[str, Field]
    now: datetime
    capabilities: Capabilities = Capabilities()
    groups: Callable[[], Set[str]] = frozenset
    sends_refused: bool = False

    @property
    def attempts(self) -> refusals.Attempts:
        """How what was sent before is recognised."""
        return refusals.Attempts(self.settings.version, self.fields)

    @property
    def group_rules(self) -> tuple[GroupRule, ...]:
        """The group rules whose group exists and can be filled."""
        return tuple(rule for rule in self.settings.policy.group_rules if rule.group_id in self.groups())


def decide(
    inputs: DecisionInput,
    entitlement: Entitlement,
    found: Found,
    owners: Mapping[str, str],
    context: DecisionContext,
) -> Decision:
    """The decision about one person with this entitlement.

    `found` has the accounts for the person's keys (`correlation.keys`); `owners` has the person key of each account in
    it that is linked.
    """
    zone = days.zone_of(entitlement.employee, context.settings)
    if inputs.overrides:
        inputs = replace(inputs, overrides=overrides.in_force(inputs.overrides, context.now, zone))
    if context.sends_refused:
        inputs = replace(inputs, refusals=(), link=inputs.link and replace(inputs.link, sent={}))
    decision = _decide(inputs, entitlement, found, owners, context)
    employee_ids = (one.employee_id for one in inputs.person.employees)
    changes = (
        decision.due_at,
        entitlement.due_at,
        overrides.next_expiry(inputs.overrides, zone),
        presence.next_change(inputs.person, context.settings, context.now),
    )
    return replace(
        decision,
        due_at=min(filter(None, changes), default=None),
        other_employee_ids=tuple(sorted(one for one in employee_ids if one != decision.employee_id)),
        reopened_state=_reopened_state(inputs.link, found),
    )


def _decide(
    inputs: DecisionInput,
    entitlement: Entitlement,
    found: Found,
    owners: Mapping[str, str],
    context: DecisionContext,
) -> Decision:
    if inputs.is_protected:
        return _skip(entitlement, "protected")
    if entitlement.access is Access.KEEP:
        return _keep(inputs, entitlement, context)
    decision = _with_account(inputs, entitlement, found, owners, context)
    if data_quality.ends_before_start(entitlement.employee):
        finding = Finding("end_before_start", entitlement.employee.employee_id)
        return replace(decision, findings=(*decision.findings, finding))
    return decision


def _with_account(
    inputs: DecisionInput,
    entitlement: Entitlement,
    found: Found,
    owners: Mapping[str, str],
    context: DecisionContext,
) -> Decision:
    match = correlate(
        entitlement.employee, inputs.link, inputs.facts, found, owners, inputs.separated_accounts
    )
    if match.reason:
        return _skip(entitlement, _downgraded_reason(entitlement, match.reason))
    if entitlement.access is Access.END or _is_too_early(entitlement, match):
        return _end(inputs, entitlement, match, context)
    if match.account is None:
        return _create(inputs, entitlement, context)
    return _reconcile(inputs, entitlement, match.account, match.situation, context)


def _is_too_early(entitlement: Entitlement, match: Match) -> bool:
    """Whether the learner's account is theirs only from a later start on; no start at all is not a later one."""
    is_learner = match.account is not None and match.account.is_learner
    waits = entitlement.access is Access.WAIT and entitlement.reason == "not_started"
    return waits and is_learner and match.situation is MatchSituation.LINKED


def _reopened_state(link: Link | None, found: Found) -> AccountState | None:
    """The state of the account if an admin has let it in since the connector suspended it."""
    if link is None or link.state is not AccountState.SUSPENDED:
        return None
    states = (one.state for one in found.get(Key(KeyKind.ID, link.account_id), ()))
    return next((state for state in states if state is not AccountState.SUSPENDED), None)


def _keep(inputs: DecisionInput, entitlement: Entitlement, context: DecisionContext) -> Decision:
    employee, reason = entitlement.employee, entitlement.reason
    if reason == "out_of_scope":
        return _skip(entitlement, reason)
    if reason == "scope_unknown":
        unknown = next(scope.unknown_attributes(employee, inputs.facts, context.settings.policy.scope))
        if unknown == "work_email" and employee.bad_email:
            return _skip(entitlement, "bad_work_email", detail=employee.bad_email)
        return _skip(entitlement, reason, subject=label_of(unknown))
    return _skip(entitlement, reason, detail=employee.problem or employee.status_text or "")


def _downgraded_reason(entitlement: Entitlement, reason: str) -> str:
    """Without a claim to an account, an unclear match does not matter: only the end of access is reported."""
    is_unclear = reason not in ("account_removed", "account_unreadable")
    return entitlement.reason if entitlement.access is Access.END and is_unclear else reason


def _end(inputs: DecisionInput, entitlement: Entitlement, match: Match, context: DecisionContext) -> Decision:
    account = match.account
    if account is None:
        return _skip(entitlement, entitlement.reason)
    has_left = entitlement.reason not in _STILL_EMPLOYED
    is_suspended = account.state is AccountState.SUSPENDED
    if match.situation is MatchSituation.UNLINKED:
        return _skip(
            entitlement, "leaver_has_account" if has_left and not is_suspended else entitlement.reason
        )
    if is_suspended:
        return Decision(entitlement.employee.person_key, entitlement.employee.employee_id)
    if not account.is_learner:
        return _skip(entitlement, "leaver_not_a_learner" if has_left else entitlement.reason)
    desired: dict[str, Value] = {"state": AccountState.SUSPENDED.value}
    existing = account_values(account)
    return _operation(OperationKind.SUSPEND, inputs, entitlement, existing, account, desired, [], context)


def _create(inputs: DecisionInput, entitlement: Entitlement, context: DecisionContext) -> Decision:
    employee, settings = entitlement.employee, context.settings
    if entitlement.access is not Access.GRANT:
        return _skip(entitlement, entitlement.reason)
    if employee.bad_email:
        return _skip(entitlement, "bad_work_email", detail=employee.bad_email)
    if employee.email_key is None:
        return _skip(entitlement, "no_work_email")
    if not (employee.first_name or employee.last_name):
        return _skip(entitlement, "no_name")
    desired, findings = values_for_new(inputs, employee, settings, context.fields)
    desired["state"] = invitations.first_state(settings, context.capabilities).value
    desired |= desired_groups(employee, inputs.facts, context.group_rules, ())
    mail = invitations.first_mail(settings, context.capabilities)
    kind = OperationKind.CREATE
    return _operation(kind, inputs, entitlement, {}, None, desired, findings, context, mail)


def _reconcile(
    inputs: DecisionInput,
    entitlement: Entitlement,
    account: Account,
    situation: MatchSituation,
    context: DecisionContext,
) -> Decision:
    is_first = situation is MatchSituation.UNLINKED
    if is_first and entitlement.access is not Access.GRANT:
        return _skip(entitlement, entitlement.reason)
    employee, settings, link = entitlement.employee, context.settings, inputs.link
    desired, findings = values_for_existing(inputs, employee, settings, context.fields, is_first=is_first)
    granted = _granted_groups(link, context)
    desired |= desired_groups(employee, inputs.facts, context.group_rules, granted)
    kind, mail = OperationKind.UPDATE if link else OperationKind.LINK, Mail.NONE
    if account.state is AccountState.SUSPENDED:
        if entitlement.access is not Access.WAIT and link and _is_suspended_by_connector(link, account):
            kind = OperationKind.REACTIVATE
            desired["state"] = invitations.restored_state(link, settings, context.capabilities).value
            mail = invitations.repeated_mail(link, settings, context.capabilities)
        elif entitlement.access is Access.GRANT:
            findings.append(Finding("suspended_by_hand", employee.employee_id))
    existing = account_values(account) | existing_groups(granted)
    return _operation(kind, inputs, entitlement, existing, account, desired, findings, context, mail)


def _granted_groups(link: Link | None, context: DecisionContext) -> tuple[str, ...]:
    """The groups that the connector has granted and that still exist; a deleted group needs no removal."""
    return tuple(one for one in (link.groups if link else ()) if one in context.groups())


def _is_suspended_by_connector(link: Link, account: Account) -> bool:
    """Whether the connector may restore access; an account that is no longer a learner's is left to an admin."""
    return account.is_learner and link.state is AccountState.SUSPENDED


def _operation(
    kind: OperationKind,
    inputs: DecisionInput,
    entitlement: Entitlement,
    existing: Mapping[str, Value],
    account: Account | None,
    desired: Mapping[str, Value],
    findings: list[Finding],
    context: DecisionContext,
    mail: Mail = Mail.NONE,
) -> Decision:
    """The operation that writes the values that differ; unchanged when none does, skipped if it was just refused.

    LINK is kept even when no value differs, because the new link is itself the change.
    """
    key, employee_id = entitlement.employee.person_key, entitlement.employee.employee_id
    differing = {
        name: value for name, value in desired.items() if not same_value(name, existing.get(name), value)
    }
    part = refusals.sendable(inputs, employee_id, account, existing, differing, context.attempts, context.now)
    decision = Decision(
        key, employee_id, findings=(*findings, *part.findings), due_at=part.due_at, kept=tuple(part.kept)
    )
    if not part.after and kind is not OperationKind.LINK:
        return decision
    before = {name: existing.get(name) for name in part.after} if account else {}
    account_id = account.account_id if account else None
    operation = Operation(kind, key, employee_id, account_id, before, part.after, mail)
    refused = refusals.last_refusal(inputs, operation, account, context.attempts, context.now)
    if refused is None:
        return replace(decision, operation=operation)
    due_at = min(filter(None, (part.due_at, refused.at + refusals.RETRY_AFTER)))
    return replace(decision, skipped=context.attempts.of_refused(operation, refused.code), due_at=due_at)


def _skip(entitlement: Entitlement, code: str, subject: str = "", detail: str = "") -> Decision:
    employee = entitlement.employee
    finding = Finding(code, employee.employee_id, subject, detail)
    return Decision(employee.person_key, employee.employee_id, skipped=finding)
