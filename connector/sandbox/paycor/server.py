"""Runs the sandbox: in a thread for tests, and as the process `python -m connector.sandbox.paycor`.

Served by waitress: threads, keep-alive, one socket loop. One thing is added: a planted fault may cut the
connection instead of answering.
"""

import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor.app import create_app
from connector.sandbox.paycor.state.sandbox import Clock, Sandbox, open_sandbox, utc_now
from connector.sandbox.paycor.wire.gateway import RESET

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SOCKET = "paycor_sandbox.socket"
_THREADS = 8
#: Closing with this option drops unsent bytes and resets the connection.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class CoveredEntity(msgspec.Struct, frozen=True):
    """A legal entity that the printed refresh token covers, with the names of Paycor's own list."""

    legalEntityId: int  # noqa: N815 - Paycor's name
    tenantId: int  # noqa: N815 - Paycor's name


class Announcement(msgspec.Struct, frozen=True):
    """What a client needs to connect: the JSON line the process prints. Holds secrets of the sandbox."""

    base_url: str
    authorize_url: str
    control_url: str
    client_id: str
    client_secret: str
    subscription_key: str
    scope: str
    refresh_token: str
    legal_entities: tuple[CoveredEntity, ...]


class SandboxServer:
    """A sandbox served on a port of its own from a thread; a context manager that stops it at the end."""

    def __init__(
        self,
        people: int | None = None,
        seed: int | None = None,
        today: date | None = None,
        state: Path | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock = utc_now,
    ) -> None:
        """Binds the port (0: any free one). None takes the value of the state file, or the default."""
        self.sandbox: Sandbox = open_sandbox(people, seed, today, state, clock)
        self.app = create_app(self.sandbox)
        server: Any = create_server(
            _with_resets(self.app), host=host, port=port, threads=_THREADS, clear_untrusted_proxy_headers=True
        )
        server.channel_class = _Channel
        self._server = server
        self._thread = threading.Thread(target=self._server.run, name="paycor-sandbox", daemon=True)
        self.announcement = self._announce(host, self._server.effective_port)

    def _announce(self, host: str, port: int) -> Announcement:
        application = self.sandbox.application
        base_url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        covered = tuple(CoveredEntity(entity.id, NORTHFIELD.id) for entity in NORTHFIELD.entities)

        return Announcement(
            base_url=base_url,
            authorize_url=f"{base_url}/AppActivation/Authorize",
            control_url=f"{base_url}/_control",
            client_id=application.client_id,
            client_secret=application.client_secret,
            subscription_key=application.subscription_key,
            scope=application.scope,
            refresh_token=self.sandbox.activate(NORTHFIELD),
            legal_entities=covered,
        )

    def start(self) -> Self:
        """Start to serve."""
        self._thread.start()

        return self

    def stop(self) -> None:
        """End every connection, free the port and close the state file."""
        self._server.trigger.pull_trigger(self._close_connections)
        self._thread.join(timeout=5)
        self._server.task_dispatcher.shutdown(timeout=1)
        self.sandbox.store.close()

    def _close_connections(self) -> None:
        """Close all channels. Runs in the socket loop's own thread, which ends when no channel is left."""
        for channel in list(self._server._map.values()):
            channel.close()

    def __enter__(self) -> Self:
        """Start to serve."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


@contextmanager
def running_sandbox(
    *options: str, timeout_s: float = 30
) -> Iterator[tuple[Announcement, subprocess.Popen[str]]]:
    """The sandbox as a process of its own, on any free port; it is stopped at the end of the block.

    `options` are those of the command line. Raises RuntimeError when it ends, or prints nothing within
    `timeout_s`.
    """
    command = [sys.executable, "-m", "connector.sandbox.paycor", "--json", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module, no shell
    watchdog = threading.Timer(timeout_s, process.kill)
    watchdog.start()
    try:
        line = process.stdout.readline() if process.stdout else ""
        watchdog.cancel()
        if not line:
            raise RuntimeError(f"The sandbox ended without an announcement, with exit code {process.wait()}.")
        yield msgspec.json.decode(line, type=Announcement), process
    finally:
        watchdog.cancel()
        process.terminate()
        process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()


class _Task(WSGITask):
    """A task whose app can reach its socket."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[_SOCKET] = self.channel.socket

        return environ


class _Channel(HTTPChannel):
    task_class = _Task


def _with_resets(app: "WSGIApplication") -> "WSGIApplication":
    """An app that can answer with a connection reset."""

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = app(environ, start_response)
        if not environ.get(RESET):
            return body
        client: socket.socket = environ[_SOCKET]
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        raise ClientDisconnected

    return serve
