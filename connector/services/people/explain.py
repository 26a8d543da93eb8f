"""Why somebody is in the state they are in, and what has been done to them (rules X8, X9).

In: a portal, and whom an admin means. The LMS is asked about that one person, the store is read, Paycor is left alone.
Nothing is changed.
"""

from collections.abc import Sequence
from datetime import datetime

from connector.core.model import attributes
from connector.core.model.account import Account
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import email_key
from connector.core.model.operation import Finding
from connector.core.model.settings import Settings
from connector.core.ports.host import Found, Host, Key, KeyKind
from connector.core.rules.access import days
from connector.core.rules.access.entitlement import entitlement_of
from connector.core.rules.correlation import keys
from connector.core.rules.why import TraceInput, trace, trace_unlisted
from connector.engine.plan import decision_context
from connector.engine.settle import find
from connector.services.views.pages import PAGE_SIZE
from connector.services.views.person import Explanation, MailView, OtherMatch, TimelineEntry
from connector.services.views.rows import entry_view, finding_view, person_view
from connector.services.views.views import Page, PersonView
from connector.store.connection import connections
from connector.store.mirror.decision_inputs import DecisionInputReader
from connector.store.people import history
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow
from connector.store.tables.runs import EntryRow, RunRow
from connector.wiring import Wiring

#: How many of somebody's last changes come with an explanation.
LAST_CHANGES = 5


class Explanations:
    """Explains one person at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database

    def why(self, portal_id: str, who: str) -> Explanation | None:
        """Why whoever has this employee id, account id, work email or employee number is in the state they are in.

        None when nobody is known by it. Raises HostUnavailable when the LMS cannot say for certain who has an account.
        """
        wanted = who.strip()
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            if connection is None or not wanted:
                return None
            called = history.people_called(session, connection.id, wanted)
            people = history.employments(session, connection.id, called)
            unlisted = None if people else history.unlisted(session, connection.id, wanted)
        if not people:
            return self._unlisted(self._wiring.host(connection), wanted, unlisted)
        also = _others(people, people[0].person_key)
        return self._explained(connection, people[0].person_key, also)

    def timeline(self, portal_id: str, person_key: str, before: int | None = None) -> Page[TimelineEntry]:
        """What has been done to one person, newest first; `before` is the last key of the page before."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            if connection is None or not person_key:
                return Page()
            rows = history.changes(session, connection.id, person_key, before, PAGE_SIZE + 1)
            kept = rows[:PAGE_SIZE]
            person = _person(history.employments(session, connection.id, [person_key]))
            changes = tuple(_change(entry, run, person) for entry, run in kept)
            return Page(changes, kept[-1][0].id if len(rows) > PAGE_SIZE else None)

    def _explained(
        self, connection: Connection, person_key: str, also: tuple[OtherMatch, ...]
    ) -> Explanation | None:
        settings, now = self._wiring.settings(connection), self._wiring.clock()
        reader = DecisionInputReader(self._database, connection.id, attributes.origins(settings.attributes))
        cases = reader.cases([person_key], days.today(now, settings.time_zone))
        if not cases:
            return None
        with self._database.reading() as session:
            told = history.findings(session, connection.id, person_key)
            rows = history.employments(session, connection.id, [person_key])
            link = history.link(session, connection.id, person_key)
            changed = history.changes(session, connection.id, person_key, None, LAST_CHANGES)
        asked = self._asked(connection, settings, cases[0], {row.code: row.since for row in told})
        person = _person(rows)
        return Explanation(
            steps=trace(asked),
            person_key=person_key,
            employee_id=asked.due.employee.employee_id,
            person=person,
            account_id=link.account_id if link else None,
            linked_at=link.linked_at if link else None,
            due_at=min((row.due_at for row in rows if row.due_at), default=None),
            waits=any(row.dirty for row in rows),
            mail=_mail(link),
            findings=tuple(finding_view(row, person) for row in told),
            changes=tuple(_change(entry, run, person) for entry, run in changed),
            also=also,
        )

    def _asked(
        self, connection: Connection, settings: Settings, case: DecisionInput, since: dict[str, datetime]
    ) -> TraceInput:
        """What the next run would be asked about them."""
        now, host = self._wiring.clock(), self._wiring.host(connection)
        due = entitlement_of(case.person, settings, now, case.facts)
        found = find(host, keys(due.employee, case.link))
        accounts = sorted({one.account_id for several in found.values() for one in several})
        with self._database.reading() as session:
            owners = history.owners(session, connection.id, accounts)
        return TraceInput(case, due, found, owners, decision_context(host, settings, now), since)

    def _unlisted(self, host: Host, who: str, row: FindingRow | None) -> Explanation | None:
        """Somebody whom Paycor's list does not have: being onboarded, or with an account of the LMS alone."""
        if row is not None:
            finding = Finding(row.code, row.employee_id, row.subject, row.detail)
            return Explanation(
                trace_unlisted(finding, None, row.since),
                employee_id=row.employee_id,
                findings=(finding_view(row, None),),
            )
        account = _first(find(host, _account_keys(who)))
        if account is None:
            return None
        name = f"{account.first_name} {account.last_name}".strip()
        return Explanation(
            trace_unlisted(None, account, None),
            person=PersonView(name, account.email),
            account_id=account.account_id,
        )


def _account_keys(who: str) -> list[Key]:
    email = email_key(who) if "@" in who else None
    return [Key(KeyKind.ID, who), *([Key(KeyKind.EMAIL, email)] if email else [])]


def _first(found: Found) -> Account | None:
    return next((account for accounts in found.values() for account in accounts), None)


def _others(people: Sequence[EmployeeRow], person_key: str) -> tuple[OtherMatch, ...]:
    """One line for each human but the one who is explained."""
    others = {row.person_key: row for row in reversed(people) if row.person_key != person_key}
    return tuple(OtherMatch(row.employee_id, person_view(row.record)) for _, row in sorted(others.items()))


def _person(rows: Sequence[EmployeeRow]) -> PersonView:
    """Who somebody is; of several employments, the first one that has a work email speaks."""
    people = [person_view(row.record) for row in rows]
    return next((one for one in people if one.email), people[0] if people else PersonView())


def _mail(link: LinkRow | None) -> MailView | None:
    return None if link is None else MailView(link.mail, link.mail_state, link.mail_at)


def _change(entry: EntryRow, run: RunRow, person: PersonView) -> TimelineEntry:
    return TimelineEntry(entry_view(entry, person), run.id, run.mode, run.trigger, run.requested_by)
