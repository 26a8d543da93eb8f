"""Changing users: changes in, one outcome a change out, in order.

An attribute that a service will not have in a PATCH is sent by PUT from then on, or left out if it is not needed; one
that it drops without a word is told by the outcome's code. What one change has shown, the next need not find out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.scim.api import ScimReply, Sender, Write
from connector.hosts.scim.carriers import Carriers, rounds
from connector.hosts.scim.discovery import Service
from connector.hosts.scim.lookup import ID, Lookup, Term, term
from connector.hosts.scim.outcomes import (
    DROPPED,
    NO_ANSWER,
    STALE,
    Keeping,
    ScimWrite,
    carriers_of,
    failed,
    wanted,
)
from connector.hosts.scim.users import Edit, ScimReader, ScimUser, edited, edits_of, replacement

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

#: The account is the connector's own, or one that the operator has set apart.
PROTECTED = "protected"

_NOT_PATCHED = (405, 501)
#: As often as there are ways: without what is not needed, by PUT, without a tag.
_WAYS = 3


@dataclass(frozen=True, slots=True)
class _Task:
    """A change as it is to be sent: all that it comes to, of the user as they were read, and what of it is sent."""

    user: ScimUser
    edits: tuple[Edit, ...]
    sent: tuple[Edit, ...] = ()
    by_put: bool = False
    etag: str = ""

    @property
    def paths(self) -> frozenset[str]:
        """What is sent, by name."""
        return frozenset(edit.path for edit in self.sent)

    def write(self) -> Write:
        """The request."""
        path = f"/Users/{quote(self.user.account.account_id, safe='')}"
        if self.by_put:
            return Write("PUT", path, replacement(edited(self.user.resource, self.sent)), self.etag)
        operations = [_operation(edit) for edit in self.sent]
        return Write("PATCH", path, {"schemas": [PATCH], "Operations": operations}, self.etag)


class Changing:
    """Changes users of one service, and remembers for the length of a run what it will not take."""

    def __init__(
        self, service: Service, lookup: Lookup, sender: Sender, reader: ScimReader, keeping: Keeping
    ) -> None:
        self._service = service
        self._lookup = lookup
        self._sender = sender
        self._reader = reader
        self._keeping = keeping
        self._fields = [one.field for one in service.attributes]
        self._etags = service.etags
        self._left_out: set[str] = set()
        self._by_put: set[str] = set()

    def update(self, changes: Sequence[Change]) -> list[Outcome]:
        """UPDATED or UNCHANGED with the version after it, NOT_FOUND, REJECTED, RETRY, or UNKNOWN without an answer."""
        carriers = carriers_of(self._lookup, (one for change in changes for one in _claims(change)))
        outcomes: dict[int, Outcome] = {}
        for numbers in rounds(changes, _claims):
            tasks: dict[int, _Task] = {}
            for number in numbers:
                found = self._task(changes[number], carriers)
                if isinstance(found, _Task):
                    tasks[number] = found
                else:
                    outcomes[number] = found
            outcomes |= zip(tasks, self._change(list(tasks.values()), carriers), strict=True)
        return [outcomes[number] for number in range(len(changes))]

    def _task(self, change: Change, carriers: Carriers) -> _Task | Outcome:
        user = carriers.by_id(change.account_id)
        if user is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        edits = edits_of(change, user, self._service)
        taken = carriers.taken(wanted(change.external_id, change.email), change.account_id)
        refusal = checks.change_refusal(self._fields, user.account, change, taken)
        if user.protected and (edits or change.state is AccountState.SUSPENDED):
            refusal = PROTECTED
        if refusal:
            return checks.rejected(user.account, refusal)
        if not edits:
            return Outcome(OutcomeStatus.UNCHANGED, user.account.account_id, user.account.version)
        return _Task(user, tuple(edits))

    def _change(self, tasks: Sequence[_Task], carriers: Carriers) -> list[Outcome]:
        """The first goes ahead alone where something of it is new."""
        ahead = 1 if {edit.path for task in tasks for edit in task.edits} - self._keeping.proven else 0
        return [one for some in (tasks[:ahead], tasks[ahead:]) for one in self._changed(some, carriers)]

    def _changed(self, tasks: Sequence[_Task], carriers: Carriers) -> list[Outcome]:
        tasks, replies = self._sent(tasks)
        asked = [self._asked(task, reply) for task, reply in zip(tasks, replies, strict=True)]
        done = [
            ScimWrite(user, reply, task.paths)
            for user, reply, task in zip(asked, replies, tasks, strict=True)
            if user is not None
        ]
        kept = iter(zip(done, self._keeping.kept(done), strict=True))
        return [
            failed(reply, task.user) if user is None else self._settled(task, *next(kept), carriers)
            for user, reply, task in zip(asked, replies, tasks, strict=True)
        ]

    def _sent(self, tasks: Sequence[_Task]) -> tuple[list[_Task], list[ScimReply]]:
        """The replies to all, each said in every way that there is; the tasks as they were said last."""
        said = [self._said(task) for task in tasks]
        replies = self._sender.send([task.write() for task in said])
        for _ in range(_WAYS):
            refused = [number for number, reply in enumerate(replies) if reply.sure and not reply.ok]
            for number in refused:
                self._learn(said[number], replies[number])
            again = [number for number in refused if self._said(said[number]) != said[number]]
            for number in again:
                said[number] = self._said(said[number])
            others = self._sender.send([said[number].write() for number in again])
            for number, reply in zip(again, others, strict=True):
                replies[number] = reply
        return said, replies

    def _said(self, task: _Task) -> _Task:
        """The task as it is best sent, by what is known by now."""
        sent = tuple(edit for edit in task.edits if edit.path not in self._left_out)
        by_put = not self._service.patches or any(edit.path in self._by_put for edit in sent)
        return replace(task, sent=sent, by_put=by_put, etag=task.user.etag if self._etags else "")

    def _learn(self, task: _Task, reply: ScimReply) -> None:
        """What a refusal shows of the service."""
        new = task.paths - self._keeping.proven
        optional = {edit.path for edit in task.sent if edit.optional} & new
        if reply.status in (400, *_NOT_PATCHED) and optional:
            self._left_out |= optional
        elif reply.status in _NOT_PATCHED and not task.by_put:
            self._by_put |= new or task.paths
        elif reply.status == STALE and self._etags:
            fresh = self._lookup.one(task.user.account.account_id)
            # A tag that is called stale though nothing has changed tells nothing.
            self._etags = fresh is None or fresh.account != task.user.account

    def _asked(self, task: _Task, reply: ScimReply) -> ScimUser | None:
        """The user as they are to be, if the answer was a yes."""
        return self._reader.read(edited(task.user.resource, task.sent)) if reply.ok else None

    def _settled(self, task: _Task, done: ScimWrite, user: ScimUser | None, carriers: Carriers) -> Outcome:
        before = task.user
        if user is None:
            return Outcome(OutcomeStatus.UNKNOWN, before.account.account_id, code=NO_ANSWER)
        if user.account == before.account:
            return checks.rejected(before.account, DROPPED)
        if before.etag and before.etag in (done.reply.etag, user.etag):
            # A tag that a change leaves as it was guards nothing.
            self._etags = False
        carriers.put(user)
        code = "" if user.account == done.asked.account else DROPPED
        return Outcome(OutcomeStatus.UPDATED, user.account.account_id, user.account.version, code)


def _operation(edit: Edit) -> dict[str, object]:
    if edit.value is None:
        return {"op": "remove", "path": edit.path}
    return {"op": "replace", "path": edit.path, "value": edit.value}


def _claims(change: Change) -> list[Term]:
    return [term(ID, change.account_id), *wanted(change.external_id, change.email)]
