"""LearnUpon at the wire: answers in the form of its API, and the requests it got."""

import json
from typing import Any

import responses

from connector.core.model.account import Account, AccountState
from connector.core.ports.host import Found, Key, KeyKind, NewAccount
from connector.hosts.learnupon import LearnUponHost
from tests.hosts.learnupon.fake.portal import DEFINITIONS

URL = "https://acme.learnupon.com/api/v1"
SECRET = "hush-secret"

USER: dict[str, Any] = {
    "id": 662,
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@example.test",
    "enabled": True,
    "user_type": "learner",
    "CustomData": {"job title": "Analyst", "Paycor ID": "p1", "Hours a week": 37.50, "Share": 1.0},
    "customDataFieldValues": [{"definition_id": 232, "value": "2026-03-02T00:00:00Z"}],
}
ROW = NewAccount("p1", "ada@example.test", "Ada", "Lovelace", AccountState.ACTIVE, {"231": "Analyst"})
HTML: dict[str, Any] = {"body": "<html>Ada Lovelace, ada@example.test</html>", "content_type": "text/html"}
GONE = {"response_type": "ERROR", "response_code": 404, "message": "user not found"}


def list_users(
    wire: responses.RequestsMock,
    *users: dict[str, Any],
    page: int = 1,
    more: bool = False,
    headers: dict[str, str] | None = None,
) -> None:
    """Answer with a page of the list of all users."""
    page_headers = {"LU-Current-Page": str(page), "LU-Has-Next-Page": str(more).lower(), **(headers or {})}
    body = {"customDataFieldDefintions": DEFINITIONS, "user": list(users)}
    wire.get(f"{URL}/users", json=body, headers=page_headers)


def found(portal: LearnUponHost, kind: KeyKind, value: str) -> list[Account]:
    """The accounts that have one key."""
    key = Key(kind, value)
    answer: Found = portal.find([key])  # type: ignore[assignment]
    return list(answer[key])


def sent(wire: responses.RequestsMock, method: str) -> list[Any]:
    """The bodies of the requests with one method."""
    return [json.loads(call.request.body or "null") for call in wire.calls if call.request.method == method]
