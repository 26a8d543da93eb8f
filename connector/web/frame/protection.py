"""The HTTP headers with which our pages protect themselves, whatever the LMS does about its own.

They are added at the very end, so that whatever the LMS says about one of them, wherever it does so, is left alone.
"""

from typing import Any

from flask import Flask, request, request_finished
from flask.blueprints import BlueprintSetupState
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

#: What a page with people on it needs; the address of a page can be about one of them.
PROTECTION = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_CSP = "Content-Security-Policy"
_BLUEPRINTS = frozenset({"connector", "connector_events"})


def install(state: BlueprintSetupState) -> None:
    """Protect the pages of the app that the blueprint is registered with."""
    request_finished.connect(_protect, state.app)


def _protect(app: Flask, response: Response, **_: Any) -> None:
    """Add what the LMS has not said itself: Flask sends this signal after all that the LMS does to an answer."""
    if request.blueprint not in _BLUEPRINTS:
        return
    for name, value in PROTECTION.items():
        response.headers.setdefault(name, value)
    if not _says_who_may_frame(response.headers):
        # A browser obeys every such header, so another one takes nothing back.
        response.headers.add(_CSP, "frame-ancestors 'self'")


def _says_who_may_frame(headers: Headers) -> bool:
    return "X-Frame-Options" in headers or any("frame-ancestors" in one for one in headers.getlist(_CSP))
