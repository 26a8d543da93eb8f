"""What a SCIM service supports: its discovery endpoints and `/Me` in, a `Service` out.

An endpoint without an answer counts as empty. What a service says about filters is not trusted either way: see
`lookup`. Source: RFC 7644, section 4; RFC 7643, sections 5 to 7.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector.errors import HostContractError
from connector.hosts.remote import Remote
from connector.hosts.scim.fields import CORE, Json, ScimAttribute, is_writable, offered_attributes
from connector.hosts.scim.settings import ScimSettings

#: The sub-attributes of a name and an address that are written where no schema lists them.
_NAME_PARTS = frozenset({"givenName", "familyName", "formatted"})
_EMAIL_PARTS = frozenset({"value", "type", "primary"})


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `bulk_operations` is 0 without bulk, `max_results` is 0 without a limit.

    `name_parts` and `email_parts` are the sub-attributes that may be written. `own_id` is the account that the
    connector works as, empty when the service does not say.
    """

    attributes: tuple[ScimAttribute, ...] = ()
    lists_fields: bool = False
    patches: bool = True
    bulk_operations: int = 0
    bulk_bytes: int = 0
    max_results: int = 0
    etags: bool = False
    name_parts: frozenset[str] = _NAME_PARTS
    email_parts: frozenset[str] = _EMAIL_PARTS
    keeps_external_id: bool = True
    own_id: str = ""


def discover(remote: Remote, settings: ScimSettings) -> Service:
    """Read what the service supports."""
    config = _read(remote, "/ServiceProviderConfig")
    schemas = {one["id"]: one for one in _rows(_read(remote, "/Schemas")) if isinstance(one.get("id"), str)}
    extensions = _extensions(_rows(_read(remote, "/ResourceTypes")), settings)
    core = {one.get("name"): one for one in schemas.get(CORE, {}).get("attributes", ())}
    bulk, own = _part(config, "bulk"), _read(remote, "/Me")
    takes_bulk = bool(bulk.get("supported"))
    return Service(
        attributes=tuple(offered_attributes(schemas, extensions, settings.fields)),
        lists_fields=bool(core),
        patches=_part(config, "patch").get("supported", True) is not False,
        bulk_operations=_count(bulk, "maxOperations") if takes_bulk else 0,
        bulk_bytes=_count(bulk, "maxPayloadSize") if takes_bulk else 0,
        max_results=_count(_part(config, "filter"), "maxResults"),
        etags=bool(_part(config, "etag").get("supported")),
        name_parts=_parts(core, "name") or _NAME_PARTS,
        email_parts=_parts(core, "emails") or _EMAIL_PARTS,
        keeps_external_id=is_writable(core.get("externalId", {})),
        own_id=str(own.get("id") or ""),
    )


def _read(remote: Remote, path: str) -> Json:
    """The object of an endpoint, empty when there is none: every endpoint is optional."""
    answer = remote.call("GET", path)
    try:
        body = answer.json() if answer.ok else {}
    except HostContractError:
        return {}
    return body if isinstance(body, Mapping) else {"Resources": body}


def _rows(body: Json) -> list[Json]:
    rows = body.get("Resources")
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _extensions(types: Iterable[Json], settings: ScimSettings) -> list[str]:
    """The schemas of users other than the core one: those the service lists, then those the settings name."""
    listed = [
        str(extension.get("schema"))
        for one in types
        if one.get("schema") == CORE
        for extension in one.get("schemaExtensions") or ()
    ]
    named = [settings.extension, *(key.rpartition(":")[0] for key in settings.fields or ())]
    return [one for one in dict.fromkeys([*listed, *named]) if one and one != CORE]


def _part(config: Json, name: str) -> Json:
    part = config.get(name)
    return part if isinstance(part, Mapping) else {}


def _count(part: Json, name: str) -> int:
    value = part.get(name)
    return value if isinstance(value, int) and value > 0 else 0


def _parts(core: Mapping[str, Json], name: str) -> frozenset[str]:
    return frozenset(
        str(one.get("name")) for one in core.get(name, {}).get("subAttributes") or () if is_writable(one)
    )
