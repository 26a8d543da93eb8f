"""Users of a SCIM service created: rows in, one outcome per row out, in order.

The users who have a row's terms are read beforehand, because SCIM services guarantee only unique user names.
"""

from collections.abc import Sequence
from urllib.parse import unquote

from connector.core.ports.host import NewAccount, Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.rounds import in_rounds
from connector.hosts.scim.api import ScimApi, ScimReply, Write
from connector.hosts.scim.discovery import Service
from connector.hosts.scim.lookup import ScimLookup, Term, TermIndex, unique_terms
from connector.hosts.scim.outcomes import (
    DROPPED,
    NO_ANSWER,
    TAKEN,
    ScimWrite,
    WriteVerifier,
    failure_outcome,
)
from connector.hosts.scim.users import ScimReader, ScimUser, new_user


class ScimCreator:
    """Creates users of one service."""

    def __init__(
        self, service: Service, lookup: ScimLookup, api: ScimApi, reader: ScimReader, verifier: WriteVerifier
    ) -> None:
        self._service = service
        self._lookup = lookup
        self._api = api
        self._reader = reader
        self._verifier = verifier
        self._fields = [one.field for one in service.attributes]

    def create(self, rows: Sequence[NewAccount]) -> list[Outcome]:
        """CREATED, EXISTS with the account that is in the way, REJECTED, RETRY, or UNKNOWN without an answer."""
        index = self._lookup.index(one for row in rows for one in _terms(row))
        return in_rounds(rows, _terms, lambda some: self._create_round(some, index))

    def _create_round(self, rows: Sequence[NewAccount], index: TermIndex) -> list[Outcome]:
        """Rows that share no term."""
        refusals = [self._refusal(row, index) for row in rows]
        new = [row for row, refusal in zip(rows, refusals, strict=True) if refusal is None]
        created = iter(self._create(new, index))
        return [refusal or next(created) for refusal in refusals]

    def _refusal(self, row: NewAccount, index: TermIndex) -> Outcome | None:
        conflict = index.conflict(_terms(row))
        if conflict is not None:
            return checks.exists(conflict)
        code = checks.create_refusal(self._fields, row)
        return checks.rejected(None, code) if code else None

    def _create(self, rows: Sequence[NewAccount], index: TermIndex) -> list[Outcome]:
        bodies = [new_user(row, self._service) for row in rows]
        replies = self._api.send([Write("POST", "/Users", body) for body in bodies])
        self._refresh(
            [row for row, reply in zip(rows, replies, strict=True) if _is_taken(reply)],
            index,
        )
        desired = [self._desired(body, reply) for body, reply in zip(bodies, replies, strict=True)]
        writes = [
            ScimWrite(user, reply, frozenset(f"POST {name}" for name in user.resource))
            for user, reply in zip(desired, replies, strict=True)
            if user
        ]
        stored = iter(self._verifier.stored(writes))
        return [
            _outcome(user, next(stored), index) if user else _failure(row, reply, index)
            for user, row, reply in zip(desired, rows, replies, strict=True)
        ]

    def _refresh(self, rows: Sequence[NewAccount], index: TermIndex) -> None:
        """Read who has the terms of these rows now: another client may have created a user meanwhile."""
        for user in self._lookup.users_now(one for row in rows for one in _terms(row)) or ():
            index.put(user)

    def _desired(self, body: dict[str, object], reply: ScimReply) -> ScimUser | None:
        """The user as sent, with the id that the service gave it; None when it gave none."""
        if not reply.ok:
            return None
        located = unquote(reply.location.rstrip("/").rsplit("/", 1)[-1])
        return self._reader.read({**body, "id": (reply.resource or {}).get("id") or located})


def _outcome(desired: ScimUser, stored: ScimUser | None, index: TermIndex) -> Outcome:
    if stored is None:
        return Outcome(OutcomeStatus.UNKNOWN, code=NO_ANSWER)
    index.put(stored)
    sent, account = desired.account, stored.account
    is_whole = account.fields == sent.fields and account.external_id == sent.external_id
    return Outcome(OutcomeStatus.CREATED, account.account_id, account.version, "" if is_whole else DROPPED)


def _failure(row: NewAccount, reply: ScimReply, index: TermIndex) -> Outcome:
    if reply.ok:
        return Outcome(OutcomeStatus.UNKNOWN, code=NO_ANSWER)
    conflict = index.conflict(_terms(row)) if _is_taken(reply) else None
    return checks.exists(conflict) if conflict else failure_outcome(reply, None)


def _is_taken(reply: ScimReply) -> bool:
    return reply.sure and reply.status == TAKEN


def _terms(row: NewAccount) -> list[Term]:
    return unique_terms(row.external_id, row.email)
