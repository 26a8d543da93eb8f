"""Users of a SCIM service as accounts: a resource in, a `ScimUser` out; a row or a change in, what to write out.

No input, no output. Source: RFC 7643, section 4.1; RFC 7644, section 3.5.2.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import full_name
from connector.core.ports.host import Change, NewAccount
from connector.hosts.accounts import readable
from connector.hosts.scim.discovery import Service
from connector.hosts.scim.fields import CORE, Json
from connector.hosts.scim.settings import ScimSettings

#: The attributes of a resource that only the service sets.
_READ_ONLY = ("id", "meta", "groups")


@dataclass(frozen=True, slots=True)
class ScimUser:
    """A user as the service returned it; a `protected` user is never changed."""

    account: Account
    user_name: str
    resource: Json
    etag: str = ""
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """The new value of one attribute; None removes it. An `optional` edit may be left out if the service refuses it."""

    path: str
    value: object
    optional: bool = False


class ScimReader:
    """Turns resources of one service into users."""

    def __init__(self, service: Service, settings: ScimSettings) -> None:
        self._service = service
        self._learner_roles = _folded(settings.learner_roles)
        self._staff_groups = _folded(settings.staff_groups)
        self._protected = _folded(settings.protected)

    def read(self, resource: Json) -> ScimUser | None:
        """The user in a resource; None when it has no id."""
        account_id = resource.get("id")
        if not account_id:
            return None
        user_name = str(resource.get("userName") or "")
        protected = user_name.casefold() in self._protected or account_id == self._service.own_id
        account = readable(
            lambda: self._account(resource, protected=protected),
            str(account_id),
            user_name,
            resource.get("externalId"),
        )
        etag = str(_mapping(resource.get("meta")).get("version") or "")
        return ScimUser(account, user_name, resource, etag, protected or bool(account.problem))

    def _account(self, resource: Json, *, protected: bool) -> Account:
        name = _mapping(resource.get("name"))
        return Account(
            account_id=str(resource["id"]),
            email=str(_primary_email(resource).get("value") or ""),
            first_name=str(name.get("givenName") or ""),
            last_name=str(name.get("familyName") or ""),
            state=AccountState.SUSPENDED if resource.get("active") is False else AccountState.ACTIVE,
            is_learner=not protected and self._is_learner(resource),
            external_id=str(resource.get("externalId") or "") or None,
            fields=self._fields(resource),
        )

    def _is_learner(self, resource: Json) -> bool:
        roles = _folded(str(one.get("value") or one.get("display") or "") for one in _rows(resource, "roles"))
        groups = _folded(str(one.get("display") or "") for one in _rows(resource, "groups"))
        return not (roles - self._learner_roles) and not (groups & self._staff_groups)

    def _fields(self, resource: Json) -> dict[str, str | None]:
        values = {one.field.key: one.read(resource) for one in self._service.attributes}
        return {key: value for key, value in values.items() if value is not None}


def new_user(row: NewAccount, service: Service) -> dict[str, Any]:
    """The resource of a new active user, with the email as the user name and the attributes that the schema has."""
    email = row.email.strip()
    name = {
        "givenName": row.first_name,
        "familyName": row.last_name,
        "formatted": full_name(row.first_name, row.last_name),
    }
    address = {"value": email, "type": "work", "primary": True}
    resource: dict[str, Any] = {
        "schemas": [CORE],
        "userName": email,
        "name": {part: value for part, value in name.items() if part in service.name_parts},
        "emails": [{part: value for part, value in address.items() if part in service.email_parts}],
        "active": True,
    }
    if service.keeps_external_id:
        resource["externalId"] = row.external_id
    for attribute in service.attributes:
        value = row.fields.get(attribute.field.key)
        if value is not None:
            _put(resource, attribute.path, attribute.scim(value))
    return resource


def changed_attributes(change: Change, user: ScimUser, service: Service) -> list[Edit]:
    """The attributes of a change that differ from the user; empty when none does."""
    account, edits = user.account, list[Edit]()
    if change.state is not None:
        active = change.state is not AccountState.SUSPENDED
        if active is not (account.state is AccountState.ACTIVE):
            edits.append(Edit("active", active))
    if service.keeps_external_id and change.external_id not in (None, account.external_id or ""):
        edits.append(Edit("externalId", change.external_id or None))
    edits += _name_edits(change, user) + _email_edits(change, user)
    for attribute in service.attributes:
        key = attribute.field.key
        if key in change.fields and change.fields[key] != account.fields.get(key):
            value = change.fields[key]
            edits.append(Edit(attribute.path, None if value is None else attribute.scim(value)))
    return edits


def _name_edits(change: Change, user: ScimUser) -> list[Edit]:
    """The parts of the name that differ; a full name follows if it was made of first and last name."""
    account = user.account
    first = account.first_name if change.first_name is None else change.first_name
    last = account.last_name if change.last_name is None else change.last_name
    before, after = full_name(account.first_name, account.last_name), full_name(first, last)
    edits = []
    if first != account.first_name:
        edits.append(Edit("name.givenName", first))
    if last != account.last_name:
        edits.append(Edit("name.familyName", last))
    if edits and _mapping(user.resource.get("name")).get("formatted") == before:
        edits.append(Edit("name.formatted", after, optional=True))
    if edits and user.resource.get("displayName") == before:
        edits.append(Edit("displayName", after, optional=True))
    return edits


def _email_edits(change: Change, user: ScimUser) -> list[Edit]:
    """The primary address changed, the others kept; the user name follows if it was the address."""
    email = change.email.strip() if change.email is not None else None
    if email is None or email == user.account.email:
        return []
    rows = _rows(user.resource, "emails")
    primary = _primary_email(user.resource)
    edits = [
        Edit(
            "emails",
            [{**row, "value": email} if row is primary else dict(row) for row in rows] or [{"value": email}],
        )
    ]
    if user.user_name.casefold() == user.account.email.casefold():
        edits.append(Edit("userName", email, optional=True))
    return edits


def edited(resource: Json, edits: Iterable[Edit]) -> dict[str, Any]:
    """The resource as it is after the edits."""
    after = deepcopy(dict(resource))
    for edit in edits:
        _put(after, edit.path, edit.value)
    return after


def replacement(resource: Json) -> dict[str, Any]:
    """The resource as a PUT sends it: without what only the service sets."""
    return {name: value for name, value in resource.items() if name not in _READ_ONLY}


def _put(resource: dict[str, Any], path: str, value: object) -> None:
    """Set one attribute by its path in a PATCH; None removes it."""
    schema, _, name = path.rpartition(":")
    holder = resource
    if schema:
        holder = resource.setdefault(schema, {})
        if schema not in resource.setdefault("schemas", [CORE]):
            resource["schemas"] = [*resource["schemas"], schema]
    *outer, last = name.split(".")
    for part in outer:
        holder = holder.setdefault(part, {})
    if value is None:
        holder.pop(last, None)
    else:
        holder[last] = value


def _primary_email(resource: Json) -> Json:
    """The primary address, or else the first."""
    rows = _rows(resource, "emails")
    return next((row for row in rows if row.get("primary") is True), rows[0] if rows else {})


def _rows(resource: Json, name: str) -> Sequence[Json]:
    rows = resource.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words if word)
