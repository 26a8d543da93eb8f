"""Builds the built-in LMS: configuration in, a Flask app with its tables, pages and plugins out."""

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from connector.headers import SECURITY_HEADERS
from connector.sandbox.lms import config, plugins
from connector.sandbox.lms.cli import commands
from connector.sandbox.lms.db.tables import db
from connector.sandbox.lms.web import navigation
from connector.sandbox.lms.web.urls import blueprint

MESSAGES = {
    403: "You are signed in, but this page needs permissions that you do not have.",
    404: "There is nothing at this address, or it belongs to another portal.",
    409: "Somebody else changed this in the meantime. Go back, reload the page and try again.",
}


def create_app(config_values: Mapping[str, Any] | None = None) -> Flask:
    """The LMS, ready to serve. In addition to Flask's own keys it reads (each with its default):

    LMS_DATABASE_URL (a SQLite file in the instance folder), LMS_BASE_URL (http://127.0.0.1:5000), LMS_SMTP_URL (none:
    mail stays in the outbox), LMS_MAIL_FROM, LMS_SECRET_KEY (created and kept in the instance folder), LMS_CLOCK (the
    real one), LMS_INSTANCE_PATH (Flask's choice), LMS_PLUGINS (paths of manifests; the one of this package).
    Raises ConfigurationError, naming the wrong key.
    """
    values = dict(config_values or {})
    app = Flask(__package__, instance_path=values.get("LMS_INSTANCE_PATH"))
    config.configure(app, values)
    db.init_app(app)
    CSRFProtect(app)
    app.register_blueprint(blueprint)
    app.cli.add_command(commands)
    app.context_processor(lambda: {"lms_layout": navigation.layout()})
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(_secure)
    with app.app_context():
        _prepare_database()
    plugins.install(app, app.config.get("LMS_PLUGINS", [None]))
    return app


def _prepare_database() -> None:
    """Create the missing tables. The second try is for a process that started at the same moment as another one."""
    if db.engine.dialect.name == "sqlite":
        event.listen(db.engine, "connect", _tune_sqlite)
    try:
        db.create_all()
    except DatabaseError:
        db.create_all()


def _tune_sqlite(connection: Connection, _record: object) -> None:
    """Let readers work beside one writer, and enforce foreign keys."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _secure(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _csrf_error(error: CSRFError) -> tuple[str, int]:
    message = (
        "This form has been open for too long, or was not sent from this site. Reload it and send it again."
    )
    return render_template("lms/error.html", title="Please send the form again", message=message), 400


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    """Errors as a page of the portal; a redirect, or an error with a body of its own, passes unchanged."""
    code = error.code or 500
    if error.response is not None or code < 400:
        return error
    message = MESSAGES.get(code, error.description or "Something went wrong.")
    return render_template("lms/error.html", title=error.name, message=message), code
