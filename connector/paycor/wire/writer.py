"""The one thing that is ever written to Paycor: a certification of an employee, where an admin has switched that on.

A path and a body in; the body of a good answer out, or an error that says whether anything may have happened. A POST
is sent once: only a token that Paycor refused, and so did not let in, is renewed for another try. No sync has a
`Writer` (rule A1), and no other path is ever written to.
"""

import re
from collections.abc import Mapping

import requests

from connector.errors import SourceContractError, SourceError, SourceUnavailable
from connector.paycor.answers import is_json
from connector.paycor.auth.permissions import ADD_CERTIFICATES
from connector.paycor.auth.refusals import rights_missing
from connector.paycor.wire.client import Call, Client, error_of
from connector.paycor.wire.transport import TIMEOUT_S, Bearer

WRITABLE = re.compile(r"/v1/employees/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/certifications")


class Unclear(SourceUnavailable):
    """Nobody knows whether it was stored: a 5xx, a time-out, or an answer that cannot be read. Look; never repeat."""


class Rejected(SourceContractError):
    """A 400: Paycor did not store it, and would not if it were sent again."""


class Writer(Client):
    """A client that may add certifications."""

    def write(self, path: str, body: Mapping[str, object]) -> bytes:
        """POST `body` as JSON, once; gives the body of a 2xx JSON answer, not yet decoded.

        Raises Unclear, Rejected, NotFound for an employee who is not there, or another SourceError: then nothing was
        stored. ValueError for any path but that of an employee's certifications.
        """
        if not WRITABLE.fullmatch(path):
            raise ValueError(f"{path} is not written to: only certifications of employees are")
        token = self._keeper.access_token()
        call = self._post_once(path, body, token)
        if call.answer is not None and call.status == 401 and not call.body.strip():
            call = self._post_once(path, body, self._keeper.access_token(stale=token))
        if (
            call.answer is not None
            and 200 <= call.answer.status_code < 300
            and is_json(call.answer, call.body)
        ):
            return call.body
        raise _meaning(call)

    def _post_once(self, path: str, body: Mapping[str, object], token: str) -> Call:
        """One request; what requests raises is not passed on, because its text may hold a secret."""
        self._await_turn(None)
        self._sent += 1
        answer, missed = None, ""
        try:
            answer = self._session.post(
                self.environment.api_url + path,
                json=body,
                headers=self._headers,
                auth=Bearer(token),
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            missed = type(error).__name__
        came = b"" if answer is None else answer.content
        return Call(self.environment, path, (), answer, missed, self._clock(), came)


def _meaning(call: Call) -> SourceError:
    """What an answer that is not good means. What is not known to have changed nothing is Unclear."""
    if call.status == 400:
        return Rejected(f"Paycor refuses the certification sent to {call.path} as wrong (HTTP 400).")
    if call.status == 403:
        return rights_missing(call.environment, call.path, [ADD_CERTIFICATES.name])
    if call.status in (401, 404, 429):
        return error_of(call)
    last = f"HTTP {call.status}" if call.status else call.missed
    return Unclear(
        f"Paycor did not say whether it stored the certification sent to {call.path} (last: {last})."
    )
