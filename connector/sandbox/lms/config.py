"""The settings of the built-in LMS: `LMS_*` from the configuration or the environment in; checked values out."""

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from connector.errors import ConfigurationError

#: Read from the environment when `create_app` does not get them.
FROM_ENVIRONMENT = ("LMS_DATABASE_URL", "LMS_BASE_URL", "LMS_SMTP_URL", "LMS_MAIL_FROM", "LMS_SECRET_KEY")
DEFAULT_BASE_URL = "http://127.0.0.1:5000"
SMTP_SCHEMES = ("smtp", "smtps", "smtp+starttls")
SQLITE_WAIT_S = 30

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings for the parts of the LMS that work outside a request.

    `base_url` is where people reach the LMS (no slash at the end); without `smtp_url` mail stays in the outbox.
    """

    clock: Clock
    base_url: str
    smtp_url: str | None
    mail_from: str


def now() -> datetime:
    """The present instant; `LMS_CLOCK` replaces it."""
    return datetime.now(UTC)


def configure(app: Flask, config_values: Mapping[str, Any]) -> None:
    """Fill in the app's configuration. Raises ConfigurationError, naming the wrong key."""
    environment = {key: os.environ[key] for key in FROM_ENVIRONMENT if os.environ.get(key)}
    app.config.update({**environment, **config_values})
    database = app.config.get("LMS_DATABASE_URL") or f"sqlite:///{_instance(app) / 'lms.sqlite3'}"
    app.config.setdefault("SQLALCHEMY_DATABASE_URI", database)
    if str(app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite"):
        app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"connect_args": {"timeout": SQLITE_WAIT_S}})
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = app.config.get("LMS_SECRET_KEY") or _stored_secret(_instance(app))
    app.config.update(SESSION_COOKIE_NAME="lms_session", SESSION_COOKIE_SAMESITE="Lax")
    app.config["SESSION_COOKIE_SECURE"] = settings(app).base_url.startswith("https:")


def settings(app: Flask) -> Settings:
    """The app's settings as one value. Raises ConfigurationError, naming the wrong key."""
    smtp_url = app.config.get("LMS_SMTP_URL") or None
    base_url = str(app.config.get("LMS_BASE_URL") or DEFAULT_BASE_URL).rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https"):
        raise ConfigurationError("LMS_BASE_URL must begin with http:// or https://.")
    if smtp_url and urlsplit(smtp_url).scheme not in SMTP_SCHEMES:
        raise ConfigurationError(f"LMS_SMTP_URL must begin with one of {', '.join(SMTP_SCHEMES)} and '://'.")
    return Settings(
        clock=app.config.get("LMS_CLOCK", now),
        base_url=base_url,
        smtp_url=smtp_url,
        mail_from=app.config.get("LMS_MAIL_FROM", "no-reply@lms.example"),
    )


def _instance(app: Flask) -> Path:
    folder = Path(app.instance_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _stored_secret(folder: Path) -> str:
    """The key that signs session cookies, created once for each instance folder and readable by its owner alone.

    The file appears complete under its name, so that processes that start at once all read the same key.
    """
    path = folder / "secret_key"
    if not path.exists():
        file, draft = mkstemp(dir=folder)
        with os.fdopen(file, "w") as stream:
            stream.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text()
