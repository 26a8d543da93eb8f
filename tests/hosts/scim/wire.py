"""SCIM at the wire: a service with a few users, and with the peculiarities that were measured on real ones."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import responses
from requests import PreparedRequest

from connector.core.model.account import AccountState
from connector.core.ports.host import NewAccount, Outcome
from connector.hosts.scim import ScimHost, ScimSettings, host

BASE = "https://lms.example/scim/v2"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ADA = NewAccount("p9", "ada@example.test", "Ada", "Lovelace", AccountState.ACTIVE)
PAGE = "<!doctype html><title>Something went wrong</title>"

Reply = tuple[int, Any]
Answer = Callable[["Request"], Reply]


@dataclass(frozen=True)
class Request:
    """One request to the service."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


def user(number: int, **values: Any) -> dict[str, Any]:
    """A user as the service returns it."""
    return {
        "schemas": [CORE],
        "id": f"u{number}",
        "externalId": f"p{number}",
        "userName": f"e{number}@example.test",
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": f"e{number}@example.test", "primary": True}],
        "active": True,
        **values,
    }


def listed(rows: list[Any], total: int | None = None) -> Reply:
    """A list as the service returns it."""
    return 200, {"totalResults": len(rows) if total is None else total, "Resources": rows}


def only(outcomes: Sequence[Outcome]) -> Outcome:
    """The one outcome there is."""
    [outcome] = outcomes
    return outcome


@dataclass
class Wire:
    """A service that follows the standard, except for the `answers` of a test, by method and path."""

    users: list[dict[str, Any]] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    attributes: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def host(self, **values: Any) -> ScimHost:
        """A host of this service, which replaces every earlier one on the wire."""
        responses.reset()
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            responses.add_callback(method, re.compile(re.escape(BASE) + "/.*"), self._answer)
        return host(ScimSettings(BASE, "a token", **values), sleep=lambda seconds: None)

    def sent(self, method: str, path: str = "") -> list[Request]:
        """The requests with a method and the beginning of a path, in order."""
        return [one for one in self.requests if one.method == method and one.path.startswith(path)]

    def _answer(self, prepared: PreparedRequest) -> tuple[int, dict[str, str], str]:
        path, _, query = str(prepared.url).removeprefix(BASE).partition("?")
        pairs = dict(one.split("=", 1) for one in query.split("&") if one)
        body = json.loads(prepared.body) if prepared.body else None
        request = Request(str(prepared.method), path, pairs, dict(prepared.headers), body)
        self.requests.append(request)
        answer = self.answers.get(f"{request.method} {path}") or self.answers.get(
            f"{request.method} {path.rsplit('/', 1)[0]}/"
        )
        status, content = (answer or self._standard)(request)
        return status, {}, content if isinstance(content, str) else json.dumps(content)

    def _standard(self, request: Request) -> Reply:
        if request.path == "/ServiceProviderConfig":
            return 200, self.config
        if request.path == "/Schemas":
            return listed([{"id": CORE, "attributes": self.attributes}] if self.attributes else [])
        if request.path == "/ResourceTypes":
            return listed([])
        if request.path == "/Users/.search":
            return listed([one for one in self.users if self._is_found(one, request.body["filter"])])
        if request.path == "/Users" and request.method == "GET":
            start = int(request.query["startIndex"]) - 1
            return listed(self.users[start : start + int(request.query.get("count", 50))], len(self.users))
        if request.path == "/Users":
            created = {**request.body, "id": f"new{len(self.users)}"}
            self.users.append(created)
            return 201, created
        if request.method == "PATCH":
            return 204, ""
        return 404, PAGE

    def _is_found(self, one: dict[str, Any], condition: str) -> bool:
        values = {
            "id": one["id"],
            "externalId": one.get("externalId"),
            "userName": one["userName"],
            "emails.value": one["emails"][0]["value"],
        }
        terms = re.findall(r'(\S+) eq "([^"]*)"', condition)
        return any(str(values[name]).lower() == value.lower() for name, value in terms)
