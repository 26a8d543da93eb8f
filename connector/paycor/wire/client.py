"""The HTTP client that reads from Paycor. In: a path; out: the body of a 2xx answer, or the error of its status.

It waits when Paycor asks for it and retries when that is safe. It never writes to Paycor (rule A1), never follows a
redirect, and never puts a body, a token or a key into a message.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event
from typing import TypeVar

import msgspec
import requests

from connector.errors import SourceUnavailable
from connector.paycor.answers import NOT_JSON, is_json, retry_after_s
from connector.paycor.auth.credentials import Credentials
from connector.paycor.auth.errors import NoAnswer
from connector.paycor.auth.redaction import redact_logs
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.environments import Environment
from connector.paycor.wire.failures import (
    Call,
    Garbled,
    Params,
    error_of,
    is_server_error,
    is_success,
    is_token_refused,
)
from connector.paycor.wire.transport import TIMEOUT_S, Bearer, is_timeout, new_session
from connector.retries import RetryBudget, pause_asked_s

Parsed = TypeVar("Parsed")

#: The only list that Paycor gives to a POST: custom field values of a legal entity. No other path is ever posted.
READ_BY_POST = re.compile(r"/v1/legalentities/\d+/customfields")


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
        self._has_hung = False
        self._is_optional = False

    @property
    def calls(self) -> int:
        """How many requests were sent, token calls included."""
        return self._sent + self._refresher.calls

    @contextmanager
    def optional(self) -> Iterator[None]:
        """The block reads a list that a run can do without: once a call has timed out, it raises NoAnswer at once.

        Three tries of a minute for each list would keep everybody waiting for what only some values need.
        """
        self._is_optional = True
        try:
            yield
        finally:
            self._is_optional = False

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def get(self, path: str, params: Params = (), *, cancelled: Event | None = None) -> bytes:
        """The raw body of a 2xx JSON answer. Setting `cancelled` ends every wait with SourceUnavailable.

        Raises SourceAuthError, SourceForbidden, SourceUnavailable or SourceContractError. PermissionMissing, NoAnswer,
        NoRecords and NotFound are subclasses of these.
        """
        return self.read(path, params, whole_json, cancelled=cancelled)

    def post(self, path: str, params: Params = (), *, cancelled: Event | None = None) -> bytes:
        """The same for the list that Paycor gives only to a POST, with an empty filter as the body.

        It reads, so it is retried like a GET. Raises ValueError for every other path, which might write (rule A1).
        """
        return self.read(path, params, whole_json, by_post=True, cancelled=cancelled)

    def read(
        self,
        path: str,
        params: Params,
        parse: Callable[[str, bytes], Parsed],
        *,
        by_post: bool = False,
        cancelled: Event | None = None,
    ) -> Parsed:
        """What `parse` makes of the path and the body of a 2xx JSON answer, which is decoded only once.

        Raises what `get` and `post` raise, and what `parse` raises; after a Garbled it asks again (rule D21).
        """
        if by_post and not READ_BY_POST.fullmatch(path):
            raise ValueError(f"{path} is not read by POST, and the connector writes nothing to Paycor")
        token = self._refresher.access_token()
        method = "POST" if by_post else "GET"
        budget = RetryBudget()
        refreshed = False
        while True:
            if self._is_optional and self._has_hung:
                raise NoAnswer(f"Paycor has not answered in time in this run, so {path} was not waited for.")
            self._wait_for_rate_limit(cancelled)
            call = self._send(method, path, params, token)
            garbled = None
            if call.answer is not None and is_success(call.answer) and is_json(call.answer, call.body):
                try:
                    return parse(path, call.body)
                except Garbled as error:
                    garbled = error
            if is_token_refused(call) and not refreshed:
                token, refreshed = self._refresher.access_token(stale=token), True
                continue
            pause_s = _pause_s(call, budget)
            if pause_s is None:
                raise garbled or error_of(call)
            self._pause(pause_s, cancelled)

    def _send(self, method: str, path: str, params: Params, token: str) -> Call:
        """One request. Exceptions of requests are not chained: their text may contain a header, and so a secret."""
        self._sent += 1
        answer, failure, body = None, "", b""
        try:
            answer = self._session.request(
                method,
                self.environment.api_url + path,
                params=list(params),
                json={} if method == "POST" else None,
                headers=self._headers,
                auth=Bearer(token),
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
            body = answer.content
        except requests.RequestException as error:
            failure = type(error).__name__
            self._has_hung |= is_timeout(error)
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
    if is_success(call.answer) or is_server_error(call):
        return budget.after_failure(pause_asked_s(call.answer.headers, call.now))
    return None


def whole_json(path: str, body: bytes) -> bytes:
    """The same body. Raises Garbled when it is not the whole of a JSON value."""
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except NOT_JSON:
        raise Garbled(
            f"Paycor's answer for {path} was cut or is not JSON. Nothing was changed. The next sync tries again."
        ) from None
    return body
