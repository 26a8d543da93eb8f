"""Writes certifications of employees to Paycor, if an admin has switched that on. Nothing else is ever written.

In: a path and a body; out: the body of a 2xx answer, or an error that says whether Paycor may have stored it. A POST is
sent once. The only exception is a refused token: Paycor did not process the call, so it is sent again with a new token.
No sync has a `Writer` (rule A1).
"""

import re
from collections.abc import Mapping

import requests

from connector.errors import SourceContractError, SourceError, SourceUnavailable
from connector.paycor.answers import is_json
from connector.paycor.auth.errors import permission_error
from connector.paycor.auth.permissions import ADD_CERTIFICATES
from connector.paycor.wire.client import Client
from connector.paycor.wire.failures import Call, error_of, is_success, is_token_refused
from connector.paycor.wire.transport import TIMEOUT_S, Bearer

WRITABLE = re.compile(r"/v1/employees/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/certifications")


class WriteOutcomeUnknown(SourceUnavailable):
    """Unknown whether Paycor stored it: a 5xx, a time-out, or an unreadable answer. Look it up; never send it again."""


class WriteRejected(SourceContractError):
    """A 400: Paycor did not store it and would refuse it again."""


class Writer(Client):
    """A client that may add certifications."""

    def write(self, path: str, body: Mapping[str, object]) -> bytes:
        """POST `body` as JSON, once; returns the raw body of a 2xx JSON answer.

        Raises WriteOutcomeUnknown. Every other error means that nothing was stored: WriteRejected, NotFound for an
        unknown employee, another SourceError, or ValueError for any path but an employee's certifications.
        """
        if not WRITABLE.fullmatch(path):
            raise ValueError(f"{path} must not be written to: only certifications of employees may")
        token = self._refresher.access_token()
        call = self._post_once(path, body, token)
        if is_token_refused(call):
            call = self._post_once(path, body, self._refresher.access_token(stale=token))
        if call.answer is not None and is_success(call.answer) and is_json(call.answer, call.body):
            return call.body
        raise _error_of(call)

    def _post_once(self, path: str, body: Mapping[str, object], token: str) -> Call:
        """One request. Exceptions of requests are not chained: their text may contain a secret."""
        self._wait_for_rate_limit(None)
        self._sent += 1
        answer, failure = None, ""
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
            failure = type(error).__name__
        content = b"" if answer is None else answer.content
        return Call(self.environment, path, (), answer, failure, self._clock(), content)


def _error_of(call: Call) -> SourceError:
    """The error of a failed call: WriteOutcomeUnknown unless Paycor certainly stored nothing."""
    if call.status == 400:
        return WriteRejected(
            f"Paycor refuses the certification sent to {call.path} as invalid (HTTP 400). It was not stored."
        )
    if call.status == 403:
        return permission_error(call.environment, call.path, [ADD_CERTIFICATES.name])
    if call.status in (401, 404, 429):
        return error_of(call)
    last = f"HTTP {call.status}" if call.status else call.failure
    return WriteOutcomeUnknown(
        f"Paycor did not say whether it stored the certification sent to {call.path} (last: {last}). It is looked up "
        "before anything is sent again."
    )
