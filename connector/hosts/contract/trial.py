"""One promise tried on one host: rows with fresh names in, accounts and outcomes out.

A difference is named, but its value is never shown: on a live site it may be personal data.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from connector.core.model.account import Account, AccountState, Field, FieldType
from connector.core.model.employee import Value, email_key
from connector.core.ports.host import Host, Key, KeyKind, NewAccount, Outcome, OutcomeStatus
from connector.hosts.contract.rig import ContractBroken, Names, Need, NotOffered, NotTried, Rig

Part = TypeVar("Part")

#: Ids that no account has.
UNKNOWN_IDS = ("987654321", "no such id", "")

_CREATED = (OutcomeStatus.CREATED, OutcomeStatus.PENDING)
_SAMPLES = {
    FieldType.STRING: "Analyst",
    FieldType.DECIMAL: "1.5",
    FieldType.INTEGER: "7",
    FieldType.DATE: "2026-03-02",
}


@dataclass(frozen=True)
class Trial:
    """A rig, and the names of one trial."""

    rig: Rig
    names: Names

    @property
    def host(self) -> Host:
        """The host that is tried."""
        return self.rig.host

    def row(self, who: str, **values: Any) -> NewAccount:
        """Ada Lovelace, an active learner with the required fields of the LMS; `values` replace attributes."""
        required: dict[str, Value] = {one.key: sample(one) for one in self.host.fields() if one.required}
        row = NewAccount(
            self.names.external_id(who), self.names.email(who), "Ada", "Lovelace", AccountState.ACTIVE
        )
        return replace(row, **{**values, "fields": {**required, **values.get("fields", {})}})

    def create(self, *rows: NewAccount) -> list[str]:
        """Create accounts; gives their ids."""
        outcomes = self.host.create(rows)
        expect(
            len(outcomes) == len(rows) and all(one.status in _CREATED for one in outcomes),
            f"{len(rows)} accounts should be created; the outcomes are {summary(outcomes)}.",
        )
        return [outcome.account_id or "" for outcome in outcomes]

    def find(self, *keys: Key) -> dict[Key, list[Account]]:
        """The accounts that have each key. Raises NotOffered when the look-up cannot be trusted here."""
        answer = self.host.find(keys)
        if not isinstance(answer, dict):
            kinds = sorted({key.kind.value.replace("_", " ") for key in keys})
            raise NotOffered(f"a reliable look-up by {' and '.join(kinds)}")
        return {key: [filled(account) for account in answer[key]] for key in keys}

    def found(self, kind: KeyKind, value: str) -> list[Account]:
        """The accounts that have one key."""
        key = Key(kind, value)
        return self.find(key)[key]

    def account(self, account_id: str) -> Account:
        """The current account with an id."""
        found = self.found(KeyKind.ID, account_id)
        expect(len(found) == 1, f"{len(found)} accounts are found by an id instead of one.")
        return found[0]

    def mailed(self) -> list[str]:
        """The ids of the accounts of this trial that mails went to, in order."""
        return list(required(self.rig.mailed, Need.OUTBOX)())

    def rename(self, account_id: str, first_name: str) -> None:
        """Change the first name of an account, as an admin of the LMS does."""
        required(self.rig.rename, Need.EDITS)(account_id, first_name)

    def promote(self, account_id: str) -> None:
        """Make an account more than a learner, as an admin of the LMS does."""
        required(self.rig.promote, Need.TYPES)(account_id)

    def now(self) -> datetime:
        """The time by the LMS's clock."""
        return required(self.rig.now, Need.CLOCK)()

    def signs_in(self, account_id: str) -> bool:
        """Whether an account can really sign in."""
        return required(self.rig.signs_in, Need.SIGN_IN)(account_id)

    def state(self, requested: AccountState) -> AccountState:
        """The expected state of a new account: a host without pending accounts makes it active."""
        is_active = requested is AccountState.PENDING and not self.rig.offers(Need.PENDING)
        return AccountState.ACTIVE if is_active else requested

    def expect_kept(self, row: NewAccount, account: Account) -> None:
        """Expect that an account has the values of its row."""
        keeps = self.rig.offers(Need.EXTERNAL_ID)
        expected = {
            "email": email_key(row.email),
            "first_name": row.first_name,
            "last_name": row.last_name,
            "external_id": row.external_id if keeps else None,
            "state": self.state(row.state),
            "is_learner": True,
            **{f"field:{key}": value for key, value in row.fields.items()},
        }
        kept = {
            name: account.fields.get(name.removeprefix("field:"))
            if name.startswith("field:")
            else getattr(account, name)
            for name in expected
        }
        kept["email"] = email_key(account.email)
        wrong = sorted(name for name in expected if expected[name] != kept[name])
        expect(not wrong, f"A new account does not have the values of its row: {', '.join(wrong)}.")


def required(part: Part | None, need: Need) -> Part:
    """A part of a rig. Raises NotTried when it is missing."""
    if part is None:
        raise NotTried(need)
    return part


def sample(field: Field) -> str:
    """A value that fits a custom field."""
    return field.choices[0] if field.type.is_choice else _SAMPLES[field.type]


def filled(account: Account) -> Account:
    """The account with only the fields that have a value: an empty one may be None or left out."""
    return replace(account, fields={key: value for key, value in account.fields.items() if value is not None})


def summary(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as a short text."""
    words = [f"{one.status}{f' ({one.code})' if one.code else ''}" for one in outcomes]
    return ", ".join(words) or "none"


def expect(kept: bool, sentence: str) -> None:
    """Raise ContractBroken with the sentence unless the promise is kept."""
    if not kept:
        broken(sentence)


def expect_statuses(outcomes: Sequence[Outcome], *statuses: OutcomeStatus) -> None:
    """Expect these outcomes, in this order."""
    expect(
        [one.status for one in outcomes] == list(statuses),
        f"The outcomes are {summary(outcomes)}; expected were {', '.join(statuses)}.",
    )


def expect_same(before: Account, after: Account, what: str) -> None:
    """Expect that two readings of an account are equal, except for the version and the last mail."""
    after = replace(after, version=before.version, last_mailed_at=before.last_mailed_at)
    wrong = [one.name for one in fields(Account) if getattr(before, one.name) != getattr(after, one.name)]
    expect(not wrong, f"{what}, but these values changed: {', '.join(wrong)}.")


def broken(sentence: str) -> NoReturn:
    """Raise ContractBroken."""
    raise ContractBroken(sentence)
