"""Users of LearnUpon created: rows in, one outcome per row out.

An active account is a user with a random password. A pending one is a portal invitation, which LearnUpon mails at once:
the outcome is then PENDING.
"""

from collections.abc import Sequence
from dataclasses import replace

from connector.core.model.account import AccountState
from connector.core.ports.host import Key, KeyKind, NewAccount, Outcome, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts import checks
from connector.hosts.accounts import unique_keys
from connector.hosts.learnupon import users
from connector.hosts.learnupon.api import Json, LearnUponApi
from connector.hosts.learnupon.fields import Definitions
from connector.hosts.learnupon.invite import Invites
from connector.hosts.learnupon.lookup import LearnUponLookup, PortalAccounts
from connector.hosts.learnupon.outcomes import INVITED, NO_ANSWER, outcome_of_each, unknown_outcome
from connector.hosts.rounds import in_rounds


class LearnUponCreator:
    """Creates users of one portal; `invites` is None in a portal without pending accounts."""

    def __init__(
        self, api: LearnUponApi, lookup: LearnUponLookup, definitions: Definitions, invites: Invites | None
    ) -> None:
        self._api = api
        self._lookup = lookup
        self._definitions = definitions
        self._invites = invites

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """CREATED, PENDING, EXISTS, REJECTED, RETRY, or UNKNOWN without an answer."""
        return in_rounds(rows, self._keys, self._create_round)

    def _keys(self, row: NewAccount) -> list[Key]:
        return unique_keys(row.external_id if self._definitions.external_id_key else None, row.email)

    def _create_round(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Rows that share no key."""
        existing = self._lookup.all_accounts()
        outcomes = outcome_of_each(self._api, rows, lambda row: self._create(row, existing))
        if any(outcome.status is OutcomeStatus.UNKNOWN for outcome in outcomes):
            self._lookup.forget()
        return self._with_versions(outcomes)

    def _create(self, row: NewAccount, existing: PortalAccounts) -> Outcome:
        conflict = existing.index.conflict(self._keys(row))
        if conflict is not None:
            return checks.exists(conflict)
        refusal = checks.create_refusal(self._definitions.fields, row)
        if refusal:
            return checks.rejected(None, refusal)
        if row.state is AccountState.PENDING and self._invites is not None:
            return self._invite(row, self._invites)
        reply = self._api.write("POST", "/users", users.new_user(row, self._definitions))
        if not reply.ok:
            return unknown_outcome(reply) or self._refused(row, reply.code)
        account_id = _id_in(reply.body)
        if not account_id:
            return Outcome(OutcomeStatus.UNKNOWN, code=NO_ANSWER)
        return Outcome(OutcomeStatus.CREATED, account_id)

    def _invite(self, row: NewAccount, invites: Invites) -> Outcome:
        account_id = invites.id_of(row.email, row.external_id)
        pending = Outcome(OutcomeStatus.PENDING, account_id, code=INVITED)
        reply = self._api.write("POST", "/portal_invite", users.new_invite(row, self._definitions))
        invites.forget()
        if reply.ok or (reply.sure and invites.is_duplicate(account_id, reply)):
            return pending
        return unknown_outcome(reply) or self._refused(row, reply.code)

    def _refused(self, row: NewAccount, code: str) -> Outcome:
        """EXISTS when another account has the address by now, whatever reason LearnUpon gives."""
        owners = self._lookup.search(row.email)
        if owners:
            return checks.exists((Key(KeyKind.EMAIL, row.email), owners[0].account_id))
        return checks.rejected(None, code)

    def _with_versions(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """The outcomes with the versions of the accounts as they are read back."""
        ids = [one.account_id for one in outcomes if one.status is OutcomeStatus.CREATED and one.account_id]
        try:
            created = self._lookup.accounts_after_write(ids)
        except HostUnavailable:
            # The users are created; without a version the next sync looks at them again.
            self._lookup.forget()
            return list(outcomes)
        versions = {account_id: account.version for account_id, account in created.items()}
        return [replace(one, version=versions.get(one.account_id or "", "")) for one in outcomes]


def _id_in(body: Json) -> str:
    """The id of a new user, at the top or within the user; empty when there is none."""
    inner = next((body[name] for name in ("User", "user") if isinstance(body.get(name), dict)), body)
    return str(inner.get("id") or "")
