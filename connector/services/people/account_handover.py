"""Accounts that change hands (rule D25): an admin says that their holder and the person who needs them are the same.

In: employee ids whose match is unclear because somebody else has the account; out: both ids are one person from then
on, who has the account. Never from somebody who is employed, and never without an admin's word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from connector.core.model.account import Account, AccountHolder
from connector.core.model.employee import Employee, full_name
from connector.core.model.settings import Settings
from connector.core.ports.host import Found
from connector.core.rules.correlation import keys
from connector.engine.settle import find
from connector.errors import Refused
from connector.services.connection.require import check_active, require_connection
from connector.services.people.account_holders import holders_of
from connector.services.people.directory import EmployeeView, view_of
from connector.services.views.pages import LIMIT, PAGE_SIZE
from connector.services.views.views import Page
from connector.store import audit
from connector.store.connection import legal_entities
from connector.store.db.sessions import Session
from connector.store.mirror import person_id_changes
from connector.store.people import directory, findings, links
from connector.store.runs import lease
from connector.store.tables.connection import Connection
from connector.store.tables.people import FindingRow
from connector.wiring import Wiring

#: The reasons for a skip that a handover ends: somebody else has the account, or is listed with its email as well.
HELD_BY_ANOTHER = ("account_taken", "other_key", "email_shared")


@dataclass(frozen=True, slots=True)
class HandoverOffer:
    """A person, the learner's account that has their work email or mark, and its holder, who is not employed."""

    employee: EmployeeView
    account_id: str
    name: str
    email: str
    holder: AccountHolder


@dataclass(frozen=True, slots=True)
class _Claim:
    """A person, under the key of the mirror, and the one account that they can get; `code` is why they have it not."""

    employee: Employee
    account: Account
    code: str


class AccountHandover:
    """Lists and carries out the handovers of one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def offers(self, portal_id: str, after: int | None = None) -> Page[HandoverOffer]:
        """The people whose account somebody holds who is not employed any more, a page at a time."""
        with self._database.reading() as session:
            connection = require_connection(session, portal_id)
            rows = findings.page(session, portal_id, after, LIMIT, skips=HELD_BY_ANOTHER)
        claims = self._claims(connection, rows[:PAGE_SIZE])
        settings = self._wiring.settings(connection)
        with self._database.reading() as session:
            free = list(self._free(session, connection.id, settings, claims))
        next_key = rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None
        return Page(tuple(_offer(claim, holder) for claim, holder in free), next_key)

    def hand_over(self, portal_id: str, viewer_id: str | None, employee_ids: Sequence[str]) -> int:
        """Give these people the accounts that wait for them; returns how many got one.

        Raises Refused when none of them can get one, and RunInProgress while a run is in progress.
        """
        with self._database.reading() as session:
            connection = require_connection(session, portal_id)
            rows = findings.of_employees(session, connection.id, employee_ids, HELD_BY_ANOTHER)
        count = self._carry_out(viewer_id, connection, rows)
        if not count:
            raise Refused(
                "No account was handed over: its holder is employed, it is not one learner's account, or several "
                "people have its email. Look at the person to see who holds it."
            )
        return count

    def hand_over_all(self, portal_id: str, viewer_id: str | None) -> int:
        """The same for everybody on the list of offers, a page at a time."""
        count, after = 0, None
        while True:
            with self._database.reading() as session:
                connection = require_connection(session, portal_id)
                rows = findings.page(session, portal_id, after, LIMIT, skips=HELD_BY_ANOTHER)
            if not rows:
                return count
            count += self._carry_out(viewer_id, connection, rows)
            after = rows[-1].id

    def _claims(self, connection: Connection, rows: Sequence[FindingRow]) -> list[_Claim]:
        """The people of these findings with the one learner's account that their mark or work email finds."""
        with self._database.reading() as session:
            found = directory.by_ids(session, connection.id, [row.employee_id for row in rows])
        # A record may have another person id than the one under which the person is stored.
        people = [
            (replace(found[row.employee_id], person_id=row.person_key), row.code)
            for row in rows
            if row.employee_id in found
        ]
        lookup = [key for employee, _ in people for key in keys(employee, None)]
        accounts = find(self._wiring.host(connection), lookup) if lookup else {}
        claims = (_claim(employee, code, accounts) for employee, code in people)
        return [one for one in claims if one]

    def _carry_out(self, viewer_id: str | None, seen: Connection, rows: Sequence[FindingRow]) -> int:
        """Hand over what may be: whether the holder is employed is looked at while no run can be in progress."""
        claims, settings, count = self._claims(seen, rows), self._wiring.settings(seen), 0
        with self._database.writing() as session:
            connection = require_connection(session, seen.portal_id, lock=True)
            check_active(connection, while_paused=True)
            lease.refuse_while_held(session, connection.id, self._clock())
            for claim, holder in self._free(session, connection.id, settings, claims):
                self._give(session, connection, viewer_id, claim, holder)
                count += 1
        return count

    def _free(
        self, session: Session, connection_id: int, settings: Settings, claims: Sequence[_Claim]
    ) -> Iterator[tuple[_Claim, AccountHolder]]:
        """The claims whose account may change hands, each account once, with its holder.

        Where the email is shared, nobody but the claimant and the holder may have it.
        """
        accounts = [one.account for one in claims]
        holders = dict(holders_of(session, connection_id, settings, self._clock(), accounts))
        emails = [one.employee.email_key for one in claims if one.employee.email_key]
        sharers = directory.person_keys_by_email(session, connection_id, emails)
        for claim in claims:
            key = claim.employee.person_key
            holder = holders.pop(claim.account.account_id, None)
            if holder is None or not holder.status.is_free or holder.person_key == key:
                continue
            others = sharers.get(claim.employee.email_key or "", frozenset()) - {key, holder.person_key}
            if claim.code != "email_shared" or not others:
                yield claim, holder

    def _give(
        self,
        session: Session,
        connection: Connection,
        viewer_id: str | None,
        claim: _Claim,
        holder: AccountHolder,
    ) -> None:
        new, account = claim.employee.person_key, claim.account
        link = links.row_of_person(session, connection.id, holder.person_key)
        is_linked = link is not None and link.account_id == account.account_id
        if is_linked or (link is None and holder.employee_id):
            connected = legal_entities.ids_of_connection(session, connection.id)
            ended = directory.outside(session, connection.id, holder.person_key, connected)
            person_id_changes.merge(session, connection.id, holder.person_key, new, ended)
        if not is_linked:
            links.link_by_hand(session, connection.id, new, account.account_id, self._clock(), account.state)
        directory.mark_dirty(session, connection.id, new)
        findings.delete_skips(session, connection.id, new, HELD_BY_ANOTHER)
        audit.record(
            session,
            connection.portal_id,
            self._clock(),
            viewer_id,
            "account.handed_over",
            employee=claim.employee.employee_id,
            account=account.account_id,
            before=holder.employee_id or holder.person_key,
            holder=holder.status.value,
        )


def _claim(employee: Employee, code: str, found: Found) -> _Claim | None:
    """The claim to the only account that the person's keys find, if it is a learner's."""
    accounts = {one.account_id: one for key in keys(employee, None) for one in found.get(key, ())}
    account = next(iter(accounts.values())) if len(accounts) == 1 else None
    return _Claim(employee, account, code) if account and account.is_learner else None


def _offer(claim: _Claim, holder: AccountHolder) -> HandoverOffer:
    account = claim.account
    name = full_name(account.first_name, account.last_name)
    return HandoverOffer(view_of(claim.employee), account.account_id, name, account.email, holder)
