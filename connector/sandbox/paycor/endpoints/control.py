"""The control endpoints under /_control: break the sandbox on purpose, read the clients' calls, move the day.

Loopback only, no key. A request with a body must have the JSON content type, so that no web page can post
one by a plain form.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from ipaddress import ip_address
from typing import Any

import msgspec
from flask import Blueprint, Response, render_template, request

from connector.sandbox.company import NORTHFIELD, Company
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.state.faults import KINDS
from connector.sandbox.paycor.state.overlay import Patch
from connector.sandbox.paycor.state.sandbox import Sandbox, sandbox
from connector.sandbox.paycor.wire import answers

blueprint = Blueprint("control", __name__, url_prefix="/_control")


class BadControlRequest(Exception):
    """An invalid control request; the text says what to send instead."""


@blueprint.before_request
def _require_loopback() -> Response | None:
    if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - stands for "unknown", not bound
        return answers.as_json({"error": "Control is for callers on this machine only."}, 403)
    if request.method in {"POST", "PUT", "PATCH"} and request.mimetype != "application/json":
        return answers.as_json({"error": "Send the body as application/json."}, 415)

    return None


@blueprint.errorhandler(BadControlRequest)
@blueprint.errorhandler(msgspec.ValidationError)
def _bad_request(error: Exception) -> Response:
    return answers.as_json({"error": str(error)}, 400)


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadControlRequest("Send one JSON object.")

    return body


@blueprint.get("")
@blueprint.get("/")
def overview() -> str:
    """A page for people: the state of this sandbox and how to control it."""
    box = sandbox()

    return render_template(
        "paycor/control.html",
        box=box,
        kinds=box.company(NORTHFIELD.id).kinds(),
        fault_kinds=KINDS,
        calls=box.calls.report(newest=20),
        switches=msgspec.structs.asdict(box.switches),
    )


@blueprint.get("/calls")
def calls() -> Response:
    """The call log; `path` is a shell pattern, `method` a method, `newest` how many calls to list."""
    newest = request.args.get("newest", 1000, type=int)

    return answers.as_json(
        sandbox().calls.report(request.args.get("path", "*"), request.args.get("method"), newest)
    )


@blueprint.delete("/calls")
def forget_calls() -> Response:
    """Empty the call log."""
    sandbox().calls.clear()

    return answers.as_json({"count": 0})


@blueprint.post("/faults")
def plant_fault() -> Response:
    """Plant a fault; the fields are those of `Fault`."""
    fault = sandbox().faults.plant(_body())

    return answers.as_json(msgspec.structs.asdict(fault), 201)


@blueprint.get("/faults")
def planted_faults() -> Response:
    """The planted faults, with how often each struck."""
    return answers.as_json({"faults": sandbox().faults.planted()})


@blueprint.delete("/faults")
def clear_faults() -> Response:
    """Remove all faults."""
    sandbox().faults.clear()

    return answers.as_json({"faults": []})


@blueprint.get("/switches")
def switches() -> Response:
    """The switches with their values."""
    return answers.as_json(msgspec.structs.asdict(sandbox().switches))


@blueprint.post("/switches")
def set_switches() -> Response:
    """Change some switches."""
    _set_switches(sandbox(), _body())

    return switches()


def _set_switches(box: Sandbox, changes: dict[str, Any]) -> None:
    with box.lock:
        box.switches = box.switches.changed(changes)


def _die_after_rotate(box: Sandbox, body: dict[str, Any]) -> None:
    _set_switches(box, {"dies_after_rotate": body.get("times", 1)})


def _delay(box: Sandbox, body: dict[str, Any]) -> None:
    _set_switches(box, {"token_delay_s": body.get("seconds", 5)})


def _reuse(box: Sandbox, body: dict[str, Any]) -> None:
    _set_switches(box, {"reuse_revokes_family": body.get("on", True)})


#: Action of POST /_control/oauth -> what it does.
_OAUTH: dict[str, Callable[[Sandbox, dict[str, Any]], object]] = {
    "expire-access-tokens": lambda box, _: box.store.expire_access_tokens(),
    "revoke": lambda box, _: box.store.revoke_everything(),
    "deactivate": lambda box, _: _set_switches(box, {"is_application_active": False}),
    "activate": lambda box, _: _set_switches(box, {"is_application_active": True}),
    "die-after-rotate": _die_after_rotate,
    "delay": _delay,
    "reuse-revokes-family": _reuse,
}


@blueprint.post("/oauth")
def oauth() -> Response:
    """End tokens, switch the application off, or make the token endpoint misbehave."""
    body = _body()
    action = _OAUTH.get(str(body.get("action")))
    if action is None:
        raise BadControlRequest(f"action must be one of: {', '.join(_OAUTH)}")
    action(sandbox(), body)

    return answers.as_json({"done": body["action"]})


@blueprint.post("/permissions")
def set_permissions() -> Response:
    """Change a scope's permissions: `permissions` (all of them), `add`, `remove`; a new id is a new scope."""
    body, box = _body(), sandbox()
    scope = str(body.get("scope", box.application.scope))
    lists = {name: frozenset(body.get(name, ())) for name in ("permissions", "add", "remove")}
    unknown = sorted(frozenset().union(*lists.values()) - permissions.ALL)
    if unknown:
        raise BadControlRequest(f"unknown permissions: {', '.join(unknown)}")
    with box.lock:
        base = (
            lists["permissions"] if "permissions" in body else box.permissions.get(scope, permissions.DEFAULT)
        )
        box.permissions[scope] = base.union(lists["add"]).difference(lists["remove"])

    return answers.as_json({"scope": scope, "permissions": sorted(box.permissions[scope])})


@blueprint.get("/permissions")
def scopes() -> Response:
    """Every scope and its permissions."""
    return answers.as_json({scope: sorted(names) for scope, names in sandbox().permissions.items()})


def _company_and_index(body: dict[str, Any]) -> tuple[Company, int]:
    """The employee of a record request: by employee `id`, or by `index` in a `tenantId` (the first by default)."""
    box = sandbox()
    if "id" in body:
        for company in box.companies():
            index = company.index_of(str(body["id"]))
            if index is not None:
                return company, index
        raise BadControlRequest("no employee has this id")
    tenant = box.tenant(int(body.get("tenantId", NORTHFIELD.id)))
    if tenant is None:
        raise BadControlRequest("no tenant has this tenantId")
    company, index = box.company(tenant.id), body.get("index")
    if not isinstance(index, int) or not 0 <= index < company.head_count:
        raise BadControlRequest(f"send the employee's id, or an index from 0 to {company.head_count - 1}")

    return company, index


@blueprint.post("/records")
def patch_record() -> Response:
    """Change or break one employee's record; the fields are those of `Patch`."""
    body = _body()
    company, index = _company_and_index(body)
    changes = {name: value for name, value in body.items() if name not in {"id", "index", "tenantId"}}
    person = company.person(index)
    sandbox().overlay.plant(person, msgspec.convert(changes, Patch), company.today)

    return answers.as_json({"id": person.employee_id, "index": index})


@blueprint.get("/records")
def patched_records() -> Response:
    """Every planted patch, by employee id, and the ids of the edge cases by kind."""
    box = sandbox()
    planted = {id_: msgspec.to_builtins(patch) for id_, patch in box.overlay.planted().items()}

    return answers.as_json({"patches": planted, "kinds": box.company(NORTHFIELD.id).kinds()})


@blueprint.delete("/records")
def clear_patches() -> Response:
    """Remove every patch, or those of one employee (`?id=`)."""
    sandbox().overlay.clear(request.args.get("id"))

    return answers.as_json({"done": True})


@blueprint.get("/events")
def deliveries() -> Response:
    """The mock events posted so far, the oldest first: type, instant, and the status of the answer."""
    rows = [{**asdict(one), "at": one.at.isoformat()} for one in sandbox().deliveries]

    return answers.as_json({"events": rows})


@blueprint.post("/company")
def move_company() -> Response:
    """Move the company's day: `days` ahead, or to `today` (YYYY-MM-DD)."""
    body, box = _body(), sandbox()
    try:
        day = date.fromisoformat(body["today"]) if "today" in body else box.today
        day += timedelta(days=int(body.get("days", 0)))
    except (TypeError, ValueError, OverflowError) as wrong:
        raise BadControlRequest("send days as a whole number, or today as YYYY-MM-DD") from wrong
    box.set_today(day)

    return company()


@blueprint.get("/company")
def company() -> Response:
    """The company's day and head counts."""
    box = sandbox()
    sizes = {str(feed.entity.id): feed.size for feed in box.feeds()}

    return answers.as_json(
        {"today": box.today.isoformat(), "anchor": box.anchor.isoformat(), "employees": sizes}
    )
