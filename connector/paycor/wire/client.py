"""Reading from Paycor: a path in, the body of a good answer out, or the one error that its status means.

It waits where Paycor asks for it and tries again where that is safe. It never writes to Paycor (rule A1), never
follows a redirect, and never puts a body, a token or a key into a message.
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
from connector.paycor.answers import complaint, is_about_key, is_json, reference, retry_after_s
from connector.paycor.auth.credentials import Credentials
from connector.paycor.auth.permissions import rights_of
from connector.paycor.auth.redaction import redact_logs
from connector.paycor.auth.refusals import CONNECT_AGAIN, NoAnswer, key_refused, rights_missing
from connector.paycor.auth.tokens import TokenKeeper
from connector.paycor.environments import Environment
from connector.paycor.wire.transport import TIMEOUT_S, Bearer, body_of, new_session

Params = Sequence[tuple[str, str]]

#: The pauses before the second and the third try, when there was no answer or a 5xx.
RETRY_PAUSES_S = (1.0, 5.0)
#: How often, and how long at most each time, a 429 is waited for.
MAX_WAITS = 3
MAX_WAIT_S = 120.0

#: The one list that Paycor gives to a POST: custom field values of a legal entity. Nothing else is ever posted.
READ_BY_POST = re.compile(r"/v1/legalentities/\d+/customfields")

_NO_RECORDS = ("is invalid or has no ",)
_NO_ENTITY = "does not have access to legal entity"


class NoRecords(SourceContractError):
    """A 400 that, by its own words, means an empty collection: for a caller that may take it so."""


class NotFound(SourceContractError):
    """A 404: the route or the id does not exist."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as error messages speak of it. `answer` is None when none came; `missed` then says why.

    A good answer's `body` is here alone.
    """

    environment: Environment
    path: str
    params: Params
    answer: requests.Response | None
    missed: str
    now: datetime
    body: bytes = b""

    @property
    def status(self) -> int | None:
        """The HTTP status, None when no answer came."""
        return None if self.answer is None else self.answer.status_code


class _Patience:
    """How long one call may still be waited for."""

    def __init__(self) -> None:
        self._waits = MAX_WAITS
        self._pauses = iter(RETRY_PAUSES_S)

    def pause_s(self, call: Call) -> float | None:
        """Seconds until the next try; None when there is to be no other."""
        if call.answer is not None and call.status == 429:
            asked_s = retry_after_s(call.answer, call.now)
            self._waits -= 1
            return asked_s if self._waits >= 0 and asked_s <= MAX_WAIT_S else None
        if call.status in (None, 500, 502, 503, 504):
            return next(self._pauses, None)
        return None


class Client:
    """Reads one connection's Paycor, over one pool of connections. `calls` counts every request, token calls too.

    One thread at a time uses it, not always the same one. `sleep` is what it waits with; `pace` counts a call and
    gives 0, or the seconds after which to ask again.
    """

    def __init__(
        self,
        environment: Environment,
        credentials: Credentials,
        keeper: TokenKeeper,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        pace: Callable[[], float] = lambda: 0.0,
    ) -> None:
        redact_logs()
        self.environment = environment
        self._headers = {
            "Accept": "application/json",
            "Ocp-Apim-Subscription-Key": credentials.subscription_key,
            "User-Agent": "lms-paycor-connector",
        }
        self._keeper = keeper
        self._session = new_session(environment.api_url)
        self._clock = clock
        self._sleep = sleep
        self._pace = pace
        self._sent = 0

    @property
    def calls(self) -> int:
        """How many requests were sent."""
        return self._sent + self._keeper.calls

    def close(self) -> None:
        """Give the pooled connections back."""
        self._session.close()

    def get(self, path: str, params: Params = (), *, given_up: Event | None = None) -> bytes:
        """The body of a 2xx JSON answer, not yet decoded. Setting `given_up` ends every wait with SourceUnavailable.

        Raises SourceAuthError, SourceForbidden, SourceUnavailable or SourceContractError; RightMissing, NoAnswer,
        NoRecords and NotFound are kinds of them.
        """
        return self._read("GET", path, params, given_up)

    def post(self, path: str, params: Params = (), *, given_up: Event | None = None) -> bytes:
        """The same for a list that Paycor gives to a POST, with an empty filter as its body.

        It reads, so it is tried again as a GET is. Raises ValueError for every other path, which might write (A1).
        """
        if not READ_BY_POST.fullmatch(path):
            raise ValueError(f"{path} is not read by POST, and the connector writes nothing to Paycor")
        return self._read("POST", path, params, given_up)

    def _read(self, method: str, path: str, params: Params, given_up: Event | None) -> bytes:
        token = self._keeper.access_token()
        patience = _Patience()
        renewed = False
        while True:
            self._await_turn(given_up)
            call = self._send(method, path, params, token)
            if call.answer is not None and _is_good(call.answer) and is_json(call.answer, call.body):
                return call.body
            if _is_token_refused(call) and not renewed:
                token, renewed = self._keeper.access_token(stale=token), True
                continue
            pause_s = patience.pause_s(call)
            if pause_s is None:
                raise error_of(call)
            self._pause(pause_s, given_up)

    def _send(self, method: str, path: str, params: Params, token: str) -> Call:
        """One request. What requests raises is not passed on: its text may hold a header, and so a secret."""
        self._sent += 1
        answer, missed, body = None, "", b""
        try:
            came = self._session.request(
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
            body = body_of(came) if _is_good(came) else came.content
            answer = came
        except requests.RequestException as error:
            missed = type(error).__name__
        return Call(self.environment, path, params, answer, missed, self._clock(), body)

    def _await_turn(self, given_up: Event | None) -> None:
        """Wait until the call is within the limit of the subscription key."""
        while pause_s := self._pace():
            self._pause(pause_s, given_up)

    def _pause(self, pause_s: float, given_up: Event | None) -> None:
        """Wait, a second at a time, so that nobody waits for a read that is no longer wanted."""
        left_s = pause_s
        while left_s > 0:
            if given_up is not None and given_up.is_set():
                raise SourceUnavailable("The read was given up while Paycor was being waited for.")
            self._sleep(min(1.0, left_s))
            left_s -= 1.0


def _is_good(answer: requests.Response) -> bool:
    return 200 <= answer.status_code < 300


def _is_token_refused(call: Call) -> bool:
    """The empty 401: the token alone is at fault. A 401 with a text is about the key, and a refresh would be wasted."""
    return call.answer is not None and call.status == 401 and not call.body.strip()


def error_of(call: Call) -> SourceError:
    """What a call that is not to be tried again means; a status that the table does not have breaks the contract."""
    return ERRORS.get(call.status, _unexpected)(call)


def _reference(call: Call) -> str:
    return "" if call.answer is None else reference(complaint(call.answer))


def _bad_request(call: Call) -> SourceError:
    said = "" if call.answer is None else complaint(call.answer).detail.lower()
    if any(words in said for words in _NO_RECORDS):
        return NoRecords(f"{call.path} gives nothing (HTTP 400){_reference(call)}: the next run asks again.")
    return SourceContractError(
        f"Paycor refuses the request to {call.path} as wrong (HTTP 400){_reference(call)}. Nothing was changed; "
        "report this with the correlation id."
    )


def _unauthorized(call: Call) -> SourceError:
    if _is_token_refused(call):
        return SourceAuthError(f"Paycor refuses a token that it has just renewed. {CONNECT_AGAIN}")
    if call.answer is not None and is_about_key(complaint(call.answer)):
        return key_refused(call.environment, _reference(call))
    return SourceAuthError(f"Paycor refuses this connection (HTTP 401){_reference(call)}. {CONNECT_AGAIN}")


def _forbidden(call: Call) -> SourceError:
    """Another legal entity, or a right that the application lacks."""
    said = "" if call.answer is None else complaint(call.answer).detail.lower()
    entity = next((part for part in call.path.split("/") if part.isdigit()), "")
    if entity and _NO_ENTITY in said:
        return SourceForbidden(
            f"The consent does not cover legal entity {entity}{_reference(call)}. Check the number, or let an admin "
            f"of that legal entity give consent. {CONNECT_AGAIN}"
        )
    names = [right.name for right in rights_of(call.path, call.params)]
    return rights_missing(call.environment, call.path, names, _reference(call))


def _not_found(call: Call) -> SourceError:
    return NotFound(
        f"Paycor has nothing at {call.path} (HTTP 404){_reference(call)}. Check the legal entity id of the connection."
    )


def _limited(call: Call) -> SourceError:
    asked_s = 0.0 if call.answer is None else retry_after_s(call.answer, call.now)
    return SourceUnavailable(
        f"Paycor's limit of calls a minute is reached, and waiting did not help: it now asks for {asked_s:.0f} "
        "seconds. Another program may be using the same subscription key. Nothing was changed; try again later.",
        asked_s,
    )


def _unavailable(call: Call) -> SourceError:
    last = f"HTTP {call.status}" if call.status else call.missed
    return NoAnswer(
        f"Paycor did not answer {call.path} in {len(RETRY_PAUSES_S) + 1} tries (last: {last}){_reference(call)}. "
        "Nothing was changed; the next run tries again."
    )


def _unexpected(call: Call) -> SourceError:
    kind = "not JSON" if call.answer is not None and not is_json(call.answer, call.body) else "JSON"
    return SourceContractError(
        f"Paycor's answer for {call.path} is not in the documented form (HTTP {call.status}, {kind}). Nothing was "
        "changed. If base_url was set by hand, check it; otherwise try again later."
    )


#: Status -> what it means. None is no answer at all; a 2xx comes here only if its body is not JSON.
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
