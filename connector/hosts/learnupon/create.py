"""New people in a LearnUpon portal: rows in, one outcome a row out.

An active account is a user made with a password that nobody knows. A pending one is a portal invitation, which
LearnUpon mails by itself: the outcome is then PENDING.
"""

from collections.abc import Sequence
from dataclasses import replace

from connector.core.model.account import AccountState
from connector.core.ports.host import Key, KeyKind, NewAccount, Outcome, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts import checks
from connector.hosts.keys import wanted
from connector.hosts.learnupon import users
from connector.hosts.learnupon.api import Api, Json
from connector.hosts.learnupon.fields import Definitions
from connector.hosts.learnupon.invite import Invites
from connector.hosts.learnupon.lookup import Everybody, Roster
from connector.hosts.learnupon.outcomes import UNANSWERED, each, in_waves, unclear

#: What an outcome says of an account that waits for its learner's answer.
INVITED = "invited"


class Maker:
    """Makes accounts; `invites` is None in a portal where nobody is to wait for an answer."""

    def __init__(self, api: Api, roster: Roster, definitions: Definitions, invites: Invites | None) -> None:
        self._api = api
        self._roster = roster
        self._definitions = definitions
        self._invites = invites

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Make or invite learners."""
        return in_waves(rows, self._keys, self._create)

    def _keys(self, row: NewAccount) -> list[Key]:
        return wanted(row.external_id if self._definitions.external_id_key else None, row.email)

    def _create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        everybody = self._roster.everybody()
        outcomes = each(self._api, rows, lambda row: self._one(row, everybody))
        if any(outcome.status is OutcomeStatus.UNKNOWN for outcome in outcomes):
            self._roster.forget()
        return self._with_versions(outcomes)

    def _one(self, row: NewAccount, everybody: Everybody) -> Outcome:
        taken = everybody.index.taken(self._keys(row))
        if taken is not None:
            return checks.exists(taken)
        refusal = checks.create_refusal(self._definitions.fields, row)
        if refusal:
            return checks.rejected(None, refusal)
        if row.state is AccountState.PENDING and self._invites is not None:
            return self._invite(row, self._invites)
        written = self._api.write("POST", "/users", users.new_user(row, self._definitions))
        if not written.ok:
            return unclear(written) or self._refused(row, written.code)
        account_id = _id_in(written.body)
        if not account_id:
            return Outcome(OutcomeStatus.UNKNOWN, code=UNANSWERED)
        return Outcome(OutcomeStatus.CREATED, account_id)

    def _invite(self, row: NewAccount, invites: Invites) -> Outcome:
        account_id = invites.id_of(row.email, row.external_id)
        pending = Outcome(OutcomeStatus.PENDING, account_id, code=INVITED)
        written = self._api.write("POST", "/portal_invite", users.invite(row, self._definitions))
        invites.forget()
        if written.ok or (written.sure and invites.is_out(account_id, written)):
            return pending
        return unclear(written) or self._refused(row, written.code)

    def _refused(self, row: NewAccount, code: str) -> Outcome:
        """EXISTS when somebody has the address by now, whatever words LearnUpon has for it."""
        there = self._roster.search(row.email)
        if there:
            return checks.exists((Key(KeyKind.EMAIL, row.email), there[0].account_id))
        return checks.rejected(None, code)

    def _with_versions(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        made = [one.account_id for one in outcomes if one.status is OutcomeStatus.CREATED and one.account_id]
        try:
            found = self._roster.after_writing(made)
        except HostUnavailable:
            # They are made all the same; without a version the next sync looks at them again.
            self._roster.forget()
            return list(outcomes)
        versions = {account_id: account.version for account_id, account in found.items()}
        return [replace(one, version=versions.get(one.account_id or "", "")) for one in outcomes]


def _id_in(body: Json) -> str:
    """The id of a new user, on its own or within the user; empty when there is none."""
    inner = next((body[name] for name in ("User", "user") if isinstance(body.get(name), dict)), body)
    return str(inner.get("id") or "")
