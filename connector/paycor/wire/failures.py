"""What a call to Paycor that brought no usable answer means: its error, by the status.

No body, token or key gets into a message; of a body only the correlation id does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import requests

from connector.calls import AnswerTooLarge
from connector.errors import (
    Remedy,
    SourceAuthError,
    SourceContractError,
    SourceError,
    SourceForbidden,
    SourceUnavailable,
)
from connector.paycor.answers import correlation_note, error_body, is_json, is_wrong_key, retry_after_s
from connector.paycor.auth.errors import CONNECT_AGAIN, NoAnswer, permission_error, wrong_key_error
from connector.paycor.auth.permissions import permissions_of
from connector.paycor.environments import Environment
from connector.retries import RETRY_PAUSES_S

Params = Sequence[tuple[str, str]]

_NO_RECORDS = ("is invalid or has no ",)
_NO_ENTITY = "does not have access to legal entity"


class NoRecords(SourceContractError):
    """A 400 whose text says that the list is empty. Its own type, so that a caller can accept it."""


class Garbled(SourceContractError):
    """A 2xx answer that was cut or is not JSON. What raises it while an answer is parsed has it asked for again."""

    remedy: Remedy = Remedy.RETRY


class NotFound(SourceContractError):
    """A 404: the route or the id does not exist."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request with its answer, for decisions and error messages.

    `answer` is None when none came, and `failure` then says why. `body` is the body of the answer.
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


def is_success(answer: requests.Response) -> bool:
    """Whether the status is 2xx."""
    return 200 <= answer.status_code < 300


def is_server_error(call: Call) -> bool:
    """Whether the status is 5xx: Paycor's own, or one of a proxy in front of it, such as 520."""
    return (call.status or 0) >= 500


def is_token_refused(call: Call) -> bool:
    """Whether Paycor refused the token: an empty 401. A 401 with a text is about the key, where no refresh helps."""
    return call.answer is not None and call.status == 401 and not call.body.strip()


def error_of(call: Call) -> SourceError:
    """The error of a call that is not retried. A status outside the table is a 5xx, or a SourceContractError."""
    return ERRORS.get(call.status, _unavailable if is_server_error(call) else _unexpected)(call)


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
    if call.failure == AnswerTooLarge.__name__:
        return SourceContractError(
            f"Paycor's answer for {call.path} is far larger than any page, so it was not read. Nothing was changed. If "
            "you set base_url yourself, check it; otherwise tell Paycor's support."
        )
    last = f"HTTP {call.status}" if call.status else call.failure
    return NoAnswer(
        f"Paycor did not answer {call.path} in {len(RETRY_PAUSES_S) + 1} tries (last: {last}){_note(call)}. "
        "Nothing was changed. The next sync tries again."
    )


def _unexpected(call: Call) -> SourceError:
    kind = "not JSON" if call.answer is not None and not is_json(call.answer, call.body) else "JSON"
    # A 2xx that is not JSON is the page of a proxy or of a maintenance: it passes.
    is_foreign = call.answer is not None and is_success(call.answer)
    return (Garbled if is_foreign else SourceContractError)(
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
}
