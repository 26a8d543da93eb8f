"""A SCIM service on the wire, with the whims of those that were measured: a handful of users in, answers out."""

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
Answer = Callable[["Asked"], Reply]


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


def user(number: int, **values: Any) -> dict[str, Any]:
    """A user as a service tells them."""
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
    """A list as a service answers it."""
    return 200, {"totalResults": len(rows) if total is None else total, "Resources": rows}


def only(outcomes: Sequence[Outcome]) -> Outcome:
    """The one outcome there is."""
    [outcome] = outcomes
    return outcome


@dataclass
class Wire:
    """A service that answers as it should, but for what a test has put into `answers` (by method and path)."""

    users: list[dict[str, Any]] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    attributes: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def host(self, **values: Any) -> ScimHost:
        """A host of this service, which alone is on the wire from now on."""
        responses.reset()
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            responses.add_callback(method, re.compile(re.escape(BASE) + "/.*"), self._answer)
        return host(ScimSettings(BASE, "a token", **values), sleep=lambda seconds: None)

    def sent(self, method: str, path: str = "") -> list[Asked]:
        """The requests of a kind, in order."""
        return [one for one in self.asked if one.method == method and one.path.startswith(path)]

    def _answer(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        path, _, query = str(request.url).removeprefix(BASE).partition("?")
        pairs = dict(one.split("=", 1) for one in query.split("&") if one)
        body = json.loads(request.body) if request.body else None
        asked = Asked(str(request.method), path, pairs, dict(request.headers), body)
        self.asked.append(asked)
        answer = self.answers.get(f"{asked.method} {path}") or self.answers.get(
            f"{asked.method} {path.rsplit('/', 1)[0]}/"
        )
        status, content = (answer or self._usual)(asked)
        return status, {}, content if isinstance(content, str) else json.dumps(content)

    def _usual(self, asked: Asked) -> Reply:
        if asked.path == "/ServiceProviderConfig":
            return 200, self.config
        if asked.path == "/Schemas":
            return listed([{"id": CORE, "attributes": self.attributes}] if self.attributes else [])
        if asked.path == "/ResourceTypes":
            return listed([])
        if asked.path == "/Users/.search":
            return listed([one for one in self.users if self._is_found(one, asked.body["filter"])])
        if asked.path == "/Users" and asked.method == "GET":
            start = int(asked.query["startIndex"]) - 1
            return listed(self.users[start : start + int(asked.query.get("count", 50))], len(self.users))
        if asked.path == "/Users":
            made = {**asked.body, "id": f"new{len(self.users)}"}
            self.users.append(made)
            return 201, made
        if asked.method == "PATCH":
            return 204, ""
        return 404, PAGE

    def _is_found(self, one: dict[str, Any], condition: str) -> bool:
        values = {
            "id": one["id"],
            "externalId": one.get("externalId"),
            "userName": one["userName"],
            "emails.value": one["emails"][0]["value"],
        }
        asked = re.findall(r'(\S+) eq "([^"]*)"', condition)
        return any(str(values[name]).lower() == value.lower() for name, value in asked)
