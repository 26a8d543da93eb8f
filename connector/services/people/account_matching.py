"""Unclear matches (rule D2): an admin links a person to an account, or says that the accounts found are not theirs.

Ignoring a match for now is an override (`overrides`). A decision here takes effect at the next run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connector.core.model.account import Account, AccountHolder
from connector.core.model.employee import Employee, email_key, full_name
from connector.core.model.override import Override, OverrideKind
from connector.core.ports.host import Found, Key, KeyKind
from connector.core.rules.correlation import keys
from connector.engine.settle import find
from connector.errors import Refused
from connector.services.connection.require import require_connection
from connector.services.people.account_holders import holders_of
from connector.services.people.directory import EmployeeView, view_of
from connector.store import audit
from connector.store.db.sessions import Session
from connector.store.people import directory, findings, links, overrides
from connector.store.runs import lease
from connector.store.tables.connection import Connection
from connector.wiring import Wiring

#: The reasons for a skip that an admin can resolve by choosing an account.
UNCLEAR_MATCHES = (
    "email_shared",
    "several_accounts",
    "not_a_learner",
    "account_taken",
    "other_key",
    "account_removed",
    "kept_apart",
)


@dataclass(frozen=True, slots=True)
class CandidateView:
    """An account that may be the person's; `is_free` says that it can be linked, `holder` who else has it."""

    account_id: str
    name: str
    email: str
    is_learner: bool
    is_free: bool
    holder: AccountHolder | None = None


@dataclass(frozen=True, slots=True)
class MatchView:
    """A person whose account is unclear, the reason, and the accounts with their external id or work email."""

    employee: EmployeeView
    code: str
    candidates: tuple[CandidateView, ...]


class AccountMatching:
    """Resolves the unclear matches of one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def unclear_match(self, portal_id: str, employee_id: str) -> MatchView:
        """The unclear match of one person, as the LMS is now. Raises Refused when there is none."""
        with self._database.reading() as session:
            connection = require_connection(session, portal_id)
            employee, person_key = _employee(session, connection.id, employee_id)
            code = findings.skip_code(session, connection.id, person_key, UNCLEAR_MATCHES)
        if code is None:
            raise Refused("This match is clear now. There is nothing left to decide.")
        accounts = self._accounts(portal_id, keys(employee, None))
        settings = self._wiring.settings(connection)
        with self._database.reading() as session:
            owners = links.owners(session, connection.id, [one.account_id for one in accounts])
            holders = holders_of(session, connection.id, settings, self._clock(), accounts)
        return MatchView(
            view_of(employee), code, tuple(_candidate(one, person_key, owners, holders) for one in accounts)
        )

    def link(self, portal_id: str, viewer_id: str | None, employee_id: str, text: str) -> None:
        """Link the person to the account with this email or id.

        Raises Refused when no account or several have it, the account is not a learner's or is linked to another
        person, and RunInProgress while a run is in progress.
        """
        email = email_key(text)
        if email is None:
            raise Refused("Give the email or the id of an account.")
        key = Key(KeyKind.EMAIL, email) if "@" in email else Key(KeyKind.ID, text.strip())
        accounts = self._accounts(portal_id, [key])
        if len(accounts) != 1:
            count = "No account has" if not accounts else f"{len(accounts)} accounts have"
            raise Refused(f"{count} this email or id. Give the id of one account.")
        [account] = accounts
        if not account.is_learner:
            raise Refused(
                "The account is not a learner's. Managers, instructors and admins are never linked."
            )
        with self._database.writing() as session:
            connection, person_key = self._locked(session, portal_id, employee_id)
            owners = links.owners(session, connection.id, [account.account_id])
            if owners.get(account.account_id, person_key) != person_key:
                raise Refused(
                    "The account is linked to another person already. If they are the same person and have left under "
                    "their earlier id, hand the account over."
                )
            links.link_by_hand(session, connection.id, person_key, account.account_id, self._clock())
            self._resolve(session, connection, person_key, viewer_id, "link.by_hand", employee_id)

    def separate(self, portal_id: str, viewer_id: str | None, employee_id: str) -> None:
        """Store that the accounts with the person's external id or work email are not theirs.

        A person whose account was removed can get a new one after that. Raises Refused when there is no account to
        separate them from, and RunInProgress while a run is in progress.
        """
        with self._database.reading() as session:
            connection = require_connection(session, portal_id)
            employee, person_key = _employee(session, connection.id, employee_id)
            link = links.row_of_person(session, connection.id, person_key)
        lookup = [Key(KeyKind.ID, link.account_id)] if link else keys(employee, None)
        accounts = self._accounts(portal_id, lookup)
        if link and accounts:
            raise Refused("Their account is there. Start a sync, and nothing is left to decide.")
        if not link and not accounts:
            raise Refused("No account has their external id or work email, so there is nothing to separate.")
        with self._database.writing() as session:
            connection, person_key = self._locked(session, portal_id, employee_id)
            links.forget(session, connection.id, person_key)
            for account in accounts:
                self._add_override(session, connection, person_key, account, viewer_id)
            self._resolve(session, connection, person_key, viewer_id, "link.separated", employee_id)

    def _accounts(self, portal_id: str, lookup: Sequence[Key]) -> list[Account]:
        """Every account that one of the keys finds, once."""
        found: Found = find(self._wiring.lms.host(portal_id), lookup)
        return list({one.account_id: one for accounts in found.values() for one in accounts}.values())

    def _locked(self, session: Session, portal_id: str, employee_id: str) -> tuple[Connection, str]:
        """The connection, locked, and the person's key. Raises RunInProgress while a run is in progress."""
        connection = require_connection(session, portal_id, lock=True)
        lease.refuse_while_held(session, connection.id, self._clock())
        return connection, _employee(session, connection.id, employee_id)[1]

    def _add_override(
        self,
        session: Session,
        connection: Connection,
        person_key: str,
        account: Account,
        viewer_id: str | None,
    ) -> None:
        existing = overrides.of_people(session, connection.id, [person_key]).get(person_key, ())
        override = Override(OverrideKind.SEPARATE, date.max, account.account_id)
        if override not in existing:
            reason, now = "not their account", self._clock()
            overrides.create(
                session, connection.id, person_key, override, reason=reason, owner=viewer_id, now=now
            )

    def _resolve(
        self,
        session: Session,
        connection: Connection,
        person_key: str,
        viewer_id: str | None,
        action: str,
        employee_id: str,
    ) -> None:
        """Have the next run decide again, and take the match off the list until then."""
        directory.mark_dirty(session, connection.id, person_key)
        findings.delete_skips(session, connection.id, person_key, UNCLEAR_MATCHES)
        audit.record(session, connection.portal_id, self._clock(), viewer_id, action, employee=employee_id)


def _candidate(
    account: Account, person_key: str, owners: Mapping[str, str], holders: Mapping[str, AccountHolder]
) -> CandidateView:
    holder = holders.get(account.account_id)
    return CandidateView(
        account.account_id,
        full_name(account.first_name, account.last_name),
        account.email,
        account.is_learner,
        account.is_learner and owners.get(account.account_id, person_key) == person_key,
        holder if holder and holder.person_key != person_key else None,
    )


def _employee(session: Session, connection_id: int, employee_id: str) -> tuple[Employee, str]:
    """The employment, and the key of its person. Raises Refused when the mirror does not have it."""
    employee = directory.by_ids(session, connection_id, [employee_id]).get(employee_id)
    person_key = directory.person_key_of(session, connection_id, employee_id)
    if employee is None or person_key is None:
        raise Refused("No employee has this employee id.")
    return employee, person_key
