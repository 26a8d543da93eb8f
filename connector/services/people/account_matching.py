"""Whose account is whose where the sync does not know (rule D2): an admin links, keeps apart, or lets it be.

To let it be is an exception (`excepting`). What is decided here takes effect at the next run, which decides anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from connector.core.model.account import Account
from connector.core.model.employee import Employee, email_key
from connector.core.model.override import Override, OverrideKind
from connector.core.ports.host import Found, Key, KeyKind
from connector.core.rules.correlation import keys
from connector.engine.settle import find
from connector.errors import Refused
from connector.services.people.directory import EmployeeView, view_of
from connector.store.connection import connections
from connector.store.people import directory, links, overrides
from connector.store.runs import lease
from connector.store.tables.connection import Connection
from connector.store.tables.people import FindingRow, LinkRow
from connector.wiring import Wiring

#: Why a human is skipped whose account an admin may settle.
UNCLEAR_MATCHES = (
    "email_shared",
    "several_accounts",
    "not_a_learner",
    "account_taken",
    "account_removed",
    "kept_apart",
)


@dataclass(frozen=True, slots=True)
class CandidateView:
    """An account that may be meant; `is_free` tells that it can be linked."""

    account_id: str
    name: str
    email: str
    is_learner: bool
    is_free: bool


@dataclass(frozen=True, slots=True)
class MatchView:
    """One human whose account is not clear, why not, and the accounts that carry their mark or work email."""

    employee: EmployeeView
    code: str
    candidates: tuple[CandidateView, ...]


class AccountMatching:
    """Settles the disputes of one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def dispute(self, portal_id: str, employee_id: str) -> MatchView:
        """What there is to settle, as the LMS is now. Raises Refused when there is nothing."""
        with self._database.reading() as session:
            connection = _existing(connections.of_portal(session, portal_id), portal_id)
            employee, key = _employee(session, connection.id, employee_id)
            code = session.scalar(select(FindingRow.code).where(_disputes(connection.id, key)))
        if code is None:
            raise Refused("There is nothing to settle about them any more.")
        accounts = self._accounts(portal_id, keys(employee, None))
        with self._database.reading() as session:
            taken = _owners(session, connection.id, accounts)
        candidates = tuple(
            CandidateView(
                one.account_id,
                f"{one.first_name} {one.last_name}".strip(),
                one.email,
                one.is_learner,
                one.is_learner and taken.get(one.account_id, key) == key,
            )
            for one in accounts
        )
        return MatchView(view_of(employee), code, candidates)

    def link(self, portal_id: str, viewer_id: str | None, employee_id: str, text: str) -> None:
        """Let the account with this email or id be theirs, and no other.

        Raises Refused when that is no account, several, not a learner's or somebody else's, and RunInProgress while a
        run is under way.
        """
        wanted = email_key(text)
        if wanted is None:
            raise Refused("Give the email or the id of an account.")
        asked = Key(KeyKind.EMAIL, wanted) if "@" in wanted else Key(KeyKind.ID, text.strip())
        accounts = self._accounts(portal_id, [asked])
        if len(accounts) != 1:
            found = "No account has" if not accounts else f"{len(accounts)} accounts have"
            raise Refused(f"{found} this email or id: give the id of one account.")
        [account] = accounts
        if not account.is_learner:
            raise Refused(
                "The account is not a learner's: managers, instructors and admins are never linked."
            )
        with self._database.writing() as session:
            connection, key = self._settling(session, portal_id, employee_id)
            if _owners(session, connection.id, accounts).get(account.account_id, key) != key:
                raise Refused("The account is linked to somebody else already.")
            links.link_by_hand(session, connection.id, key, account.account_id, self._clock())
            self._settled(session, connection, key, viewer_id, "link.by_hand", employee_id)

    def separate(self, portal_id: str, viewer_id: str | None, employee_id: str) -> None:
        """Say that what carries their mark or work email is not theirs; a removed account may be made anew.

        Raises Refused when there is no account to be kept apart from, and RunInProgress while a run is under way.
        """
        with self._database.reading() as session:
            connection = _existing(connections.of_portal(session, portal_id), portal_id)
            employee, key = _employee(session, connection.id, employee_id)
            known = session.scalar(select(LinkRow.account_id).where(_link(connection.id, key)))
        asked = [Key(KeyKind.ID, known)] if known else keys(employee, None)
        accounts = self._accounts(portal_id, asked)
        if known and accounts:
            raise Refused("Their account is there: start a sync, and nothing is left to settle.")
        if not known and not accounts:
            raise Refused("There is no account with their mark or work email to keep them apart from.")
        with self._database.writing() as session:
            connection, key = self._settling(session, portal_id, employee_id)
            links.forget(session, connection.id, key)
            for account in accounts:
                self._keep_apart(session, connection, key, account, viewer_id)
            self._settled(session, connection, key, viewer_id, "link.separated", employee_id)

    def _accounts(self, portal_id: str, asked: Sequence[Key]) -> list[Account]:
        """Every account that one of the keys finds, once."""
        found: Found = find(self._wiring.lms.host(portal_id), asked)
        return list({one.account_id: one for accounts in found.values() for one in accounts}.values())

    def _settling(self, session: Session, portal_id: str, employee_id: str) -> tuple[Connection, str]:
        connection = _existing(connections.locked(session, portal_id), portal_id)
        lease.refuse_while_held(session, connection.id, self._clock())
        return connection, _employee(session, connection.id, employee_id)[1]

    def _keep_apart(
        self, session: Session, connection: Connection, key: str, account: Account, viewer_id: str | None
    ) -> None:
        known = overrides.of_people(session, connection.id, [key]).get(key, ())
        made = Override(OverrideKind.SEPARATE, date.max, account.account_id)
        if made not in known:
            why, now = "not their account", self._clock()
            overrides.make(session, connection.id, key, made, reason=why, owner=viewer_id, now=now)

    def _settled(
        self,
        session: Session,
        connection: Connection,
        key: str,
        viewer_id: str | None,
        action: str,
        employee_id: str,
    ) -> None:
        """Have it decided anew, and the dispute out of the queue meanwhile."""
        directory.mark_dirty(session, connection.id, key)
        session.execute(delete(FindingRow).where(_disputes(connection.id, key)))
        now, portal_id = self._clock(), connection.portal_id
        connections.audit(session, portal_id, now, viewer_id, action, employee=employee_id)


def _existing(connection: Connection | None, portal_id: str) -> Connection:
    if connection is None:
        raise Refused(f"Portal {portal_id} is not connected to Paycor: press + Connect first.")
    return connection


def _employee(session: Session, connection_id: int, employee_id: str) -> tuple[Employee, str]:
    """The employment, and the human behind it."""
    employee = directory.by_ids(session, connection_id, [employee_id]).get(employee_id)
    key = directory.person_key_of(session, connection_id, employee_id)
    if employee is None or key is None:
        raise Refused("Nobody of the last read has this employee id.")
    return employee, key


def _disputes(connection_id: int, person_key: str) -> ColumnElement[bool]:
    mine = (FindingRow.connection_id == connection_id) & (FindingRow.person_key == person_key)
    return mine & FindingRow.code.in_(UNCLEAR_MATCHES) & FindingRow.is_skip


def _link(connection_id: int, person_key: str) -> ColumnElement[bool]:
    return (LinkRow.connection_id == connection_id) & (LinkRow.person_key == person_key)


def _owners(session: Session, connection_id: int, accounts: Sequence[Account]) -> Mapping[str, str]:
    """Whom these accounts are linked to."""
    ids = [one.account_id for one in accounts]
    query = select(LinkRow.account_id, LinkRow.person_key).where(
        LinkRow.connection_id == connection_id, LinkRow.account_id.in_(ids)
    )
    return {row.account_id: row.person_key for row in session.execute(query)}
