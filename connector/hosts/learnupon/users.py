"""Users of LearnUpon as accounts: a user in, an account out; a row or a change in, the body of a write out."""

import secrets
from collections.abc import Mapping

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import Value, email_key
from connector.core.ports.host import Change, NewAccount
from connector.hosts.accounts import readable
from connector.hosts.learnupon.api import Json
from connector.hosts.learnupon.fields import Definitions

#: Characters of every kind that a portal may require, around the random ones.
PASSWORD_FORM = "aA1!{}zZ9?"  # noqa: S105 - a template, not a password


def account(user: Json, definitions: Definitions) -> Account:
    """The user as an account. A user whose type is not given as learner counts as more than a learner."""
    return readable(lambda: _account(user, definitions), str(user["id"]), user.get("email"))


def _account(user: Json, definitions: Definitions) -> Account:
    values = definitions.values(user)
    external_id = values.pop(definitions.external_id_key, None)
    enabled = user.get("enabled", True)
    return Account(
        account_id=str(user["id"]),
        email=str(user.get("email") or ""),
        first_name=str(user.get("first_name") or ""),
        last_name=str(user.get("last_name") or ""),
        state=AccountState.SUSPENDED if enabled in (False, 0, "false", "0") else AccountState.ACTIVE,
        is_learner=str(user.get("user_type") or "").lower() == "learner",
        external_id=external_id,
        fields=values,
    )


def new_user(row: NewAccount, definitions: Definitions) -> Json:
    """The body that creates a learner with a random password."""
    return {
        "User": {
            **_names(row),
            "password": PASSWORD_FORM.format(secrets.token_urlsafe(24)),
            "change_password_on_first_login": True,
            "enabled": True,
            "user_type": "learner",
            **_custom(_with_external_id(row.external_id, row.fields, definitions), definitions),
        }
    }


def new_invite(row: NewAccount, definitions: Definitions) -> Json:
    """The body that invites a learner."""
    custom = _custom(_with_external_id(row.external_id, row.fields, definitions), definitions)
    return {"Invite": {**_names(row), "portal_membership_type_id": 1, **custom}}


def reduced(before: Account, change: Change, keeps_external_id: bool) -> Change:
    """The change without values that are already there, and without an external id where none is stored."""
    has_new_id = keeps_external_id and (change.external_id or None) != before.external_id
    fields = {key: value for key, value in change.fields.items() if value != before.fields.get(key)}
    has_new_email = email_key(change.email) not in (None, email_key(before.email))
    # A user of LearnUpon is enabled or not, never pending.
    state = AccountState.ACTIVE if change.state is AccountState.PENDING else change.state
    return Change(
        before.account_id,
        email=(change.email or "").strip() if has_new_email else None,
        first_name=_new(change.first_name, before.first_name),
        last_name=_new(change.last_name, before.last_name),
        external_id=change.external_id if has_new_id else None,
        state=None if state is before.state else state,
        fields=fields,
    )


def changed_user(change: Change, definitions: Definitions) -> Json:
    """The body of a reduced change; empty when nothing changes."""
    fields = _with_external_id(change.external_id, change.fields, definitions)
    values: dict[str, object] = {
        "first_name": change.first_name,
        "last_name": change.last_name,
        "new_email": change.email,
        "enabled": None if change.state is None else change.state is not AccountState.SUSPENDED,
    }
    body = {name: value for name, value in values.items() if value is not None}
    return {**body, **_custom(fields, definitions)}


def is_kept(after: Account, change: Change) -> bool:
    """Whether an account has all values of a reduced change."""
    return reduced(after, change, change.external_id is not None) == Change(after.account_id)


def _names(row: NewAccount) -> dict[str, object]:
    return {"email": row.email.strip(), "first_name": row.first_name, "last_name": row.last_name}


def _with_external_id(
    external_id: str | None, fields: Mapping[str, Value], definitions: Definitions
) -> Mapping[str, Value]:
    if external_id is None or not definitions.external_id_key:
        return fields
    return {**fields, definitions.external_id_key: external_id}


def _custom(fields: Mapping[str, Value], definitions: Definitions) -> dict[str, object]:
    return {"CustomData": definitions.payload(fields)} if fields else {}


def _new(value: str | None, existing: str) -> str | None:
    return None if value == existing else value
