"""Whole addresses of our pages, as Paycor and other outside callers need them."""

from typing import Any
from urllib.parse import urlsplit

from flask import url_for

from connector.web.frame.access import services


def public_address(endpoint: str, **values: Any) -> str:
    """The address under CONNECTOR_PUBLIC_URL, or under the host name of this request when that is not set."""
    public_url = services().config.public_url
    if public_url is None:
        return url_for(endpoint, _external=True, **values)
    path = url_for(endpoint, **values)
    parts = urlsplit(public_url)
    base = "" if parts.path and path.startswith(f"{parts.path}/") else parts.path
    return f"{parts.scheme}://{parts.netloc}{base}{path}"
