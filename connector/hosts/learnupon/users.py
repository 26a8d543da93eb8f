"""A user of LearnUpon and an account of the sync: rows in, accounts out, and changes in, bodies of writes out."""

import secrets
from collections.abc import Mapping

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import Value, email_key
from connector.core.ports.host import Change, NewAccount
from connector.hosts.learnupon.api import Json
from connector.hosts.learnupon.fields import Definitions
from connector.hosts.versions import versioned

#: Letters of every class that a portal's rules may ask for, before and after the random ones.
PASSWORD_FORM = "aA1!{}zZ9?"  # noqa: S105 - the form of one, not one


def account(user: Json, definitions: Definitions) -> Account:
    """The user as the sync sees them. Whoever's type is not told to be learner is more than one."""
    values = definitions.values(user)
    external_id = values.pop(definitions.external_id_key, None)
    enabled = user.get("enabled", True)
    return versioned(
        Account(
            account_id=str(user["id"]),
            email=str(user.get("email") or ""),
            first_name=str(user.get("first_name") or ""),
            last_name=str(user.get("last_name") or ""),
            state=AccountState.SUSPENDED if enabled in (False, 0, "false", "0") else AccountState.ACTIVE,
            is_learner=str(user.get("user_type") or "").lower() == "learner",
            external_id=external_id,
            fields=values,
        )
    )


def new_user(row: NewAccount, definitions: Definitions) -> Json:
    """The body that makes a learner with a password that nobody knows."""
    return {
        "User": {
            **_names(row),
            "password": PASSWORD_FORM.format(secrets.token_urlsafe(24)),
            "change_password_on_first_login": True,
            "enabled": True,
            "user_type": "learner",
            **_custom(_with_key(row.external_id, row.fields, definitions), definitions),
        }
    }


def invite(row: NewAccount, definitions: Definitions) -> Json:
    """The body that invites a learner."""
    custom = _custom(_with_key(row.external_id, row.fields, definitions), definitions)
    return {"Invite": {**_names(row), "portal_membership_type_id": 1, **custom}}


def wanted(before: Account, change: Change, keeps_external_id: bool) -> Change:
    """The change without what is there already, and without a key where none is kept."""
    keys = keeps_external_id and (change.external_id or None) != before.external_id
    fields = {key: value for key, value in change.fields.items() if value != before.fields.get(key)}
    moved = email_key(change.email) not in (None, email_key(before.email))
    # A user of LearnUpon is enabled or not, and waits for nothing.
    state = AccountState.ACTIVE if change.state is AccountState.PENDING else change.state
    return Change(
        before.account_id,
        email=(change.email or "").strip() if moved else None,
        first_name=_new(change.first_name, before.first_name),
        last_name=_new(change.last_name, before.last_name),
        external_id=change.external_id if keys else None,
        state=None if state is before.state else state,
        fields=fields,
    )


def changed_user(change: Change, definitions: Definitions) -> Json:
    """The body of a sparse change; empty when nothing is to be changed."""
    fields = _with_key(change.external_id, change.fields, definitions)
    given: dict[str, object] = {
        "first_name": change.first_name,
        "last_name": change.last_name,
        "new_email": change.email,
        "enabled": None if change.state is None else change.state is not AccountState.SUSPENDED,
    }
    body = {name: value for name, value in given.items() if value is not None}
    return {**body, **_custom(fields, definitions)}


def is_kept(after: Account, change: Change) -> bool:
    """Whether an account now has what a `wanted` change asked for."""
    return wanted(after, change, change.external_id is not None) == Change(after.account_id)


def _names(row: NewAccount) -> dict[str, object]:
    return {"email": row.email.strip(), "first_name": row.first_name, "last_name": row.last_name}


def _with_key(
    external_id: str | None, fields: Mapping[str, Value], definitions: Definitions
) -> Mapping[str, Value]:
    if external_id is None or not definitions.external_id_key:
        return fields
    return {**fields, definitions.external_id_key: external_id}


def _custom(fields: Mapping[str, Value], definitions: Definitions) -> dict[str, object]:
    return {"CustomData": definitions.payload(fields)} if fields else {}


def _new(value: str | None, existing: str) -> str | None:
    return None if value == existing else value
