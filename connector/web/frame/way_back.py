"""The way back from Paycor: the key that ties a consent to its browser, and one more step where cookies were withheld.

A browser sends a cookie with `SameSite=Strict` only to a page that another page of the same site leads to, and the way
back from Paycor leads from another site. So the first answer to it may be a page that leads on to the same address.
"""

from secrets import token_urlsafe
from typing import Any

from flask import make_response, render_template, request, session, url_for
from werkzeug.wrappers import Response

CALLBACK = "connector.callback"
_KEY = "connector_consent_key"
#: Marks an address that one of our own pages has led to.
_LED_ON = "led_on"
#: What Paycor's redirect brings.
_BROUGHT = ("state", "code", "error")


def consent_key() -> str:
    """The secret of this browser session; a new one if it has none. It stays, so that two tabs can connect."""
    key: str = session.setdefault(_KEY, token_urlsafe(32))
    return key


def kept_consent_key() -> str:
    """The secret of this browser session, empty if it has none."""
    key: str = session.get(_KEY, "")
    return key


def page_that_leads_on(*, is_signed_in: bool) -> Response | None:
    """A page that leads to the address of this request, if it is the way back and came without cookies; once."""
    if request.endpoint != CALLBACK or _LED_ON in request.args or (is_signed_in and _KEY in session):
        return None
    values: dict[str, Any] = {name: request.args[name] for name in _BROUGHT if name in request.args}
    values[_LED_ON] = "1"
    address = url_for(CALLBACK, **values)
    return make_response(render_template("connector/frame/way_back.html", address=address))
