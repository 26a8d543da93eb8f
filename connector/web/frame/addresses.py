"""Whole addresses of our pages, as Paycor and other outside callers need them."""

from typing import Any
from urllib.parse import urlsplit

from flask import url_for

from connector.errors import ConfigurationError
from connector.web.frame.access import services


def require_public_url() -> str | None:
    """CONNECTOR_PUBLIC_URL; None in development, where a request is believed about its host name.

    Raises ConfigurationError in production when it is not set: anybody can claim any name there.
    """
    config = services().config
    if config.public_url is None and not config.is_development:
        raise ConfigurationError(
            "The public address of this LMS is not known, so nothing was changed. The operator has to set "
            "CONNECTOR_PUBLIC_URL to it."
        )
    return config.public_url


def public_address(endpoint: str, **values: Any) -> str:
    """The address under CONNECTOR_PUBLIC_URL; in development without it, under the host name of this request."""
    public_url = require_public_url()
    if public_url is None:
        return url_for(endpoint, _external=True, **values)
    path = url_for(endpoint, **values)
    parts = urlsplit(public_url)
    base = "" if parts.path and path.startswith(f"{parts.path}/") else parts.path
    return f"{parts.scheme}://{parts.netloc}{base}{path}"
