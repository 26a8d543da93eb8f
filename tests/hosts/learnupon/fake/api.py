"""The API of the fake LearnUpon portal on a real socket: paths, pages, headers and refusals as LearnUpon has them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.hosts.learnupon.fake.portal import FakePortal, Json, Refused

PAGE_SIZE = 500
KEY, SECRET = "988d4f", "905a12"


def app_of(site: FakePortal) -> Flask:
    """The API as a web application."""
    app = Flask("learnupon")
    _user_routes(app, site)
    _write_routes(app, site)
    _group_routes(app, site)

    @app.before_request
    def arrive() -> Response | None:
        site.lock.acquire()
        site.requests.append(f"{request.method} {request.path.removeprefix('/api/v1')}")
        return site.before() or _refusal(request.authorization, request.get_data())

    @app.after_request
    def leave(answer: Response) -> Response:
        if answer.status_code < 300:
            answer.headers["X-LU-Rate-Limit-Remaining-Minute"] = "299"
            answer.headers["X-LU-Rate-Limit-Remaining-Week"] = "499000"
        return site.after() or answer

    @app.teardown_request
    def gone(failure: BaseException | None) -> None:
        site.lock.release()

    @app.errorhandler(Refused)
    def refuse(refused: Refused) -> Response:
        body = {"response_type": "ERROR", "response_code": refused.status, "message": refused.message}
        return _answer(body, 200 if site.refuses_with_200 else refused.status)

    @app.errorhandler(HTTPException)
    def lost(failure: HTTPException) -> Response:
        return _answer({"error": failure.name}, failure.code or 500)

    return app


def _answer(body: object, status: int = 200) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    return answer


def _refusal(authorization: Any, body: bytes) -> Response | None:
    """The answer to a wrong key, or to a content type without a body."""
    if (getattr(authorization, "username", ""), getattr(authorization, "password", "")) != (KEY, SECRET):
        return _answer({"error": "unauthorized"}, 401)
    if request.content_type and not body:
        return _answer({"error": "There was a problem in the JSON you submitted."}, 400)
    return None


def _wrapped(name: str) -> Json:
    """The values of a write. Raises Refused when they are not wrapped in their name."""
    body = request.get_json()
    if name not in body:
        raise Refused(404, f"Invalid {name.lower()} parameters provided")
    values: Json = body[name]
    return values


def _paged(rows: list[Json], name: str, show: Callable[[Json], Json] = dict, **others: object) -> Response:
    page = int(request.args.get("page", "1"))
    first = (page - 1) * PAGE_SIZE
    answer = _answer({**others, name: [show(row) for row in rows[first : first + PAGE_SIZE]]})
    answer.headers["LU-Current-Page"] = str(page)
    answer.headers["LU-Records-Per-Page"] = str(PAGE_SIZE)
    answer.headers["LU-Has-Next-Page"] = str(first + PAGE_SIZE < len(rows)).lower()
    return answer


def _user_routes(app: Flask, site: FakePortal) -> None:
    """Reading users."""

    @app.get("/api/v1/users/customuserdata")
    def definitions() -> Response:
        return _answer({"customDataFieldDefinitions": site.definitions})

    @app.get("/api/v1/users")
    def all_users() -> Response:
        rows, others = list(site.users.values()), {"customDataFieldDefintions": site.definitions}
        return _paged(rows, "user", lambda user: site.shown(user, whole=site.lists_custom_data), **others)

    @app.get("/api/v1/users/search")
    def search() -> Response:
        return _answer({"user": site.search(request.args)})

    @app.get("/api/v1/users/<int:user_id>")
    def single(user_id: int) -> Response:
        return _answer({"customDataFieldDefintions": site.definitions, "user": [site.one(user_id)]})


def _write_routes(app: Flask, site: FakePortal) -> None:
    """Creating, changing and inviting users."""

    @app.post("/api/v1/users")
    def create() -> Json:
        return site.create(_wrapped("User"))

    @app.put("/api/v1/users/<int:user_id>")
    def update(user_id: int) -> Json:
        return site.update(user_id, _wrapped("User"))

    @app.delete("/api/v1/users/<int:user_id>")
    def delete(user_id: int) -> Json:
        return site.delete(user_id)

    @app.post("/api/v1/portal_invite")
    def invite() -> Json:
        return site.invite(_wrapped("Invite"))


def _group_routes(app: Flask, site: FakePortal) -> None:
    """Groups, memberships and invitations."""

    @app.get("/api/v1/group_invites")
    def invites() -> Response:
        rows = list(site.invites.values()) if site.lists_invites else []
        names = ("id", "invite_email_address", "invite_status", "group_id")
        return _paged([{name: row[name] for name in names} for row in rows], "group_invites")

    @app.delete("/api/v1/group_invites/<int:number>")
    def cancel(number: int) -> Json:
        site.invites[number]["invite_status"] = "canceled"
        return {"id": number}

    @app.get("/api/v1/groups")
    def groups() -> Response:
        return _paged([{"id": number, "title": title} for number, title in site.groups.items()], "groups")

    @app.get("/api/v1/group_memberships")
    def memberships() -> Response:
        user_id = int(request.args["user_id"])
        rows = [{"group_id": group, "user_id": user} for group, user in site.memberships if user == user_id]
        return _paged(rows, "group_memberships")

    @app.post("/api/v1/group_memberships")
    def join() -> Json:
        pair = _wrapped("GroupMembership")
        if pair["group_id"] not in site.groups:
            raise Refused(404, "group not found")
        site.memberships.append((pair["group_id"], pair["user_id"]))
        return {"id": len(site.memberships)}

    @app.delete("/api/v1/group_memberships/0")
    def leave() -> Json:
        pair = _wrapped("GroupMembership")
        site.memberships.remove((pair["group_id"], pair["user_id"]))
        return {"success": "ok"}


class _Quiet(WSGIRequestHandler):
    """Logs no requests."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Log nothing."""


@contextmanager
def serving(site: FakePortal) -> Iterator[str]:
    """Serve the portal on loopback; gives its address."""
    server = make_server("127.0.0.1", 0, app_of(site), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
