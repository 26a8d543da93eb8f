"""Errors as pages: what went wrong, who can fix it, and the right HTTP status. Nothing is logged here."""

from math import ceil
from typing import NoReturn

from flask import make_response, render_template, render_template_string
from jinja2 import UndefinedError
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
from connector.words.connection import REMEDIES

#: Error -> status; a class that is not listed has the status of its nearest parent.
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
    """The HTTP status of an error."""
    return next(STATUS[parent] for parent in type(error).__mro__ if parent in STATUS)


def page(error: ConnectorError) -> Response:
    """The error as a page; TooSoon also says, in Retry-After, in how many seconds to come back."""
    body = render_template("connector/frame/error.html", error=error, remedy=REMEDIES[error.remedy])
    response = make_response(body, status_of(error))
    if isinstance(error, TooSoon):
        wait_s = (error.allowed_at - services().clock()).total_seconds()
        response.headers["Retry-After"] = str(max(1, ceil(wait_s)))
    return response


def explain_undefined(error: UndefinedError) -> NoReturn:
    """Raise ConfigurationError when it is the LMS's layout that needs a name; otherwise the error itself.

    No page can show it, because each has the layout: it goes where the LMS logs what its views raise.
    """
    base = services().lms.base_template
    try:
        render_template_string("{% extends base %}", base=base)
    except UndefinedError as missing:
        raise ConfigurationError(
            f"The layout {base} of the LMS needs a name that only the LMS's own views give it: {missing.message}. "
            "Give it to all templates with app.context_processor."
        ) from error
    raise error
