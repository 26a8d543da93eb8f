"""SCIM users as accounts: a resource in, a `User` out; a row or a change in, what is to be written out.

Nothing is sent from here. Source: RFC 7643, section 4.1; RFC 7644, section 3.5.2.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from connector.core.model.account import Account, AccountState
from connector.core.ports.host import Change, NewAccount
from connector.hosts.scim.discovery import Service
from connector.hosts.scim.fields import CORE, Json
from connector.hosts.scim.settings import ScimSettings
from connector.hosts.versions import versioned

#: What the service says about a resource, and the client never.
_ITS_OWN = ("id", "meta", "groups")


@dataclass(frozen=True, slots=True)
class ScimUser:
    """A user as the service gave it; `protected` is never changed."""

    account: Account
    user_name: str
    resource: Json
    etag: str = ""
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """One attribute that is to change; None removes it. A service may refuse what is `optional`."""

    path: str
    value: object
    optional: bool = False


class ScimReader:
    """Reads users of one service."""

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
        name = _mapping(resource.get("name"))
        user_name = str(resource.get("userName") or "")
        protected = user_name.casefold() in self._protected or account_id == self._service.own_id
        account = Account(
            account_id=str(account_id),
            email=str(_chosen(resource).get("value") or ""),
            first_name=str(name.get("givenName") or ""),
            last_name=str(name.get("familyName") or ""),
            state=AccountState.SUSPENDED if resource.get("active") is False else AccountState.ACTIVE,
            is_learner=not protected and self._is_learner(resource),
            external_id=str(resource.get("externalId") or "") or None,
            fields=self._fields(resource),
        )
        etag = str(_mapping(resource.get("meta")).get("version") or "")
        return ScimUser(versioned(account), user_name, resource, etag, protected)

    def _is_learner(self, resource: Json) -> bool:
        roles = _folded(str(one.get("value") or one.get("display") or "") for one in _rows(resource, "roles"))
        groups = _folded(str(one.get("display") or "") for one in _rows(resource, "groups"))
        return not (roles - self._learner_roles) and not (groups & self._staff_groups)

    def _fields(self, resource: Json) -> dict[str, str | None]:
        values = {one.field.key: one.read(resource) for one in self._service.attributes}
        return {key: value for key, value in values.items() if value is not None}


def new_resource(row: NewAccount, service: Service) -> dict[str, Any]:
    """The resource of a new user: active, with the email as the user name, and what the service's schema has of it."""
    email = row.email.strip()
    name = {
        "givenName": row.first_name,
        "familyName": row.last_name,
        "formatted": f"{row.first_name} {row.last_name}".strip(),
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


def edits_of(change: Change, user: ScimUser, service: Service) -> list[Edit]:
    """What of a change is not there yet; nothing when all of it is."""
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
    """The parts that differ; a full name follows where it was made of the two before."""
    account = user.account
    first = account.first_name if change.first_name is None else change.first_name
    last = account.last_name if change.last_name is None else change.last_name
    before, after = f"{account.first_name} {account.last_name}".strip(), f"{first} {last}".strip()
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
    """The one address that is ours to change, among those that stay; the user name follows if it was the address."""
    email = change.email.strip() if change.email is not None else None
    if email is None or email == user.account.email:
        return []
    rows = _rows(user.resource, "emails")
    chosen = _chosen(user.resource)
    edits = [
        Edit(
            "emails",
            [{**row, "value": email} if row is chosen else dict(row) for row in rows] or [{"value": email}],
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
    """What a PUT sends of a resource: all of it but what is the service's own to say."""
    return {name: value for name, value in resource.items() if name not in _ITS_OWN}


def _put(resource: dict[str, Any], path: str, value: object) -> None:
    """Set one attribute, by the path that a PATCH has for it; None removes it."""
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


def _chosen(resource: Json) -> Json:
    """The address that counts: the primary one, or else the first."""
    rows = _rows(resource, "emails")
    return next((row for row in rows if row.get("primary") is True), rows[0] if rows else {})


def _rows(resource: Json, name: str) -> Sequence[Json]:
    rows = resource.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words if word)
