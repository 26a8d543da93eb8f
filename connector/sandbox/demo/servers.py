"""Runs the servers of the demo: the sandbox Paycor as a process, the built-in LMS in a thread, both in one folder."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, cast

from cryptography.fernet import Fernet
from flask import Flask
from waitress.server import create_server

from connector.sandbox.lms import create_app
from connector.sandbox.paycor.server import Announcement, running_sandbox

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class DemoServers:
    """The LMS app, its address, and the sandbox Paycor's announcement."""

    app: Flask
    url: str
    paycor: Announcement


@contextmanager
def running_servers(folder: Path, *, people: int | None, port: int, scheduler: bool) -> Iterator[DemoServers]:
    """Both servers, running until the block ends. `port` 0 takes any free one; the data in `folder` is used again."""
    folder.mkdir(parents=True, exist_ok=True)
    options = [
        "--json",
        "--state",
        str(folder / "paycor.sqlite3"),
        *(["--people", str(people)] if people else []),
    ]
    with running_sandbox(*options) as (paycor, _):
        listener = _Listener(port)
        app = create_app(_settings(folder, paycor, listener.url, scheduler))
        listener.serve(app)
        try:
            yield DemoServers(app, listener.url, paycor)
        finally:
            listener.close()
            jobs = app.extensions.get("connector.jobs")
            if jobs:
                jobs.stop()


def _settings(folder: Path, paycor: Announcement, url: str, scheduler: bool) -> Mapping[str, Any]:
    return {
        "LMS_INSTANCE_PATH": str(folder.resolve()),
        "LMS_BASE_URL": url,
        "CONNECTOR_ENV": "development",
        "CONNECTOR_SECRET_KEYS": _stored_key(folder / "connector_key"),
        "CONNECTOR_CLIENT_ID": paycor.client_id,
        "CONNECTOR_CLIENT_SECRET": paycor.client_secret,
        "CONNECTOR_SUBSCRIPTION_KEY": paycor.subscription_key,
        "CONNECTOR_SCOPE": paycor.scope,
        "CONNECTOR_PUBLIC_URL": url,
        "CONNECTOR_PAYCOR_API_URL": paycor.base_url,
        "CONNECTOR_PAYCOR_AUTHORIZE_URL": paycor.authorize_url,
        "CONNECTOR_SCHEDULER": scheduler,
    }


def _stored_key(path: Path) -> str:
    """The key for secrets at rest, created once for the folder and readable by its owner alone."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(Fernet.generate_key())
    return path.read_text()


class _Listener:
    """A port that is bound before the app exists, because the app needs its own address."""

    def __init__(self, port: int) -> None:
        self._app: Flask | None = None
        self._server = cast(Any, create_server(self._answer, host=HOST, port=port, threads=8))
        self.url = f"http://{HOST}:{self._server.effective_port}"

    def serve(self, app: Flask) -> None:
        self._app = app
        Thread(target=self._server.run, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _answer(self, environ: Any, start_response: Any) -> Any:
        return self._app(environ, start_response)  # type: ignore[misc]
