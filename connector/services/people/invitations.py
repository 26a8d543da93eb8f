"""Mail to people on an admin's request: for people who got none yet (D13), and a second invitation (X14)."""

from collections.abc import Callable, Sequence

from connector.core.model.account import AccountState
from connector.core.model.run import RunMode, RunTrigger
from connector.core.ports.host import Key, KeyKind, Unknown
from connector.errors import HostUnavailable, Refused
from connector.services.connection.require import require_active
from connector.services.views.pages import LIMIT, PAGE_SIZE
from connector.services.views.people import people_by_key
from connector.services.views.rows import not_invited_view
from connector.services.views.views import NotInvitedView, Page
from connector.store import audit
from connector.store.people import mails
from connector.store.runs import runs
from connector.wiring import Wiring


class InvitationService:
    """Finds people who have not answered, and queues runs that send mail; `wake` is called with the id of each."""

    def __init__(self, wiring: Wiring, wake: Callable[[int], None]) -> None:
        self._wiring = wiring
        self._wake = wake

    def unanswered(self, portal_id: str, after: int | None = None) -> Page[NotInvitedView]:
        """Invited people who have not answered, in the order of their links; a page may have few of them, or none.

        Raises HostUnavailable when the LMS cannot say who has answered.
        """
        with self._wiring.database.reading() as session:
            rows = mails.invited(session, portal_id, after, LIMIT)
            shown = rows[:PAGE_SIZE]
            people = people_by_key(session, portal_id, [row.person_key for row in shown])
        pending = self._pending(portal_id, [row.account_id for row in shown])
        views = (
            not_invited_view(row, people.get(row.person_key)) for row in shown if row.account_id in pending
        )
        return Page(tuple(views), shown[-1].id if len(rows) > PAGE_SIZE else None)

    def send(self, portal_id: str, viewer_id: str | None, person_keys: Sequence[str] | None) -> int:
        """Mail people whose mail was not sent or may not have arrived (rule D13); returns the run's id.

        `person_keys` None is everybody. People who were added silently get a welcome.
        """
        now = self._wiring.clock()
        with self._wiring.database.writing() as session:
            connection = require_active(session, portal_id)
            mails.owe_welcomes(session, connection.id, person_keys)
            run_id = runs.queue(session, connection.id, RunMode.MAIL, RunTrigger.MANUAL, now, by=viewer_id)
            audit.record(session, portal_id, now, viewer_id, "mail.asked")
        self._wake(run_id)
        return run_id

    def resend(self, portal_id: str, viewer_id: str | None, person_keys: Sequence[str]) -> int:
        """Invite again those of these people who were invited; returns the run's id.

        Raises Refused when none of them was.
        """
        now = self._wiring.clock()
        with self._wiring.database.writing() as session:
            connection = require_active(session, portal_id)
            count = mails.owe_invitations(session, connection.id, person_keys)
            if not count:
                raise Refused("None of these people has an invitation without an answer. Reload the page.")
            run_id = runs.queue(session, connection.id, RunMode.MAIL, RunTrigger.MANUAL, now, by=viewer_id)
            audit.record(session, portal_id, now, viewer_id, "mail.again", people=count)
        self._wake(run_id)
        return run_id

    def _pending(self, portal_id: str, account_ids: Sequence[str]) -> set[str]:
        """Those of these accounts that still wait for an answer, as the LMS says now."""
        keys = [Key(KeyKind.ID, account_id) for account_id in account_ids]
        found = self._wiring.lms.host(portal_id).find(keys) if keys else {}
        if isinstance(found, Unknown):
            raise HostUnavailable("The LMS cannot say for certain who has answered. Try again later.")
        accounts = (account for carriers in found.values() for account in carriers)
        return {account.account_id for account in accounts if account.state is AccountState.PENDING}
