"""Why a person has the status they have, and what was done to their account (rules X8, X9).

In: a portal, and the text by which an admin names the person. It reads the store and asks the LMS about that person;
it does not ask Paycor, and changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from connector.core.model import attributes
from connector.core.model.account import Account
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import email_key, full_name
from connector.core.model.operation import Finding
from connector.core.model.settings import Settings
from connector.core.ports.host import Found, Host, Key, KeyKind
from connector.core.rules.access import days
from connector.core.rules.access.entitlement import entitlement_of
from connector.core.rules.correlation import keys
from connector.core.rules.why import TraceInput, trace, trace_unlisted
from connector.engine.plan import decision_context
from connector.engine.settle import find
from connector.services.people.account_holders import holders_of
from connector.services.views.pages import LIMIT, page_of
from connector.services.views.people import person_of
from connector.services.views.person import Explanation, MailView, OtherMatch, TimelineEntry
from connector.services.views.rows import entry_view, finding_view, person_view
from connector.services.views.views import Page, PersonView
from connector.store.connection import connections
from connector.store.mirror.decision_inputs import DecisionInputReader
from connector.store.people import directory, findings, links
from connector.store.runs import entries
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow
from connector.store.tables.runs import EntryRow, RunRow
from connector.wiring import Wiring

#: How many of the person's last changes come with an explanation.
LAST_CHANGES = 5


def explain(wiring: Wiring, portal_id: str, text: str) -> Explanation | None:
    """Why the person with this employee id, account id, work email or employee number has the status they have.

    None when there is no such person. Raises HostUnavailable when the LMS cannot say for certain who has an account.
    """
    text = text.strip()
    with wiring.database.reading() as session:
        connection = connections.of_portal(session, portal_id)
        if connection is None or not text:
            return None
        person_keys = directory.search_people(session, connection.id, text)
        employments = directory.employments(session, connection.id, person_keys)
        unlisted = None if employments else findings.of_unlisted(session, connection.id, text)
    if not employments:
        return _explain_unlisted(wiring.host(connection), text, unlisted)
    person_key = employments[0].person_key
    return _explain_person(wiring, connection, person_key, _other_matches(employments, person_key))


def timeline(
    wiring: Wiring, portal_id: str, person_key: str, before: int | None = None
) -> Page[TimelineEntry]:
    """What was done to one person's account, newest first; `before` is the last key of the page before."""
    with wiring.database.reading() as session:
        connection = connections.of_portal(session, portal_id)
        if connection is None or not person_key:
            return Page()
        changes = entries.of_person(session, connection.id, person_key, before, LIMIT)
        person = _person(directory.employments(session, connection.id, [person_key]))
    return page_of(changes, lambda change: change[0].id, lambda change: _timeline_entry(*change, person))


def _explain_person(
    wiring: Wiring, connection: Connection, person_key: str, also: tuple[OtherMatch, ...]
) -> Explanation | None:
    settings, now = wiring.settings(connection), wiring.clock()
    origins = attributes.origins(settings.attributes)
    reader = DecisionInputReader(wiring.database, connection.id, origins, settings.policy.absent_reads)
    inputs = reader.read([person_key], days.today(now, settings.time_zone))
    if not inputs:
        return None
    with wiring.database.reading() as session:
        finding_rows = findings.of_person(session, connection.id, person_key)
        employments = directory.employments(session, connection.id, [person_key])
        link = links.row_of_person(session, connection.id, person_key)
        changes = entries.of_person(session, connection.id, person_key, None, LAST_CHANGES)
    since = {row.code: row.since for row in finding_rows}
    trace_input = _trace_input(wiring, connection, settings, inputs[0], since)
    person = _person(employments)
    return Explanation(
        steps=trace(trace_input),
        person_key=person_key,
        employee_id=trace_input.entitlement.employee.employee_id,
        person=person,
        account_id=link.account_id if link else None,
        linked_at=link.linked_at if link else None,
        due_at=min((row.due_at for row in employments if row.due_at), default=None),
        waits=any(row.dirty for row in employments),
        mail=_mail(link),
        findings=tuple(finding_view(row, person) for row in finding_rows),
        changes=tuple(_timeline_entry(entry, run, person) for entry, run in changes),
        also=also,
    )


def _trace_input(
    wiring: Wiring,
    connection: Connection,
    settings: Settings,
    inputs: DecisionInput,
    since: Mapping[str, datetime],
) -> TraceInput:
    """What the next run would decide from."""
    now, host = wiring.clock(), wiring.host(connection)
    entitlement = entitlement_of(inputs.person, settings, now, inputs.facts)
    found = find(host, keys(entitlement.employee, inputs.link))
    account_ids = sorted({account.account_id for accounts in found.values() for account in accounts})
    accounts = list({one.account_id: one for each in found.values() for one in each}.values())
    with wiring.database.reading() as session:
        owners = links.owners(session, connection.id, account_ids)
        holders = holders_of(session, connection.id, settings, now, accounts)
    others = (one for one in holders.values() if one.person_key != inputs.person.key)
    context = decision_context(host, settings, now)
    return TraceInput(inputs, entitlement, found, owners, context, since, next(others, None))


def _explain_unlisted(host: Host, text: str, row: FindingRow | None) -> Explanation | None:
    """A person who is not in Paycor's list: being onboarded, or with an account in the LMS only."""
    if row is not None:
        finding = Finding(row.code, row.employee_id, row.subject, row.detail)
        return Explanation(
            trace_unlisted(finding, None, row.since),
            employee_id=row.employee_id,
            findings=(finding_view(row, None),),
        )
    account = _first(find(host, _account_keys(text)))
    if account is None:
        return None
    return Explanation(
        trace_unlisted(None, account, None),
        person=PersonView(full_name(account.first_name, account.last_name), account.email),
        account_id=account.account_id,
    )


def _account_keys(text: str) -> list[Key]:
    email = email_key(text) if "@" in text else None
    return [Key(KeyKind.ID, text), *([Key(KeyKind.EMAIL, email)] if email else [])]


def _first(found: Found) -> Account | None:
    return next((account for accounts in found.values() for account in accounts), None)


def _other_matches(employments: Sequence[EmployeeRow], person_key: str) -> tuple[OtherMatch, ...]:
    """One line for each other person with the same account id, work email or number."""
    others = {row.person_key: row for row in reversed(employments) if row.person_key != person_key}
    return tuple(OtherMatch(row.employee_id, person_view(row.record)) for _, row in sorted(others.items()))


def _person(employments: Sequence[EmployeeRow]) -> PersonView:
    return person_of(row.record for row in employments)


def _mail(link: LinkRow | None) -> MailView | None:
    return None if link is None else MailView(link.mail, link.mail_state, link.mail_at)


def _timeline_entry(entry: EntryRow, run: RunRow, person: PersonView) -> TimelineEntry:
    return TimelineEntry(entry_view(entry, person), run.id, run.mode, run.trigger, run.requested_by)
