"""A fast SCIM service on loopback for benchmarks: what RFC 7644 requires and nothing else."""

import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

Json = dict[str, Any]
Reply = tuple[int, Json]

_TERM = re.compile(r'([\w.]+) eq ("(?:[^"\\]|\\.)*")')
_BULK = {"supported": True, "maxOperations": 1000, "maxPayloadSize": 2**20}


class ScimService:
    """Users by id and by search term."""

    def __init__(self, *, bulk: bool) -> None:
        self._config: Json = {
            "patch": {"supported": True},
            "filter": {"supported": True, "maxResults": 1000},
            "bulk": _BULK if bulk else {"supported": False},
        }
        self._users: dict[str, Json] = {}
        self._ids: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Sequence[bytes]:
        """The service as a WSGI application."""
        request = Request(environ)
        body = json.loads(request.get_data() or b"{}")
        with self._lock:
            status, answer = self._answer(request.method, request.path, body, dict(request.args))
        response = Response(json.dumps(answer), status, mimetype="application/scim+json")
        return list(response(environ, start))

    def _answer(self, method: str, path: str, body: Json, query: dict[str, str]) -> Reply:
        match method, path:
            case "GET", "/ServiceProviderConfig":
                return 200, self._config
            case "GET", "/Users":
                return self._page(list(self._users.values()), query)
            case "POST", "/Users/.search":
                return self._page(self._found(body["filter"]), body)
            case "POST", "/Users":
                return self._create(body)
            case "POST", "/Bulk":
                return 200, {"Operations": [self._operation(one) for one in body["Operations"]]}
            case "PATCH", _:
                return self._patch(path.rpartition("/")[2], body)
        return 404, {}

    def _page(self, found: Sequence[Json], params: Json) -> Reply:
        start = int(params.get("startIndex", 1)) - 1
        rows = found[start : start + int(params.get("count", 1000))]
        return 200, {"totalResults": len(found), "Resources": rows}

    def _found(self, condition: str) -> list[Json]:
        terms = [(name, json.loads(value)) for name, value in _TERM.findall(condition)]
        ids = {one for name, value in terms for one in self._ids.get(_key(name, value), ())}
        return [self._users[one] for one in sorted(ids, key=int)]

    def _create(self, body: Json) -> Reply:
        if self._ids.get(_key("userName", body["userName"])):
            return 409, {"scimType": "uniqueness"}
        user = {**body, "id": str(len(self._users) + 1)}
        self._users[user["id"]] = user
        emails = [("emails.value", one["value"]) for one in body["emails"]]
        for name, value in (*emails, *((name, user[name]) for name in ("id", "externalId", "userName"))):
            self._ids[_key(name, value)].add(user["id"])
        return 201, user

    def _patch(self, user_id: str, body: Json) -> Reply:
        for one in body["Operations"]:
            self._users[user_id][one["path"]] = one["value"]
        return 200, self._users[user_id]

    def _operation(self, one: Json) -> Json:
        status, answer = self._answer(one["method"], one["path"], one["data"], {})
        return {"bulkId": one.get("bulkId"), "status": str(status), "response": answer}


def _key(name: str, value: str) -> tuple[str, str]:
    return name, value if name in ("id", "externalId") else value.casefold()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's own name
        """Log nothing: there are thousands of requests."""


@contextmanager
def serving(service: ScimService) -> Iterator[str]:
    """Serve it on loopback; gives its address."""
    server = make_server("127.0.0.1", 0, service, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
