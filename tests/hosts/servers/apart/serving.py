"""A server for the programs in this folder: a WSGI app in, served on loopback. Standard library only."""

from collections.abc import Callable, Iterable
from socketserver import TCPServer
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Server(WSGIServer):
    """One request after the other, with a queue for thirty-two connections and more."""

    request_queue_size = 64

    def server_bind(self) -> None:
        """Bind without a reverse look-up of 127.0.0.1."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]
        self.setup_environ()


class _Quiet(WSGIRequestHandler):
    """Logs no requests."""

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


def serve(app: App, port: int, reset: Callable[[], None]) -> None:
    """Serve until the process ends; POST /reset calls `reset`."""

    def resettable(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/reset":
            return app(environ, start_response)
        reset()
        start_response("204 No Content", [])
        return []

    make_server("127.0.0.1", port, resettable, server_class=_Server, handler_class=_Quiet).serve_forever()
