"""The HTTP client that reads from Paycor. In: a path; out: the body of a 2xx answer, or the error of its status.

It waits when Paycor asks for it and retries when that is safe. It never writes to Paycor (rule A1), never follows a
redirect, and never puts a body, a token or a key into a message.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event

import requests

from connector.errors import (
    SourceAuthError,
    SourceContractError,
    SourceError,
    SourceForbidden,
    SourceUnavailable,
)
from connector.paycor.answers import correlation_note, error_body, is_json, is_wrong_key, retry_after_s
from connector.paycor.auth.credentials import Credentials
from connector.paycor.auth.errors import CONNECT_AGAIN, NoAnswer, permission_error, wrong_key_error
from connector.paycor.auth.permissions import permissions_of
from connector.paycor.auth.redaction import redact_logs
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.environments import Environment
from connector.paycor.wire.transport import TIMEOUT_S, Bearer, body_of, new_session
from connector.retries import RETRY_PAUSES_S, RetryBudget, pause_asked_s

Params = Sequence[tuple[str, str]]

#: The only list that Paycor gives to a POST: custom field values of a legal entity. No other path is ever posted.
READ_BY_POST = re.compile(r"/v1/legalentities/\d+/customfields")

_NO_RECORDS = ("is invalid or has no ",)
_NO_ENTITY = "does not have access to legal entity"


class NoRecords(SourceContractError):
    """A 400 whose text says that the list is empty. Its own type, so that a caller can accept it."""


class NotFound(SourceContractError):
    """A 404: the route or the id does not exist."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request with its answer, for decisions and error messages.

    `answer` is None when none came, and `failure` then says why. `body` is the body of the answer: that of a 2xx answer
    is only here, because it was streamed.
    """

    environment: Environment
    path: str
    params: Params
    answer: requests.Response | None
    failure: str
    now: datetime
    body: bytes = b""

    @property
    def status(self) -> int | None:
        """The HTTP status; None when no answer came."""
        return None if self.answer is None else self.answer.status_code


class Client:
    """Reads from Paycor for one connection, over one pool of HTTP connections.

    One thread at a time may use it, not always the same one. It waits with `sleep`. `rate_limit` counts a call and
    returns 0, or the seconds until the next try.
    """

    def __init__(
        self,
        environment: Environment,
        credentials: Credentials,
        refresher: TokenRefresher,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        rate_limit: Callable[[], float] = lambda: 0.0,
    ) -> None:
        redact_logs()
        self.environment = environment
        self._headers = {
            "Accept": "application/json",
            "Ocp-Apim-Subscription-Key": credentials.subscription_key,
            "User-Agent": "lms-paycor-connector",
        }
        self._refresher = refresher
        self._session = new_session(environment.api_url)
        self._clock = clock
        self._sleep = sleep
        self._rate_limit = rate_limit
        self._sent = 0

    @property
    def calls(self) -> int:
        """How many requests were sent, token calls included."""
        return self._sent + self._refresher.calls

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def get(self, path: str, params: Params = (), *, cancelled: Event | None = None) -> bytes:
        """The raw body of a 2xx JSON answer. Setting `cancelled` ends every wait with SourceUnavailable.

        Raises SourceAuthError, SourceForbidden, SourceUnavailable or SourceContractError. PermissionMissing, NoAnswer,
        NoRecords and NotFound are subclasses of these.
        """
        return self._read("GET", path, params, cancelled)

    def post(self, path: str, params: Params = (), *, cancelled: Event | None = None) -> bytes:
        """The same for the list that Paycor gives only to a POST, with an empty filter as the body.

        It reads, so it is retried like a GET. Raises ValueError for every other path, which might write (rule A1).
        """
        if not READ_BY_POST.fullmatch(path):
            raise ValueError(f"{path} is not read by POST, and the connector writes nothing to Paycor")
        return self._read("POST", path, params, cancelled)

    def _read(self, method: str, path: str, params: Params, cancelled: Event | None) -> bytes:
        token = self._refresher.access_token()
        budget = RetryBudget()
        refreshed = False
        while True:
            self._wait_for_rate_limit(cancelled)
            call = self._send(method, path, params, token)
            if call.answer is not None and is_success(call.answer) and is_json(call.answer, call.body):
                return call.body
            if is_token_refused(call) and not refreshed:
                token, refreshed = self._refresher.access_token(stale=token), True
                continue
            pause_s = _pause_s(call, budget)
            if pause_s is None:
                raise error_of(call)
            self._pause(pause_s, cancelled)

    def _send(self, method: str, path: str, params: Params, token: str) -> Call:
        """One request. Exceptions of requests are not chained: their text may contain a header, and so a secret."""
        self._sent += 1
        answer, failure, body = None, "", b""
        try:
            response = self._session.request(
                method,
                self.environment.api_url + path,
                params=list(params),
                json={} if method == "POST" else None,
                headers=self._headers,
                auth=Bearer(token),
                timeout=TIMEOUT_S,
                allow_redirects=False,
                stream=True,
            )
            body = body_of(response) if is_success(response) else response.content
            answer = response
        except requests.RequestException as error:
            failure = type(error).__name__
        return Call(self.environment, path, params, answer, failure, self._clock(), body)

    def _wait_for_rate_limit(self, cancelled: Event | None) -> None:
        """Wait until the call is within the rate limit of the subscription key."""
        while pause_s := self._rate_limit():
            self._pause(pause_s, cancelled)

    def _pause(self, pause_s: float, cancelled: Event | None) -> None:
        """Wait in steps of a second, so that a cancelled read ends at once."""
        left_s = pause_s
        while left_s > 0:
            if cancelled is not None and cancelled.is_set():
                raise SourceUnavailable("The read was cancelled while it waited for Paycor.")
            self._sleep(min(1.0, left_s))
            left_s -= 1.0


def _pause_s(call: Call, budget: RetryBudget) -> float | None:
    """Seconds until the next try; None when the call is not repeated. A 2xx gets here when its body is not JSON."""
    if call.answer is None:
        return budget.after_failure()
    if call.status == 429:
        return budget.after_rate_limit(retry_after_s(call.answer, call.now))
    if is_success(call.answer) or call.status in (500, 502, 503, 504):
        return budget.after_failure(pause_asked_s(call.answer.headers, call.now))
    return None


def is_success(answer: requests.Response) -> bool:
    """Whether the status is 2xx."""
    return 200 <= answer.status_code < 300


def is_token_refused(call: Call) -> bool:
    """Whether Paycor refused the token: an empty 401. A 401 with a text is about the key, where no refresh helps."""
    return call.answer is not None and call.status == 401 and not call.body.strip()


def error_of(call: Call) -> SourceError:
    """The error of a call that is not retried. A status outside the table is a SourceContractError."""
    return ERRORS.get(call.status, _unexpected)(call)


def _note(call: Call) -> str:
    return "" if call.answer is None else correlation_note(error_body(call.answer))


def _bad_request(call: Call) -> SourceError:
    detail = "" if call.answer is None else error_body(call.answer).detail.lower()
    if any(words in detail for words in _NO_RECORDS):
        return NoRecords(f"{call.path} has no records (HTTP 400){_note(call)}. The next sync reads it again.")
    return SourceContractError(
        f"Paycor refuses the request to {call.path} as invalid (HTTP 400){_note(call)}. Nothing was changed. Report "
        "this with the correlation id."
    )


def _unauthorized(call: Call) -> SourceError:
    if is_token_refused(call):
        return SourceAuthError(f"Paycor refuses a token that it has just issued. {CONNECT_AGAIN}")
    if call.answer is not None and is_wrong_key(error_body(call.answer)):
        return wrong_key_error(call.environment, _note(call))
    return SourceAuthError(f"Paycor refuses this connection (HTTP 401){_note(call)}. {CONNECT_AGAIN}")


def _forbidden(call: Call) -> SourceError:
    """A legal entity that the consent does not cover, or a permission that the application lacks."""
    detail = "" if call.answer is None else error_body(call.answer).detail.lower()
    entity = next((part for part in call.path.split("/") if part.isdigit()), "")
    if entity and _NO_ENTITY in detail:
        return SourceForbidden(
            f"The consent does not cover legal entity {entity}{_note(call)}. Correct the number, or ask an "
            f"admin of that legal entity to give consent. {CONNECT_AGAIN}"
        )
    names = [permission.name for permission in permissions_of(call.path, call.params)]
    return permission_error(call.environment, call.path, names, _note(call))


def _not_found(call: Call) -> SourceError:
    return NotFound(
        f"Paycor has nothing at {call.path} (HTTP 404){_note(call)}. Check the legal entity id of the connection."
    )


def _limited(call: Call) -> SourceError:
    pause_s = 0.0 if call.answer is None else retry_after_s(call.answer, call.now)
    return SourceUnavailable(
        f"Paycor's limit of calls per minute is reached, and waiting did not help. Nothing was changed. Try again in "
        f"{pause_s:.0f} seconds. Another program may be using the same subscription key.",
        pause_s,
    )


def _unavailable(call: Call) -> SourceError:
    last = f"HTTP {call.status}" if call.status else call.failure
    return NoAnswer(
        f"Paycor did not answer {call.path} in {len(RETRY_PAUSES_S) + 1} tries (last: {last}){_note(call)}. "
        "Nothing was changed. The next sync tries again."
    )


def _unexpected(call: Call) -> SourceError:
    kind = "not JSON" if call.answer is not None and not is_json(call.answer, call.body) else "JSON"
    return SourceContractError(
        f"Paycor's answer for {call.path} is not in the documented form (HTTP {call.status}, {kind}). Nothing was "
        "changed. If you set base_url yourself, check it; otherwise try again later."
    )


#: Status -> its error. None means no answer. A 2xx gets here only when its body is not JSON.
ERRORS: dict[int | None, Callable[[Call], SourceError]] = {
    None: _unavailable,
    400: _bad_request,
    401: _unauthorized,
    403: _forbidden,
    404: _not_found,
    429: _limited,
    500: _unavailable,
    502: _unavailable,
    503: _unavailable,
    504: _unavailable,
}
