"""A SCIM service on loopback with the traps that were measured on real ones as switches: JSON in, JSON out.

It is written from measurements, not from the adapter; what it does wrong, it does on purpose.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
_VALUES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "id": lambda one: one["id"],
    "externalId": lambda one: one.get("externalId", ""),
    "userName": lambda one: one["userName"],
    "emails.value": lambda one: one["emails"][0]["value"],
}

Row = dict[str, Any]


@dataclass
class FakeScim:
    """A service: users by id, in the order in which they were created.

    With `ignores_paging` a list is always its first page, whatever `startIndex` and `count` say, and with
    `pages_no_search` the result of a search, too: SCIMMY on Express 5 does not see them. With `refuses_search` there
    is no search. With `down_after_writes` the service answers no read once it has written, and after the bulk requests
    of `busy_after_bulks` it is busy for a day.
    """

    page_size: int = 20
    ignores_paging: bool = False
    pages_no_search: bool = False
    refuses_search: bool = False
    down_after_writes: bool = False
    bulk_size: int = 1000
    busy_after_bulks: int = 10**6
    users: dict[str, Row] = field(default_factory=dict)
    groups: list[Row] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    url: str = ""

    def add(self, number: int, **values: Any) -> str:
        """Create a user as an admin does; gives the id."""
        email = f"e{number}@example.test"
        name = {"givenName": "Ada", "familyName": "Lovelace"}
        return str(
            self._created({"userName": email, "name": name, "emails": [{"value": email}], **values})["id"]
        )

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Sequence[bytes]:
        """The service as a WSGI application."""
        request = Request(environ)
        self.requests.append(f"{request.method} {request.path}")
        status, body = self._answer(request)
        content = b"" if body is None else json.dumps(body).encode()
        response = Response(content, status, mimetype="application/scim+json")
        if status == 429:
            response.headers["Retry-After"] = "86400"
        return list(response(environ, start))

    def _answer(self, request: Request) -> tuple[int, object]:
        body = json.loads(request.get_data() or b"null")
        if request.method == "GET":
            return self._read(request)
        if request.path == "/Users/.search":
            return self._searched(body)
        self._is_down = self.down_after_writes
        if self.requests.count("POST /Bulk") > self.busy_after_bulks:
            return 429, None
        if request.path == "/Bulk":
            return 200, {"Operations": [self._operation(one) for one in body["Operations"]]}
        return self._written(request.method, request.path, body)

    def _read(self, request: Request) -> tuple[int, object]:
        if request.path == "/ServiceProviderConfig":
            return 200, {
                "bulk": {"supported": True, "maxOperations": self.bulk_size, "maxPayloadSize": 1_000_000}
            }
        if getattr(self, "_is_down", False):
            return 503, None
        query = {} if self.ignores_paging else request.args
        start, count = int(query.get("startIndex", 1)), int(query.get("count", self.page_size))
        lists: dict[str, list[Row]] = {"/Users": list(self.users.values()), "/Groups": self.groups}
        rows = lists.get(request.path)
        return (404, None) if rows is None else (200, self._page(rows, start, count))

    def _searched(self, body: Row) -> tuple[int, object]:
        if self.refuses_search:
            return 404, None
        if getattr(self, "_is_down", False):
            return 503, None
        terms = re.findall(r'(\S+) eq "([^"]*)"', body["filter"])
        rows = [
            one
            for one in self.users.values()
            if any(str(_VALUES[name](one)).lower() == value.lower() for name, value in terms)
        ]
        query = {} if self.pages_no_search else body
        return 200, self._page(rows, query.get("startIndex", 1), query.get("count", self.page_size))

    def _page(self, rows: list[Row], start: int, count: int) -> Row:
        shown = rows[start - 1 : start - 1 + min(count, self.page_size)]
        return {
            "totalResults": len(rows),
            "startIndex": start,
            "itemsPerPage": len(shown),
            "Resources": shown,
        }

    def _operation(self, one: Row) -> Row:
        """One operation of a bulk request; its reply has the id in the location, and no resource."""
        status, _ = self._written(one["method"], one["path"], one.get("data") or {})
        created = one["path"] if one["method"] != "POST" else f"/Users/{list(self.users)[-1]}"
        echoed = {name: one[name] for name in ("method", "bulkId")}
        return {**echoed, "location": self.url + created, "status": str(status)}

    def _written(self, method: str, path: str, body: Row) -> tuple[int, object]:
        if method == "POST":
            return 201, self._created(body)
        account_id = path.rsplit("/", 1)[-1]
        if account_id not in self.users:
            return 404, None
        if method == "DELETE":
            del self.users[account_id]
            return 204, None
        for operation in body["Operations"]:
            self._patch(self.users[account_id], operation["path"], operation.get("value"))
        return 200, self.users[account_id]

    def _patch(self, user: Row, path: str, value: object) -> None:
        outer, _, last = path.rpartition(".")
        (user.setdefault(outer, {}) if outer else user)[last] = value

    def _created(self, body: Row) -> Row:
        account_id = f"u{len(self.users) + 1}"
        self.users[account_id] = {"schemas": [CORE], "active": True, **body, "id": account_id}
        return self.users[account_id]


@contextmanager
def serving(service: FakeScim) -> Iterator[FakeScim]:
    """Serve it on loopback."""
    server = make_server("127.0.0.1", 0, service, threaded=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
