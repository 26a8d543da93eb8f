"""A portal as plain values: its look-ups, the decisions about it, and its state after an operation.

This is the host of the core's tests: it does exactly what an operation says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hypothesis import strategies as st

from connector.core.model.account import Account, AccountState, Field, Link
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import EmploymentStatus, Facts, Person, email_key
from connector.core.model.operation import Decision, Operation, OperationKind
from connector.core.model.settings import Settings
from connector.core.ports.host import Capabilities, Found, Key, KeyKind
from connector.core.rules import correlation
from connector.core.rules.access.entitlement import Access, Entitlement, entitlement_of
from connector.core.rules.decide import DecisionContext, decide
from connector.core.rules.plan import change, new_account
from tests.settings_strategies import capabilities
from tests.strategies import (
    Company,
    accounts,
    facts,
    fields,
    instants,
    links,
    overrides,
    people,
    settings_for,
)


@dataclass(frozen=True)
class Scene:
    """One person, the whole portal they are looked up in, and the instant; `owners` are the links of other people."""

    inputs: DecisionInput
    accounts: tuple[Account, ...]
    owners: Mapping[str, str]
    settings: Settings
    fields: tuple[Field, ...]
    now: datetime
    capabilities: Capabilities = Capabilities()


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """One person in any situation: no account, one, several, unclear ones, or a link to a removed one."""
    targets = draw(fields())
    ids = tuple(f"a{number}" for number in range(draw(st.integers(0, 3))))
    link = draw(links("p1", ids))
    taken = draw(st.dictionaries(st.sampled_from(ids), st.just("p2"), max_size=1)) if ids else {}
    return Scene(
        DecisionInput(draw(people("p1")), link, draw(facts()), draw(overrides())),
        tuple(draw(accounts(one, ("p1", "p2"), targets)) for one in ids),
        {one: key for one, key in taken.items() if link is None or one != link.account_id},
        draw(settings_for(targets)),
        targets,
        draw(instants()),
        draw(capabilities()),
    )


def find(accounts: Sequence[Account], keys: Iterable[Key]) -> Found:
    """All accounts that carry each key, as a host answers."""
    return {key: [one for one in accounts if _carries(one, key)] for key in keys}


def _carries(account: Account, key: Key) -> bool:
    if key.kind is KeyKind.ID:
        return account.account_id == key.value
    if key.kind is KeyKind.EXTERNAL_ID:
        return account.external_id == key.value
    return email_key(account.email) == email_key(key.value)


def entitlement_in(scene: Scene, now: datetime | None = None) -> Entitlement:
    """The entitlement of the person of a scene, at its instant or another."""
    return entitlement_of(scene.inputs.person, scene.settings, now or scene.now, scene.inputs.facts)


def has_no_access(scene: Scene, account: Account | None) -> bool:
    """Whether this account is closed today: access has ended, or a learner starts later (rule D28)."""
    entitlement = entitlement_in(scene)
    is_early = entitlement.access is Access.WAIT and entitlement.reason == "not_started"
    is_learner = account is not None and account.is_learner
    return entitlement.access is Access.END or (is_early and is_learner)


def decision_of(scene: Scene, now: datetime | None = None) -> Decision:
    """The decision about the person of a scene, at its instant or another, in the steps of a run."""
    entitlement = entitlement_in(scene, now)
    found = find(scene.accounts, correlation.keys(entitlement.employee, scene.inputs.link))
    owners = dict(scene.owners)
    if scene.inputs.link:
        owners[scene.inputs.link.account_id] = scene.inputs.person.key
    fields = {field.key: field for field in scene.fields}
    context = DecisionContext(scene.settings, fields, now or scene.now, scene.capabilities)
    return decide(scene.inputs, entitlement, found, owners, context)


def apply_to(account: Account | None, operation: Operation) -> Account:
    """An account after an operation; `account` is None before a create."""
    if account is None:
        row = new_account(operation)
        return Account(
            f"new-{row.external_id}",
            row.email,
            row.first_name,
            row.last_name,
            row.state,
            is_learner=True,
            external_id=row.external_id,
            fields=row.fields,
        )
    changed = change(operation)
    fields = {key: value for key, value in {**account.fields, **changed.fields}.items() if value is not None}
    return replace(
        account,
        email=changed.email or account.email,
        first_name=changed.first_name or account.first_name,
        last_name=changed.last_name or account.last_name,
        external_id=changed.external_id or account.external_id,
        state=changed.state or account.state,
        fields=fields,
    )


def link_after(link: Link | None, account: Account, operation: Operation) -> Link:
    """The link after an operation: its state is what the connector last set."""
    stored = link or Link(operation.person_key, account.account_id, AccountState.ACTIVE)
    state = operation.after.get("state")
    unanswered = operation.before.get("state") == AccountState.PENDING
    return replace(stored, state=AccountState(state), unanswered=unanswered) if state else stored


def apply_operation(scene: Scene, operation: Operation) -> Scene:
    """The scene after its operation."""
    before = next((one for one in scene.accounts if one.account_id == operation.account_id), None)
    after = apply_to(before, operation)
    others = tuple(one for one in scene.accounts if one is not before)
    inputs = replace(scene.inputs, link=link_after(scene.inputs.link, after, operation))
    return replace(scene, inputs=inputs, accounts=(*others, after))


def scenes_of(company: Company) -> list[Scene]:
    """A scene for each person of a company, with the facts that all the others give."""
    linked = {link.person_key: link for link in company.links}
    return [
        Scene(
            DecisionInput(person, linked.get(person.key), facts_of(person, company.people)),
            company.accounts,
            {link.account_id: link.person_key for link in company.links if link.person_key != person.key},
            company.settings,
            company.fields,
            company.now,
        )
        for person in company.people
    ]


def facts_of(person: Person, everyone: Sequence[Person]) -> Facts:
    """What all records together say about one person, by status alone."""
    own = {one.email_key for one in person.employees if one.email_key}
    ids = {one.employee_id for one in person.employees}
    manager_ids = {one.manager_id for one in person.employees}
    others = [one for other in everyone if other.key != person.key for one in other.employees]
    current = [one for one in others if one.status in (EmploymentStatus.CURRENT, EmploymentStatus.ON_LEAVE)]
    managers = tuple(one for one in others if one.employee_id in manager_ids)
    return Facts(
        shared_emails=frozenset(one.email_key for one in current if one.email_key in own and one.email_key),
        reports=sum(one.manager_id in ids for one in current),
        managers=managers,
    )


def account_of(scene: Scene, operation: Operation) -> Account | None:
    """The account that an operation changes, None for a create."""
    if operation.kind is OperationKind.CREATE:
        return None
    return next(one for one in scene.accounts if one.account_id == operation.account_id)
