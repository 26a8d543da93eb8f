"""Errors as pages: what went wrong, who can mend it, and an honest status. Nothing is logged or shown besides."""

from math import ceil

from flask import make_response, render_template
from werkzeug.wrappers import Response

from connector.errors import (
    ConfigurationError,
    ConnectorError,
    ConsentError,
    HostError,
    HostUnavailable,
    LeaseLost,
    Refused,
    SchemaBehind,
    SourceError,
    SourceUnavailable,
    TooSoon,
    UnsafePlan,
)
from connector.web.frame.access import services
from connector.web.frame.words import REMEDIES

#: Error -> status; a class that is not here answers as the nearest of its parents.
STATUS: dict[type[ConnectorError], int] = {
    ConnectorError: 500,
    ConfigurationError: 500,
    SourceError: 502,
    SourceUnavailable: 503,
    HostError: 502,
    HostUnavailable: 503,
    ConsentError: 400,
    Refused: 409,
    TooSoon: 429,
    LeaseLost: 409,
    UnsafePlan: 409,
    SchemaBehind: 503,
}


def status_of(error: ConnectorError) -> int:
    """The HTTP status that says what the error is."""
    return next(STATUS[parent] for parent in type(error).__mro__ if parent in STATUS)


def page(error: ConnectorError) -> Response:
    """The error as a page; one that time mends says when to come back."""
    body = render_template("connector/frame/error.html", error=error, remedy=REMEDIES[error.remedy])
    response = make_response(body, status_of(error))
    if isinstance(error, TooSoon):
        wait_s = (error.allowed_at - services().clock()).total_seconds()
        response.headers["Retry-After"] = str(max(1, ceil(wait_s)))
    return response
