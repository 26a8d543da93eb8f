"""SCIM services by other makers, each started once: scim2-server in three configurations, Canaille, django-scim2."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from tests.hosts.servers.installing import environment
from tests.hosts.servers.starting import free_port, started

TOKEN = "a-token-of-the-tests"
EXTENSION = "urn:example:params:scim:schemas:extension:academy:2.0:User"

#: Canaille does not start with newer versions of the last two.
_CANAILLE = ("canaille[oidc,scim,sqlite]==0.3.6", "scim2-models==0.6.12", "scim2-client<0.8")
_DJANGO = ("django-scim2==0.23.0", "Django==5.2.*")
_SCIM2 = ("scim2-server==0.8.3",)

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

#: The configurations of scim2-server, which also decide what it does.
FULL: dict[str, Any] = {
    "patch": {"supported": True},
    "bulk": {"supported": True, "maxOperations": 1000, "maxPayloadSize": 1_048_576},
    "filter": {"supported": True, "maxResults": 1000},
    "changePassword": {"supported": False},
    "sort": {"supported": False},
    "etag": {"supported": True},
}
SMALL = FULL | {
    "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
    "filter": {"supported": True, "maxResults": 50},
    "etag": {"supported": False},
}
TINY_BULK = FULL | {
    "bulk": {"supported": True, "maxOperations": 3, "maxPayloadSize": 1500},
    "filter": {"supported": False, "maxResults": 50},
}


def _attribute(name: str, scim_type: str, **values: Any) -> dict[str, Any]:
    return {"name": name, "type": scim_type, "multiValued": False, "mutability": "readWrite", **values}


ACADEMY = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
    "id": EXTENSION,
    "name": "Academy",
    "attributes": [
        _attribute("shift", "string"),
        _attribute("hireDate", "dateTime"),
        _attribute("employmentType", "string", canonicalValues=["Regular", "Temporary"]),
        _attribute("remote", "boolean"),
        _attribute("grade", "integer"),
    ],
}


class Site:
    """One service as its own admin uses it; `url` is the base of its SCIM."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer to one request; raises unless it is a 2xx."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.request(method, self.url + path, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    def patch(self, path: str, op: str, name: str, value: object) -> None:
        """Send one operation on one resource."""
        operation = {"op": op, "path": name, "value": value}
        self.ask("PATCH", path, {"schemas": [PATCH], "Operations": [operation]})

    def user(self, user_name: str, name: str = "Connector") -> str:
        """Create a user; gives the id."""
        body = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": user_name,
            "name": {"givenName": name, "familyName": name, "formatted": name},
            "emails": [{"value": user_name}],
            "active": True,
        }
        return str(self.ask("POST", "/Users", body)["id"])

    def group(self, name: str, *member_ids: str) -> str:
        """Create a group; gives the id."""
        members = [{"value": one, "$ref": f"{self.url}/Users/{one}"} for one in member_ids]
        schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"]
        body = {"schemas": schemas, "displayName": name, "members": members}
        return str(self.ask("POST", "/Groups", body)["id"])


@contextmanager
def scim2_server(config: dict[str, Any], folder: Path) -> Iterator[str]:
    """A scim2-server with the test schema; any folder below its address is a separate, empty service."""
    python = environment("scim2-server", _SCIM2)
    resources = next(python.parents[1].glob("lib/python*/site-packages/scim2_server/resources"))
    schemas = json.loads((resources / "default-schemas.json").read_text(encoding="utf-8"))
    types = json.loads((resources / "default-resource-types.json").read_text(encoding="utf-8"))
    users = next(one for one in types if one["name"] == "User")
    users["schemaExtensions"].append({"schema": EXTENSION, "required": False})
    parts = {"schema": [*schemas, ACADEMY], "resource-type": types, "service-provider-config": config}
    port = free_port()
    command = [str(python), "-m", "scim2_server.testserver.cli", "--port", str(port), "--dynamic-tenants"]
    for name, part in parts.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(part), encoding="utf-8")
        command += [f"--{name}", str(path)]
    with started("scim2-server", [*command, "--bearer-token", TOKEN], port, folder / "log"):
        yield f"http://127.0.0.1:{port}"


def tenant(address: str) -> Site:
    """A new, empty service of a scim2-server."""
    return Site(f"{address}/{uuid4().hex}/v2")


@contextmanager
def canaille(folder: Path) -> Iterator[str]:
    """A Canaille."""
    port, python = free_port(), environment("canaille", _CANAILLE)
    with started("canaille", [str(python), "-B", "canaille_lms.py", str(port), TOKEN], port, folder / "log"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def django_scim2(folder: Path) -> Iterator[str]:
    """A Django site with django-scim2."""
    port, python = free_port(), environment("django-scim2", _DJANGO)
    command = [str(python), "-B", "-m", "django_lms", str(port), TOKEN]
    with started("django-scim2", command, port, folder / "log"):
        yield f"http://127.0.0.1:{port}"


def emptied(address: str) -> Site:
    """The service of a Canaille or a Django site, emptied."""
    requests.post(f"{address}/reset", timeout=30).raise_for_status()
    return Site(f"{address}/scim/v2")
