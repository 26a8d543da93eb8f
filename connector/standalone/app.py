"""The stand-alone app: the CONNECTOR_* settings in, a Flask app out.

Unless SECRET_KEY is set, its cookies are signed with a key derived from the first of CONNECTOR_SECRET_KEYS.
"""

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

from flask import Flask, current_app, render_template
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from connector import config
from connector.config import PREFIX, Config
from connector.core.ports.host import Host
from connector.core.ports.lms import Portal
from connector.core.rules.access.days import is_zone
from connector.errors import ConfigurationError
from connector.extension import Connector
from connector.headers import SECURITY_HEADERS
from connector.hosts import configured
from connector.services.admins import ABSOLUTE_END
from connector.standalone import access
from connector.standalone.lms import PORTAL_ID, RemoteLms
from connector.standalone.pages import blueprint
from connector.web.frame.forms import ActionForm

#: For how long a browser opens the service over https alone: a year.
HTTPS_ONLY_S = 365 * 24 * 60 * 60


def create_app(
    values: Mapping[str, Any] | None = None,
    *,
    new_host: Callable[[], Host] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Flask:
    """The app, ready to serve. `values` override the environment, `new_host` overrides CONNECTOR_HOST.

    Raises ConfigurationError with the key that is wrong.
    """
    app = Flask("connector.standalone", instance_path=(values or {}).get("INSTANCE_PATH"), static_folder=None)
    app.config.from_prefixed_env()
    app.config.update(values or {})
    settings = config.load(app.config)
    _configure(app, settings)
    app.register_blueprint(blueprint())
    app.register_error_handler(HTTPException, _error)
    app.after_request(_add_security_headers)
    portal = _portal(settings)
    app.context_processor(
        lambda: {"portal_name": portal.name, "signed_in": access.signed_in, "sign_out_form": ActionForm}
    )
    lms = RemoteLms(portal, new_host or _host_factory(settings, clock))
    Connector().init_app(app, host=lms, clock=clock)
    return app


def _configure(app: Flask, settings: Config) -> None:
    # In development the key may have been generated just now: the plugin must use the same one.
    app.config[config.SECRET_KEYS] = list(settings.secret_keys)
    app.config.setdefault("SQLALCHEMY_DATABASE_URI", settings.database_url or _sqlite_url(app))
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = hmac.digest(settings.secret_keys[0].encode(), b"cookies", "sha256")
    secure = not settings.is_development or (settings.public_url or "").startswith("https:")
    app.config.update(
        # With this prefix a browser takes the cookie from this host alone, over https, and not from a neighbour of it.
        SESSION_COOKIE_NAME="__Host-connector_session" if secure else "connector_session",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=ABSOLUTE_END,
    )


def _sqlite_url(app: Flask) -> str:
    folder = Path(app.instance_path)
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'connector.sqlite'}"


def _portal(settings: Config) -> Portal:
    if not is_zone(settings.time_zone):
        raise ConfigurationError(
            f"{PREFIX}TIME_ZONE must be an IANA name, such as America/New_York; it is {settings.time_zone!r}."
        )
    name = settings.portal_name or (configured.title(settings) if settings.host else "LMS")
    return Portal(PORTAL_ID, name, settings.time_zone)


def _host_factory(settings: Config, clock: Callable[[], datetime]) -> Callable[[], Host]:
    """Creates hosts; one is created at once, so that a missing setting stops the start."""

    def new_host() -> Host:
        return configured.host(settings, clock=clock, sleep=sleep)

    new_host()
    return new_host


def _add_security_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={HTTPS_ONLY_S}")
    return response


def _error(error: HTTPException) -> tuple[str, int] | HTTPException:
    """An error page in the app's own layout; a redirect, or an error with its own body, is not changed."""
    code = error.code or 500
    if error.response is not None or code < 400:
        return error
    return render_template("standalone/error.html", title=error.name, message=error.description), code
