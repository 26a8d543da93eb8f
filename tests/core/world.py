"""A portal as plain values: who is found in it, what is decided about it, and what an operation makes of it.

This is the host of the core's tests: it does exactly what an operation says and has no opinion of its own.
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
from connector.core.rules.access import entitlement
from connector.core.rules.decide import DecisionContext, decide
from connector.core.rules.plan import change, new_account
from tests.rules import capabilities
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
    """One human, the whole portal they are looked up in, and the instant; `owners` are everybody else's links."""

    case: DecisionInput
    accounts: tuple[Account, ...]
    owners: Mapping[str, str]
    settings: Settings
    fields: tuple[Field, ...]
    now: datetime
    can: Capabilities = Capabilities()


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """One human in any situation: no account, one, several, disputed ones, or a link to one that was removed."""
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


def find(held: Sequence[Account], keys: Iterable[Key]) -> Found:
    """All accounts that carry each key, as a host answers."""
    return {key: [one for one in held if _carries(one, key)] for key in keys}


def _carries(account: Account, key: Key) -> bool:
    if key.kind is KeyKind.ID:
        return account.account_id == key.value
    if key.kind is KeyKind.EXTERNAL_ID:
        return account.external_id == key.value
    return email_key(account.email) == email_key(key.value)


def standing(scene: Scene, now: datetime | None = None) -> entitlement.Entitlement:
    """What the human of a scene is due, at its instant or another."""
    return entitlement.entitlement_of(scene.case.person, scene.settings, now or scene.now, scene.case.facts)


def decided(scene: Scene, now: datetime | None = None) -> Decision:
    """The decision about the human of a scene, at its instant or another, in the steps of a run."""
    due = standing(scene, now)
    found = find(scene.accounts, correlation.keys(due.employee, scene.case.link))
    owners = dict(scene.owners)
    if scene.case.link:
        owners[scene.case.link.account_id] = scene.case.person.key
    fields = {field.key: field for field in scene.fields}
    world = DecisionContext(scene.settings, fields, now or scene.now, scene.can)
    return decide(scene.case, due, found, owners, world)


def apply_to(account: Account | None, operation: Operation) -> Account:
    """The account after an operation, None before a create."""
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
    asked = change(operation)
    fields = {key: value for key, value in {**account.fields, **asked.fields}.items() if value is not None}
    return replace(
        account,
        email=asked.email or account.email,
        first_name=asked.first_name or account.first_name,
        last_name=asked.last_name or account.last_name,
        external_id=asked.external_id or account.external_id,
        state=asked.state or account.state,
        fields=fields,
    )


def link_after(link: Link | None, account: Account, operation: Operation) -> Link:
    """What is remembered after an operation: the state is what the connector last set."""
    known = link or Link(operation.person_key, account.account_id, AccountState.ACTIVE)
    state = operation.after.get("state")
    unanswered = operation.before.get("state") == AccountState.PENDING
    return replace(known, state=AccountState(state), unanswered=unanswered) if state else known


def applied(scene: Scene, operation: Operation) -> Scene:
    """The scene after its operation."""
    before = next((one for one in scene.accounts if one.account_id == operation.account_id), None)
    after = apply_to(before, operation)
    others = tuple(one for one in scene.accounts if one is not before)
    case = replace(scene.case, link=link_after(scene.case.link, after, operation))
    return replace(scene, case=case, accounts=(*others, after))


def scenes_of(company: Company) -> list[Scene]:
    """Everybody of a company, each in view of all the others."""
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


def facts_of(person: Person, everybody: Sequence[Person]) -> Facts:
    """What everybody's records together say about one human, by status alone."""
    own = {one.email_key for one in person.employees if one.email_key}
    ids = {one.employee_id for one in person.employees}
    bosses = {one.manager_id for one in person.employees}
    others = [one for other in everybody if other.key != person.key for one in other.employees]
    current = [one for one in others if one.status in (EmploymentStatus.CURRENT, EmploymentStatus.ON_LEAVE)]
    managers = tuple(one for one in others if one.employee_id in bosses)
    return Facts(
        shared_emails=frozenset(one.email_key for one in current if one.email_key in own and one.email_key),
        reports=sum(one.manager_id in ids for one in current),
        managers=managers,
    )


def account_of(scene: Scene, operation: Operation) -> Account | None:
    """The account that an operation is about, None for a create."""
    if operation.kind is OperationKind.CREATE:
        return None
    return next(one for one in scene.accounts if one.account_id == operation.account_id)
