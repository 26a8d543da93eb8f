"""Invitations to a LearnUpon portal that wait for an answer: an id for each, and what it leads to now.

An invited person is no user and has no id in LearnUpon before they accept. So their account has the id
`invite:<digest of the address>:<external id>`, which is the same after an interrupted run and has no address in it.
The id stays valid: once they have accepted, it leads to the user with the external id, or else with the address.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import email_key
from connector.core.ports.host import Key, KeyKind, Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.accounts import versioned
from connector.hosts.learnupon.api import Json, LearnUponApi, LearnUponReply
from connector.hosts.learnupon.lookup import LIST_AGE, PortalAccounts
from connector.hosts.learnupon.outcomes import INVITED

PREFIX = "invite:"

#: LearnUpon's words for an address that is invited already (seen in a client's code, in either wording).
ALREADY_INVITED = ("duplicate invite", "already been invited")

#: The type of membership of a learner's invitation.
LEARNER = "1"

#: LearnUpon has no call that mails an existing user.
NO_SUCH_MAIL = "mail.not_offered"

_LIST_NAMES = ("group_invites", "group_invite", "invites")


@dataclass(frozen=True, slots=True)
class InviteList:
    """The invitations that the portal lists, by the digests of their addresses.

    `has_portal_invites` is whether any of them is to the portal instead of a group: only then does a missing
    invitation mean that there is none.
    """

    read_at: datetime
    by_digest: dict[str, Json]
    has_portal_invites: bool


class Invites:
    """The invitations of one portal."""

    def __init__(self, api: LearnUponApi, base_url: str, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._base_url = base_url
        self._clock = clock
        self._list: InviteList | None = None

    def id_of(self, email: str, external_id: str) -> str:
        """The account id of an invited person."""
        return f"{PREFIX}{self._digest(email)}:{external_id}"

    def find(self, account_ids: Sequence[str], portal: PortalAccounts) -> dict[str, Account]:
        """What each id leads to now: the user who has accepted, or the pending account; left out when neither is."""
        by_digest: dict[str, list[Account]] = {}
        for one in portal.accounts.values():
            by_digest.setdefault(self._digest(one.email), []).append(one)
        found = {}
        for account_id in account_ids:
            digest, external_id = _parts(account_id)
            ids = portal.index.account_ids(Key(KeyKind.EXTERNAL_ID, external_id))
            with_key = [portal.accounts[one] for one in ids]
            without_key = [one for one in by_digest.get(digest, ()) if one.external_id is None]
            accepted = with_key or without_key
            account = accepted[0] if len(accepted) == 1 else self._pending(account_id, digest)
            if account is not None:
                found[account_id] = account
        return found

    def forget(self) -> None:
        """Forget the portal's list, because an invitation was written."""
        self._list = None

    def is_duplicate(self, account_id: str, refusal: LearnUponReply) -> bool:
        """Whether an invitation was refused because the person is invited already."""
        digest, _ = _parts(account_id)
        return refusal.mentions(*ALREADY_INVITED) or _is_open(self._read().by_digest.get(digest))

    def cancel(self, account_id: str) -> LearnUponReply | None:
        """Take an invitation back; None when the portal does not list it, so that this is not possible."""
        digest, _ = _parts(account_id)
        row = self._read().by_digest.get(digest)
        if row is None or not _is_open(row):
            return None
        self.forget()
        return self._api.write("DELETE", f"/group_invites/{row['id']}")

    def _pending(self, account_id: str, digest: str) -> Account | None:
        invites = self._read()
        row = invites.by_digest.get(digest)
        if row is None and invites.has_portal_invites:
            return None
        if row is not None and not _is_open(row):
            return None
        values = row or {}
        email = str(values.get("invite_email_address", ""))
        is_learner = str(values.get("group_membership_type_id", 1)) == LEARNER
        return versioned(Account(account_id, email, "", "", AccountState.PENDING, is_learner=is_learner))

    def _read(self) -> InviteList:
        now = self._clock()
        if self._list is None or now - self._list.read_at > LIST_AGE:
            rows = [row for row in self._api.rows("/group_invites", *_LIST_NAMES) if "id" in row]
            # Of several invitations of one address the open one counts.
            rows.sort(key=_is_open)
            by_digest = {self._digest(str(row.get("invite_email_address"))): row for row in rows}
            has_portal_invites = any(not row.get("group_id") for row in rows)
            self._list = InviteList(now, by_digest, has_portal_invites)
        return self._list

    def _digest(self, email: str) -> str:
        """The digest of the address as it is compared, with the portal, so that two portals share none."""
        text = f"{self._base_url}\0{email_key(email)}"
        return hashlib.sha256(text.encode()).hexdigest()[:24]


def invite_outcome(account: Account | None) -> Outcome:
    """The outcome of a mail asked for: PENDING for a pending account, which LearnUpon has mailed; else not sent."""
    if account is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    if account.state is AccountState.SUSPENDED:
        return checks.rejected(account, checks.SUSPENDED)
    if account.state is AccountState.PENDING:
        return Outcome(OutcomeStatus.PENDING, account.account_id, account.version, INVITED)
    return checks.rejected(account, NO_SUCH_MAIL)


def _is_open(row: Json | None) -> bool:
    return row is not None and str(row.get("invite_status", "")).lower() == "sent"


def _parts(account_id: str) -> tuple[str, str]:
    """The digest of the address in an id, and the external id."""
    digest, _, external_id = account_id.removeprefix(PREFIX).partition(":")
    return digest, external_id
