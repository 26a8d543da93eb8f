"""Invitations to a LearnUpon portal that wait for an answer: an id of ours for each, and what has become of it.

An invited person is no user, and has no id of LearnUpon's, before they accept. So their account goes by
`invite:<digest of the address>:<our key>`, which can be told again after a cut-off and has no address in it. It stays
good: once they have accepted, it leads to the user who carries our key, or else the address.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import email_key
from connector.core.ports.host import Key, KeyKind
from connector.hosts.learnupon.api import Api, Json, Written
from connector.hosts.learnupon.lookup import GOOD_FOR, Everybody
from connector.hosts.versions import versioned

PREFIX = "invite:"

#: LearnUpon's words for somebody whose invitation is out already (seen in a client's code, in either wording).
OUT_ALREADY = ("duplicate invite", "already been invited")

#: The type of membership that an invitation is to.
LEARNER = "1"

_LISTED = ("group_invites", "group_invite", "invites")


@dataclass(frozen=True, slots=True)
class Listed:
    """The invitations that the portal lists, by the digests of their addresses.

    `tells_portal` is whether any of them is to the portal and no group: only then can one be missed in it.
    """

    read_at: datetime
    by_digest: dict[str, Json]
    tells_portal: bool


class Invites:
    """The invitations of one portal."""

    def __init__(self, api: Api, base_url: str, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._base_url = base_url
        self._clock = clock
        self._listed: Listed | None = None

    def id_of(self, email: str, external_id: str) -> str:
        """The id of the account of somebody invited."""
        return f"{PREFIX}{self._digest(email)}:{external_id}"

    def find(self, account_ids: Sequence[str], everybody: Everybody) -> dict[str, Account]:
        """What these ids lead to now: a user who has accepted, or an invitation that waits; nothing when neither."""
        by_digest: dict[str, list[Account]] = {}
        for one in everybody.accounts.values():
            by_digest.setdefault(self._digest(one.email), []).append(one)
        found = {}
        for account_id in account_ids:
            digest, external_id = _parts(account_id)
            carriers = everybody.index.carriers(Key(KeyKind.EXTERNAL_ID, external_id))
            marked = [everybody.accounts[carrier] for carrier in carriers]
            unmarked = [one for one in by_digest.get(digest, ()) if one.external_id is None]
            accepted = marked or unmarked
            account = accepted[0] if len(accepted) == 1 else self._waiting(account_id, digest)
            if account is not None:
                found[account_id] = account
        return found

    def forget(self) -> None:
        """Read the portal's list anew: something has been written."""
        self._listed = None

    def is_out(self, account_id: str, refusal: Written) -> bool:
        """Whether a refused invitation is refused because there is one already."""
        digest, _ = _parts(account_id)
        return refusal.says(*OUT_ALREADY) or _waits(self._list().by_digest.get(digest))

    def cancel(self, account_id: str) -> Written | None:
        """Take an invitation back; None when the portal does not list it, so that it cannot be."""
        digest, _ = _parts(account_id)
        row = self._list().by_digest.get(digest)
        if row is None or not _waits(row):
            return None
        self.forget()
        return self._api.write("DELETE", f"/group_invites/{row['id']}")

    def _waiting(self, account_id: str, digest: str) -> Account | None:
        listed = self._list()
        row = listed.by_digest.get(digest)
        if row is None and listed.tells_portal:
            return None
        if row is not None and not _waits(row):
            return None
        told = row or {}
        email, kind = str(told.get("invite_email_address", "")), str(told.get("group_membership_type_id", 1))
        return versioned(Account(account_id, email, "", "", AccountState.PENDING, is_learner=kind == LEARNER))

    def _list(self) -> Listed:
        now = self._clock()
        if self._listed is None or now - self._listed.read_at > GOOD_FOR:
            rows = [row for row in self._api.rows("/group_invites", *_LISTED) if "id" in row]
            # Of several to one address the one that waits counts.
            rows.sort(key=_waits)
            by_digest = {self._digest(str(row.get("invite_email_address"))): row for row in rows}
            tells_portal = any(not row.get("group_id") for row in rows)
            self._listed = Listed(now, by_digest, tells_portal)
        return self._listed

    def _digest(self, email: str) -> str:
        """Of the address as two are compared, and of the portal, so that two portals share none."""
        text = f"{self._base_url}\0{email_key(email)}"
        return hashlib.sha256(text.encode()).hexdigest()[:24]


def _waits(row: Json | None) -> bool:
    return row is not None and str(row.get("invite_status", "")).lower() == "sent"


def _parts(account_id: str) -> tuple[str, str]:
    """The digest of the address in an id, and our key."""
    digest, _, external_id = account_id.removeprefix(PREFIX).partition(":")
    return digest, external_id
