"""Making users: rows in, one outcome a row out, in order.

Whoever carries what a row asks for is read beforehand, because SCIM services keep nothing unique but the user name.
"""

from collections.abc import Sequence
from urllib.parse import unquote

from connector.core.ports.host import NewAccount, Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.scim.api import ScimReply, Sender, Write
from connector.hosts.scim.carriers import Carriers, rounds
from connector.hosts.scim.discovery import Service
from connector.hosts.scim.lookup import Lookup, Term
from connector.hosts.scim.outcomes import (
    DROPPED,
    NO_ANSWER,
    TAKEN,
    Keeping,
    ScimWrite,
    carriers_of,
    failed,
    wanted,
)
from connector.hosts.scim.users import ScimReader, ScimUser, new_resource


class Creating:
    """Makes users of one service."""

    def __init__(
        self, service: Service, lookup: Lookup, sender: Sender, reader: ScimReader, keeping: Keeping
    ) -> None:
        self._service = service
        self._lookup = lookup
        self._sender = sender
        self._reader = reader
        self._keeping = keeping
        self._fields = [one.field for one in service.attributes]

    def create(self, rows: Sequence[NewAccount]) -> list[Outcome]:
        """CREATED, EXISTS with whoever is in the way, REJECTED, or UNKNOWN when there was no answer."""
        carriers = carriers_of(self._lookup, (one for row in rows for one in _claims(row)))
        outcomes: dict[int, Outcome] = {}
        for numbers in rounds(rows, _claims):
            refused = {number: self._refused(rows[number], carriers) for number in numbers}
            outcomes |= {number: outcome for number, outcome in refused.items() if outcome}
            sent = [number for number in numbers if number not in outcomes]
            outcomes |= zip(sent, self._make([rows[number] for number in sent], carriers), strict=True)
        return [outcomes[number] for number in range(len(rows))]

    def _refused(self, row: NewAccount, carriers: Carriers) -> Outcome | None:
        taken = carriers.taken(_claims(row))
        if taken is not None:
            return checks.exists(taken)
        refusal = checks.create_refusal(self._fields, row)
        return checks.rejected(None, refusal) if refusal else None

    def _make(self, rows: Sequence[NewAccount], carriers: Carriers) -> list[Outcome]:
        bodies = [new_resource(row, self._service) for row in rows]
        replies = self._sender.send([Write("POST", "/Users", body) for body in bodies])
        pairs = list(zip(rows, replies, strict=True))
        self._look_who_was_quicker([row for row, reply in pairs if _is_taken(reply)], carriers)
        asked = [self._asked(body, reply) for body, reply in zip(bodies, replies, strict=True)]
        done = [
            ScimWrite(user, reply, frozenset(f"POST {name}" for name in user.resource))
            for user, (_, reply) in zip(asked, pairs, strict=True)
            if user
        ]
        kept = {id(one.asked): user for one, user in zip(done, self._keeping.kept(done), strict=True)}
        return [
            _made(user, kept[id(user)], carriers) if user else _not_made(row, reply, carriers)
            for user, (row, reply) in zip(asked, pairs, strict=True)
        ]

    def _look_who_was_quicker(self, rows: Sequence[NewAccount], carriers: Carriers) -> None:
        for user in self._lookup.users(one for row in rows for one in _claims(row)) or ():
            carriers.put(user)

    def _asked(self, body: dict[str, object], reply: ScimReply) -> ScimUser | None:
        """The user that was asked for, under the id that was given out; None when none was."""
        if not reply.ok:
            return None
        located = unquote(reply.location.rstrip("/").rsplit("/", 1)[-1])
        return self._reader.read({**body, "id": (reply.resource or {}).get("id") or located})


def _made(asked: ScimUser, user: ScimUser | None, carriers: Carriers) -> Outcome:
    if user is None:
        return Outcome(OutcomeStatus.UNKNOWN, code=NO_ANSWER)
    carriers.put(user)
    kept = (
        user.account.fields == asked.account.fields and user.account.external_id == asked.account.external_id
    )
    return Outcome(
        OutcomeStatus.CREATED, user.account.account_id, user.account.version, "" if kept else DROPPED
    )


def _not_made(row: NewAccount, reply: ScimReply, carriers: Carriers) -> Outcome:
    if reply.ok:
        return Outcome(OutcomeStatus.UNKNOWN, code=NO_ANSWER)
    taken = carriers.taken(_claims(row)) if _is_taken(reply) else None
    return checks.exists(taken) if taken else failed(reply, None)


def _is_taken(reply: ScimReply) -> bool:
    return reply.sure and reply.status == TAKEN


def _claims(row: NewAccount) -> list[Term]:
    return wanted(row.external_id, row.email)
