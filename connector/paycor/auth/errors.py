"""The errors for refused consents, tokens and permissions, and one table from the status of a token call to its error.

In: the response to a token call; out: the error to raise. A message says what to do and repeats nothing of the response
except a correlation id.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import requests

from connector.errors import (
    SourceAuthError,
    SourceContractError,
    SourceError,
    SourceForbidden,
    SourceUnavailable,
)
from connector.paycor.answers import correlation_note, error_body, is_wrong_key, json_object, retry_after_s
from connector.paycor.environments import Environment

#: The end of every message about a consent that is no longer valid.
CONNECT_AGAIN = (
    "Press “Connect again” in Settings > Integrations > HR Integrations > Paycor. Your settings are kept."
)

#: OAuth error code (RFC 6749, section 5.2) -> the message for it.
_OAUTH_ERRORS = {
    "invalid_grant": (
        f"Paycor no longer accepts this consent: it was used up, withdrawn or has expired. {CONNECT_AGAIN}"
    ),
    "invalid_client": (
        "Paycor does not accept the client secret for this client id. Copy both from the developer portal, which "
        f"shows a secret only once: create a new one if it is lost. Then enter both again. {CONNECT_AGAIN}"
    ),
    "invalid_scope": (
        "Paycor does not know the scope. Copy the identifier of the current scope version from the General tab of "
        f"the application. {CONNECT_AGAIN}"
    ),
    "unauthorized_client": f"Paycor does not allow this application to connect in this way. {CONNECT_AGAIN}",
}


class PermissionMissing(SourceForbidden):
    """The application lacks a Data Access permission. Its own type, so that a caller can continue without it."""


class NoAnswer(SourceUnavailable):
    """No answer or a 5xx on every try. Other paths may work, so a caller can continue without this one."""


def wrong_key_error(environment: Environment, ending: str = "") -> SourceAuthError:
    """The error for a subscription key that Paycor's gateway does not know (rule B4)."""
    return SourceAuthError(
        f"The subscription key does not belong to Paycor {environment.name}. It may belong to an application of Paycor "
        f"{environment.other_name}: check the environment of this connection, or copy the APIm Subscription Key "
        f"from the Security Connections tab in {environment.portal_url}{ending}."
    )


#: What a consent allows depends on who gave it: Paycor may refuse it with 403, or let it cover no legal entity.
NEEDS_ADMIN = (
    "A consent allows only what the person who gave it may see, so a Company, HR or Payroll admin of the company has "
    "to give it."
)


def permission_error(
    environment: Environment, path: str, names: Sequence[str], ending: str = ""
) -> SourceForbidden:
    """The error for a 403. `names` are the Data Access permissions of `path`: the application lacks one or more.

    Without names the path needs no permission, and Paycor refuses it because of who gave the consent.
    """
    if not names:
        return SourceForbidden(f"Paycor refuses {path}{ending}. {NEEDS_ADMIN} {CONNECT_AGAIN}")
    permissions = " or ".join(f"“{name}”" for name in names)
    return PermissionMissing(
        f"Paycor refuses {path}: the application lacks the Data Access permission {permissions}{ending}. "
        f"{_allow_it(environment)} {NEEDS_ADMIN} {CONNECT_AGAIN}"
    )


def withheld_blocks_error(environment: Environment, names: Sequence[str]) -> PermissionMissing:
    """The error for a read in which no record has the data of these permissions, Paycor's other form of a 403."""
    permissions = " and ".join(f"“{name}”" for name in names)
    return PermissionMissing(
        f"No record from Paycor has the data of the Data Access permission {permissions}, so the application seems to "
        f"lack it. Nothing was changed. {_allow_it(environment)} {CONNECT_AGAIN}"
    )


def _allow_it(environment: Environment) -> str:
    return (
        f"Tick it in {environment.portal_url} > your application > Data Access and save. That creates a new scope "
        "version, which needs a new consent."
    )


def token_error(environment: Environment, response: requests.Response, now: datetime) -> SourceError:
    """The error for a token call whose status is not 2xx. A status outside the table is a SourceContractError."""
    make = _TABLE.get(response.status_code, _unexpected)
    return make(environment, response, now)


def _refused(environment: Environment, response: requests.Response, now: datetime) -> SourceError:
    """A 400 or 401 is about the key, the client or the consent. A body that is not JSON does not come from Paycor."""
    body = error_body(response)
    if is_wrong_key(body):
        return wrong_key_error(environment, correlation_note(body))
    if response.content.strip() and json_object(response.content) is None:
        return _unexpected(environment, response, now)
    message = _OAUTH_ERRORS.get(body.error.lower(), f"Paycor refuses to renew this consent. {CONNECT_AGAIN}")
    return SourceAuthError(message + correlation_note(body))


def _forbidden(_: Environment, response: requests.Response, now: datetime) -> SourceError:
    return SourceForbidden(
        f"Paycor does not allow this consent. {NEEDS_ADMIN} {CONNECT_AGAIN}{correlation_note(error_body(response))}"
    )


def _limited(_: Environment, response: requests.Response, now: datetime) -> SourceError:
    pause_s = retry_after_s(response, now)
    return SourceUnavailable(
        f"Paycor's limit of calls per minute is reached. Try again in {pause_s:.0f} seconds.",
        pause_s,
    )


def _failed(_: Environment, response: requests.Response, now: datetime) -> SourceError:
    return SourceUnavailable(
        f"Paycor could not renew the consent (HTTP {response.status_code}). Nothing was changed. Try again in a "
        f"few minutes{correlation_note(error_body(response))}."
    )


def _unexpected(_: Environment, response: requests.Response, now: datetime) -> SourceError:
    return SourceContractError(
        f"The token address answered HTTP {response.status_code} in a form that Paycor does not document. If you set "
        f"base_url yourself, check it{correlation_note(error_body(response))}."
    )


_TABLE: dict[int, Callable[[Environment, requests.Response, datetime], SourceError]] = {
    400: _refused,
    401: _refused,
    403: _forbidden,
    429: _limited,
    500: _failed,
    502: _failed,
    503: _failed,
    504: _failed,
}
