"""What a refusing token endpoint means, and who can mend it: one table from status to error.

In: the answer to a token call; out: the error to raise. Messages say what to press and hold nothing of the answer.
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
from connector.paycor.answers import complaint, is_about_key, json_object, reference, retry_after_s
from connector.paycor.environments import Environment

#: How every message about a lost consent ends.
CONNECT_AGAIN = (
    "Press “Connect again” in Settings > Integrations > HR Integrations > Paycor; every setting is kept."
)

#: What the `error` of an OAuth answer (RFC 6749, section 5.2) means here.
_OAUTH_ERRORS = {
    "invalid_grant": f"Paycor no longer accepts this consent: it was used up, withdrawn or ran out. {CONNECT_AGAIN}",
    "invalid_client": (
        "Paycor does not accept the client secret for this client id. Copy both from the developer portal "
        f"(a secret is shown once: make a new one if it is lost), then enter them anew. {CONNECT_AGAIN}"
    ),
    "invalid_scope": (
        "Paycor does not know the scope. Copy the identifier of the current scope version from the tab General of "
        f"the application. {CONNECT_AGAIN}"
    ),
    "unauthorized_client": f"The Paycor application may not be used in this way. {CONNECT_AGAIN}",
}


class RightMissing(SourceForbidden):
    """The application lacks a Data Access right; for a caller that can do without."""


class NoAnswer(SourceUnavailable):
    """No answer or a 5xx in every try, which says nothing of other paths; for a caller that can do without."""


def key_refused(environment: Environment, ending: str = "") -> SourceAuthError:
    """The error for a subscription key that the gateway does not know (rule B4)."""
    return SourceAuthError(
        f"The subscription key is not one of Paycor {environment.name}. It may belong to an application of Paycor "
        f"{environment.other_name}: check the environment of this connection, or copy the APIm Subscription Key "
        f"from the tab Security Connections in {environment.portal_url}{ending}."
    )


#: What a consent is worth depends on who gave it (Paycor refuses it with 403, or covers no legal entity by it).
BY_AN_ADMIN = (
    "A consent opens what the person who gave it may see, so it has to be given by a Company, HR or Payroll admin of "
    "the company."
)


def rights_missing(
    environment: Environment, path: str, names: Sequence[str], ending: str = ""
) -> SourceForbidden:
    """The error for a 403: which Data Access rights `path` needs, at least one of which the application lacks.

    A path that needs none is refused only because of who gave the consent.
    """
    if not names:
        return SourceForbidden(f"Paycor refuses {path}{ending}. {BY_AN_ADMIN} {CONNECT_AGAIN}")
    rights = " or ".join(f"“{name}”" for name in names)
    return RightMissing(
        f"Paycor refuses {path}: the application lacks the Data Access right {rights}{ending}. Tick it in "
        f"{environment.portal_url} > your application > Data Access and save: that makes a new scope version, which "
        f"has to be consented to. {BY_AN_ADMIN} {CONNECT_AGAIN}"
    )


def blocks_withheld(environment: Environment, names: Sequence[str]) -> RightMissing:
    """The error for a read in which no record at all has what these rights open: Paycor's other way of saying 403."""
    rights = " and ".join(f"“{name}”" for name in names)
    return RightMissing(
        f"Paycor left out of every record what the Data Access right {rights} opens: the application seems to lack "
        f"it. Nothing was changed. Tick it in {environment.portal_url} > your application > Data Access and save: that "
        f"makes a new scope version, which has to be consented to. {CONNECT_AGAIN}"
    )


def token_refusal(environment: Environment, response: requests.Response, now: datetime) -> SourceError:
    """The error for a token answer that is not a 2xx; a status that the table does not have breaks the contract."""
    make = _TABLE.get(response.status_code, _unexpected)
    return make(environment, response, now)


def _refused(environment: Environment, response: requests.Response, now: datetime) -> SourceError:
    """A 400 or 401: the key, the client, or the consent; anything but JSON does not come from Paycor."""
    said = complaint(response)
    if is_about_key(said):
        return key_refused(environment, reference(said))
    if response.content.strip() and json_object(response.content) is None:
        return _unexpected(environment, response, now)
    meaning = _OAUTH_ERRORS.get(said.error.lower(), f"Paycor refuses to renew this consent. {CONNECT_AGAIN}")
    return SourceAuthError(meaning + reference(said))


def _forbidden(_: Environment, response: requests.Response, now: datetime) -> SourceError:
    return SourceForbidden(
        f"Paycor does not let this consent be used. {BY_AN_ADMIN} {CONNECT_AGAIN}{reference(complaint(response))}"
    )


def _limited(_: Environment, response: requests.Response, now: datetime) -> SourceError:
    pause_s = retry_after_s(response, now)
    return SourceUnavailable(
        f"Paycor's limit of calls a minute is reached; it asks to wait {pause_s:.0f} seconds. Try again then.",
        pause_s,
    )


def _failed(_: Environment, response: requests.Response, now: datetime) -> SourceError:
    return SourceUnavailable(
        f"Paycor could not renew the consent (HTTP {response.status_code}). Nothing was changed; try again in a "
        f"few minutes{reference(complaint(response))}."
    )


def _unexpected(_: Environment, response: requests.Response, now: datetime) -> SourceError:
    return SourceContractError(
        f"The address for tokens gave HTTP {response.status_code} in a form that Paycor does not document. If "
        f"base_url was set by hand, check it{reference(complaint(response))}."
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
