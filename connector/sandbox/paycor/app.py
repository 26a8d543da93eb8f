"""The Flask app: routes, gateway, error pages, and paths in any letter case."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from connector.sandbox.paycor.auth import consent, tokens
from connector.sandbox.paycor.endpoints import (
    catalogues,
    certifications,
    control,
    custom_fields,
    employees,
    events,
    onboarding,
    organization,
    persons,
)
from connector.sandbox.paycor.state.sandbox import EXTENSION, Sandbox
from connector.sandbox.paycor.wire import answers, gateway

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: The modules whose routes are behind the gateway.
_API = (
    tokens,
    employees,
    persons,
    organization,
    catalogues,
    onboarding,
    custom_fields,
    certifications,
    events,
)


def create_app(box: Sandbox, pause: Callable[[float], None] | None = None) -> Flask:
    """The sandbox as an app. `pause` replaces `time.sleep`, in seconds, for the fault `slow`."""
    app = Flask("connector.sandbox.paycor", static_url_path="/_static")
    # Paycor has no call at //v1/...; merged slashes would redirect to the one at /v1/...
    app.url_map.merge_slashes = False
    app.extensions[EXTENSION] = box
    if pause is None:
        gateway.install(app, box.clock)
    else:
        gateway.install(app, box.clock, pause)
    for module in (*_API, consent, control):
        app.register_blueprint(module.blueprint)
    app.register_error_handler(answers.Refusal, answers.refusal_answer)
    app.register_error_handler(HTTPException, _http_error)
    app.wsgi_app = _in_lower_case(app.wsgi_app)  # type: ignore[method-assign, assignment]

    return app


def _http_error(error: HTTPException) -> Response:
    """An unknown route or method as a Paycor error."""
    status = error.code or 500

    return answers.paycor_error(status, error.name, "The request could not be served.")


def _in_lower_case(app: "WSGIApplication") -> "WSGIApplication":
    """An app that matches paths in any letter case, as Paycor does, and keeps the sent path for the log."""

    def fold(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[gateway.SENT_PATH] = environ["PATH_INFO"]
        environ["PATH_INFO"] = environ["PATH_INFO"].lower()

        return app(environ, start_response)

    return fold
