"""The gateway in front of the API: subscription key, rate limit, planted faults, access token, call log.

In: every request. Out: nothing when it may pass, else the answer. Order: key, rate, fault, access token,
so that a call without a key is not counted and a call over the limit uses up no fault.
"""

import hmac
import time
from collections.abc import Callable
from threading import Lock

from flask import Flask, Response, g, request

from connector.sandbox.paycor.state.calls import LoggedCall, fingerprint, without_secrets
from connector.sandbox.paycor.state.faults import Fault
from connector.sandbox.paycor.state.sandbox import CallContext, Clock, call_context, sandbox
from connector.sandbox.paycor.state.store import Grant
from connector.sandbox.paycor.wire import answers

#: Paths that the gateway guards; at the real Paycor another host has the authorize pages.
GUARDED = ("/v1/", "/v2/", "/sts/", "/api/")
#: Paths that need the subscription key alone.
TOKEN_PATHS = ("/sts/", "/v1/authenticationsupport/")
#: Set in the WSGI environment when the server must cut the connection instead of answering.
RESET = "paycor_sandbox.reset"
#: The path as the client wrote it, before its case was lowered for routing.
SENT_PATH = "paycor_sandbox.sent_path"

_KEY_HEADER = "Ocp-Apim-Subscription-Key"
_WINDOW_S = 60


class RateLimit:
    """Counts calls per key in windows of a minute; a window begins with its first call."""

    def __init__(self, clock: Clock) -> None:
        """Nothing counted."""
        self._clock = clock
        self._lock = Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def wait_s(self, key: str, limit: int) -> int:
        """Counts a call; 0 when it may pass, else the seconds until the window ends."""
        now = self._clock().timestamp()
        with self._lock:
            began, count = self._windows.get(key, (now, 0))
            if now - began >= _WINDOW_S:
                began, count = now, 0
            self._windows[key] = (began, count + 1)
        return 0 if count < limit else max(1, round(_WINDOW_S - (now - began)))


def install(app: Flask, clock: Clock, pause: Callable[[float], None] = time.sleep) -> None:
    """Put the gateway before, and the log after, every call of the app."""
    limit = RateLimit(clock)
    app.before_request(lambda: _before_call(limit, pause))
    app.after_request(_after_call)


def cut_connection() -> Response:
    """Makes the server drop the connection unanswered; a client without a socket sees a 502."""
    request.environ[RESET] = True

    return Response(status=502)


def _before_call(limit: RateLimit, pause: Callable[[float], None]) -> Response | None:
    g.call_context = CallContext(sandbox().clock())
    if not request.path.startswith(GUARDED):
        return None
    box = sandbox()
    key = _sent_key()
    if not key or not _is_known_key(key):
        return answers.bad_subscription_key(is_missing=not key)
    wait_s = limit.wait_s(key, box.switches.calls_per_minute)
    if wait_s:
        return answers.rate_limited(says_when=box.switches.sends_retry_after, wait_s=wait_s)
    fault = call_context().fault = box.faults.strike(request.method, request.path)
    broken = None if fault is None else _fault_answer(fault, pause)
    if broken is not None or request.path.startswith(TOKEN_PATHS):
        return broken
    call_context().grant = _bearer()

    return answers.bad_access_token() if call_context().grant is None else None


def _is_known_key(key: str) -> bool:
    box = sandbox()
    is_same = hmac.compare_digest(key.encode(), box.application.subscription_key.encode())

    return is_same and box.switches.is_key_known


def _sent_key() -> str | None:
    return request.headers.get(_KEY_HEADER) or request.args.get("subscription-key")


def _bearer() -> Grant | None:
    """The grant of the sent access token; None when unknown, expired or of an inactive application."""
    box = sandbox()
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token or not box.switches.is_application_active:
        return None

    return box.store.access(token, now=box.clock().timestamp())


def _fault_answer(fault: Fault, pause: Callable[[float], None]) -> Response | None:
    """The answer that a fault gives instead of the API; None when the API answers after all."""
    if fault.kind == "slow":
        pause(fault.seconds)
    if fault.kind.startswith("status-"):
        status = int(fault.kind.removeprefix("status-"))
        return answers.paycor_error(status, "Error", "An unexpected error occurred.")
    make = _FAULT_ANSWERS.get(fault.kind)

    return None if make is None else make()


_FAULT_ANSWERS: dict[str, Callable[[], Response]] = {
    "html-504": lambda: answers.html(504, "504 Gateway Time-out"),
    "html-200": lambda: answers.html(200, "Scheduled maintenance"),
    "reset": cut_connection,
    "error-as-200": lambda: answers.paycor_error(500, "Error", "An unexpected error occurred.", sent_as=200),
    "empty-as-400": lambda: answers.paycor_error(
        400, "Bad Request", "The Legal Entity is invalid or has no records."
    ),
    "rate-limit": lambda: answers.rate_limited(says_when=sandbox().switches.sends_retry_after),
    "token-refused": answers.bad_access_token,
}


def _after_call(answer: Response) -> Response:
    fault = call_context().fault
    if fault is not None and answer.status_code < 300:
        answer = _spoil(fault, answer)
    if not request.path.startswith(("/_control", "/_static")):
        _log(answer)

    return answer


def _spoil(fault: Fault, answer: Response) -> Response:
    """The answer to a call that was carried out, as the fault changes it."""
    if fault.kind == "truncated-json":
        body = answer.get_data()
        answer.set_data(body[: len(body) // 2])
    make = _SPOILED_ANSWERS.get(fault.kind)

    return answer if make is None else make()


_SPOILED_ANSWERS: dict[str, Callable[[], Response]] = {
    "stored-500": lambda: answers.paycor_error(500, "Error", "An unexpected error occurred."),
    "stored-504": lambda: answers.html(504, "504 Gateway Time-out"),
    "stored-reset": cut_connection,
}


def _log(answer: Response) -> None:
    box = sandbox()
    box.calls.add(
        LoggedCall(
            began_at=call_context().began_at,
            at=box.clock(),
            method=request.method,
            path=str(request.environ.get(SENT_PATH, request.path)),
            query=without_secrets(request.args.items(multi=True)),
            status=0 if request.environ.get(RESET) else answer.status_code,
            key=fingerprint(_sent_key()),
        )
    )
