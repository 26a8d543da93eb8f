"""Users of a SCIM service changed: sparse changes in, one outcome per change out, in order.

An attribute that the service refuses in a PATCH is sent by PUT from then on, or left out if it is optional; one that
the service drops silently gives the outcome a code. What one change has shown is remembered for the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.rounds import in_rounds
from connector.hosts.scim.api import ScimApi, ScimReply, Write
from connector.hosts.scim.discovery import Service
from connector.hosts.scim.lookup import ID, ScimLookup, Term, TermIndex, term, unique_terms
from connector.hosts.scim.outcomes import (
    DROPPED,
    NO_ANSWER,
    STALE,
    ScimWrite,
    WriteVerifier,
    failure_outcome,
)
from connector.hosts.scim.users import Edit, ScimReader, ScimUser, changed_attributes, edited, replacement

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

#: The account is the connector's own, or one that the settings protect.
PROTECTED = "protected"

_NOT_PATCHED = (405, 501)
#: The ways to send a change again: without optional edits, by PUT, without an entity tag.
_WAYS = 3


@dataclass(frozen=True, slots=True)
class _Task:
    """A change of a user as it was read: all of its edits, and how it is sent (which edits, by PUT or PATCH)."""

    user: ScimUser
    edits: tuple[Edit, ...]
    sent: tuple[Edit, ...] = ()
    by_put: bool = False
    etag: str = ""

    @property
    def paths(self) -> frozenset[str]:
        """The paths of what is sent."""
        return frozenset(edit.path for edit in self.sent)

    def write(self) -> Write:
        """The request."""
        path = f"/Users/{quote(self.user.account.account_id, safe='')}"
        if self.by_put:
            return Write("PUT", path, replacement(edited(self.user.resource, self.sent)), self.etag)
        operations = [_operation(edit) for edit in self.sent]
        return Write("PATCH", path, {"schemas": [PATCH], "Operations": operations}, self.etag)


class ScimUpdater:
    """Changes users of one service, and remembers for the length of a run what the service refuses."""

    def __init__(
        self, service: Service, lookup: ScimLookup, api: ScimApi, reader: ScimReader, verifier: WriteVerifier
    ) -> None:
        self._service = service
        self._lookup = lookup
        self._api = api
        self._reader = reader
        self._verifier = verifier
        self._fields = [one.field for one in service.attributes]
        self._uses_etags = service.etags
        self._left_out: set[str] = set()
        self._by_put: set[str] = set()

    def update(self, changes: Sequence[Change]) -> list[Outcome]:
        """UPDATED or UNCHANGED with the version after it, NOT_FOUND, REJECTED, RETRY, or UNKNOWN without an answer."""
        index = self._lookup.index(one for change in changes for one in _claims(change))
        return in_rounds(changes, _claims, lambda some: self._update_round(some, index))

    def _update_round(self, changes: Sequence[Change], index: TermIndex) -> list[Outcome]:
        """Changes that share no account and no term."""
        tasks = [self._task(change, index) for change in changes]
        sent = iter(self._change([task for task in tasks if isinstance(task, _Task)], index))
        return [next(sent) if isinstance(task, _Task) else task for task in tasks]

    def _task(self, change: Change, index: TermIndex) -> _Task | Outcome:
        """What to send for a change, or the outcome of one that must not or need not be sent."""
        user = index.by_id(change.account_id)
        if user is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        edits = changed_attributes(change, user, self._service)
        conflict = index.conflict(unique_terms(change.external_id, change.email), change.account_id)
        refusal: str | checks.Reasons = checks.change_refusal(self._fields, user.account, change, conflict)
        if user.protected and (edits or change.state is AccountState.SUSPENDED):
            refusal = PROTECTED
        if refusal:
            return checks.rejected(user.account, refusal)
        if not edits:
            return Outcome(OutcomeStatus.UNCHANGED, user.account.account_id, user.account.version)
        return _Task(user, tuple(edits))

    def _change(self, tasks: Sequence[_Task], index: TermIndex) -> list[Outcome]:
        """One outcome per task. The first task is sent alone while a path of any task is not proven."""
        alone = 1 if {edit.path for task in tasks for edit in task.edits} - self._verifier.proven else 0
        return [one for some in (tasks[:alone], tasks[alone:]) for one in self._send(some, index)]

    def _send(self, tasks: Sequence[_Task], index: TermIndex) -> list[Outcome]:
        tasks, replies = self._send_in_every_way(tasks)
        desired = [self._desired(task, reply) for task, reply in zip(tasks, replies, strict=True)]
        writes = [
            ScimWrite(user, reply, task.paths)
            for user, reply, task in zip(desired, replies, tasks, strict=True)
            if user is not None
        ]
        stored = iter(zip(writes, self._verifier.stored(writes), strict=True))
        return [
            failure_outcome(reply, task.user) if user is None else self._outcome(task, *next(stored), index)
            for user, reply, task in zip(desired, replies, tasks, strict=True)
        ]

    def _send_in_every_way(self, tasks: Sequence[_Task]) -> tuple[list[_Task], list[ScimReply]]:
        """The tasks as they were sent last, and their replies; a refused task is sent in every way there is."""
        latest = [self._adapted(task) for task in tasks]
        replies = self._api.send([task.write() for task in latest])
        for _ in range(_WAYS):
            refused = [number for number, reply in enumerate(replies) if reply.sure and not reply.ok]
            for number in refused:
                self._learn(latest[number], replies[number])
            again = [number for number in refused if self._adapted(latest[number]) != latest[number]]
            for number in again:
                latest[number] = self._adapted(latest[number])
            new_replies = self._api.send([latest[number].write() for number in again])
            for number, reply in zip(again, new_replies, strict=True):
                replies[number] = reply
        return latest, replies

    def _adapted(self, task: _Task) -> _Task:
        """The task in the form that the service accepts, as far as it is known by now."""
        sent = tuple(edit for edit in task.edits if edit.path not in self._left_out)
        by_put = not self._service.patches or any(edit.path in self._by_put for edit in sent)
        return replace(task, sent=sent, by_put=by_put, etag=task.user.etag if self._uses_etags else "")

    def _learn(self, task: _Task, reply: ScimReply) -> None:
        """Remember what a refusal shows about the service."""
        new = task.paths - self._verifier.proven
        optional = {edit.path for edit in task.sent if edit.optional} & new
        if reply.status in (400, *_NOT_PATCHED) and optional:
            self._left_out |= optional
        elif reply.status in _NOT_PATCHED and not task.by_put:
            self._by_put |= new or task.paths
        elif reply.status == STALE and self._uses_etags:
            current = self._lookup.user(task.user.account.account_id)
            # If the user has not changed, the service's tags mean nothing.
            self._uses_etags = current is None or current.account != task.user.account

    def _desired(self, task: _Task, reply: ScimReply) -> ScimUser | None:
        """The user after the change; None when the change was not accepted."""
        return self._reader.read(edited(task.user.resource, task.sent)) if reply.ok else None

    def _outcome(self, task: _Task, write: ScimWrite, user: ScimUser | None, index: TermIndex) -> Outcome:
        before = task.user
        if user is None:
            return Outcome(OutcomeStatus.UNKNOWN, before.account.account_id, code=NO_ANSWER)
        if user.account == before.account:
            return checks.rejected(before.account, DROPPED)
        if before.etag and before.etag in (write.reply.etag, user.etag):
            # A tag that stays the same after a change protects nothing.
            self._uses_etags = False
        index.put(user)
        code = "" if user.account == write.desired.account else DROPPED
        return Outcome(OutcomeStatus.UPDATED, user.account.account_id, user.account.version, code)


def _operation(edit: Edit) -> dict[str, object]:
    if edit.value is None:
        return {"op": "remove", "path": edit.path}
    return {"op": "replace", "path": edit.path, "value": edit.value}


def _claims(change: Change) -> list[Term]:
    return [term(ID, change.account_id), *unique_terms(change.external_id, change.email)]
