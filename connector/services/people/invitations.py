"""Who was invited and has not answered, and a second invitation for them (rule X14). The LMS says who still waits."""

from collections.abc import Callable, Sequence

from sqlalchemy import select, update

from connector.core.model.account import AccountState, Mail, MailState
from connector.core.model.run import RunMode, RunTrigger
from connector.core.ports.host import Key, KeyKind, Unknown
from connector.errors import HostUnavailable, Refused
from connector.services.connection.require import require_connection
from connector.services.views.pages import PAGE_SIZE, people_of
from connector.services.views.views import NotInvitedView, Page, PersonView
from connector.store.connection import connections
from connector.store.runs import runs
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, LinkRow
from connector.wiring import Wiring

#: Sent for all that is known, with an account that waited for its learner when the connector last set it.
_INVITED = (LinkRow.mail_state == MailState.SENT.value) & (LinkRow.state == AccountState.PENDING.value)


class InvitationService:
    """Asks the LMS who waits, and for runs that mail them again; `wake` is called with the id of each."""

    def __init__(self, wiring: Wiring, wake: Callable[[int], None]) -> None:
        self._wiring = wiring
        self._wake = wake

    def unanswered(self, portal_id: str, after: int | None = None) -> Page[NotInvitedView]:
        """The invited who still wait, in the order they were linked; a page may have few of them, or none.

        Raises HostUnavailable when the LMS cannot say who does.
        """
        query = (
            select(LinkRow)
            .join(Connection, Connection.id == LinkRow.connection_id)
            .where(Connection.portal_id == portal_id, _INVITED, LinkRow.id > (after or 0))
            .order_by(LinkRow.id)
            .limit(PAGE_SIZE + 1)
        )
        with self._wiring.database.reading() as session:
            rows = session.scalars(query).all()
            shown = rows[:PAGE_SIZE]
            people = people_of(session, portal_id, EmployeeRow.person_key, [row.person_key for row in shown])
        waiting = self._waiting(portal_id, [row.account_id for row in shown])
        views = (
            NotInvitedView(row.person_key, row.account_id, row.mail_state, row.linked_at, who)
            for row in shown
            if row.account_id in waiting
            for who in [people.get(row.person_key, PersonView())]
        )
        return Page(tuple(views), shown[-1].id if len(rows) > PAGE_SIZE else None)

    def resend(self, portal_id: str, viewer_id: str | None, person_keys: Sequence[str]) -> int:
        """Invite these people again, and nobody who was not invited; gives the run's id. Raises Refused for nobody."""
        now = self._wiring.clock()
        with self._wiring.database.writing() as session:
            connection = require_connection(session, portal_id, while_paused=False)
            mine = (LinkRow.connection_id == connection.id) & LinkRow.person_key.in_(person_keys)
            chosen = session.scalars(select(LinkRow.id).where(mine, _INVITED)).all()
            if not chosen:
                raise Refused("None of these people has an invitation without an answer. Reload the page.")
            owed = {"mail_state": MailState.OWED.value, "mail": Mail.INVITATION.value}
            session.execute(update(LinkRow).where(LinkRow.id.in_(chosen)).values(**owed))
            run_id = runs.queue(session, connection.id, RunMode.MAIL, RunTrigger.MANUAL, now, by=viewer_id)
            connections.audit(session, portal_id, now, viewer_id, "mail.again", people=len(chosen))
        self._wake(run_id)
        return run_id

    def _waiting(self, portal_id: str, account_ids: Sequence[str]) -> set[str]:
        keys = [Key(KeyKind.ID, account_id) for account_id in account_ids]
        found = self._wiring.lms.host(portal_id).find(keys) if keys else {}
        if isinstance(found, Unknown):
            raise HostUnavailable("The LMS cannot say for certain who has answered. Try again later.")
        accounts = (account for carriers in found.values() for account in carriers)
        return {account.account_id for account in accounts if account.state is AccountState.PENDING}
