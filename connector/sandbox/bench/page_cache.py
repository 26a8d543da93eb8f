"""`python -m connector.sandbox.bench.page_cache`: the sandbox Paycor with cached pages.

A page of the employee list is made once and then served from memory, so that a measurement covers the connector and
not the sandbox. Any call of the control endpoint may change the company, so it empties the cache.
"""

import signal
import threading
from collections.abc import Iterable
from typing import Any, cast

import click
import msgspec
from waitress.server import create_server

from connector.sandbox.paycor import SandboxServer

_CACHED = "/employees"
_CONTROL = "/_control"


class CachedPages:
    """A WSGI app that caches good pages of the employee list, by address."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._pages: dict[str, tuple[list[tuple[str, str]], bytes]] = {}

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer from the cache where possible."""
        path = environ["PATH_INFO"]
        if path.startswith(_CONTROL):
            self._pages.clear()
        if not path.endswith(_CACHED) or environ["REQUEST_METHOD"] != "GET":
            return cast(Iterable[bytes], self._app(environ, start_response))
        key = f"{path}?{environ['QUERY_STRING']}"
        if key not in self._pages:
            return self._render(key, environ, start_response)
        headers, body = self._pages[key]
        start_response("200 OK", headers)
        return [body]

    def _render(self, key: str, environ: Any, start_response: Any) -> Iterable[bytes]:
        answer: list[Any] = []

        def note(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            answer[:] = [status, headers]
            return start_response(status, headers, exc_info)

        body = b"".join(self._app(environ, note))
        if answer[0].startswith("200"):
            self._pages[key] = (answer[1], body)
        return [body]


@click.command()
@click.option("--people", type=int, required=True)
@click.option("--seed", type=int, default=1)
def main(people: int, seed: int) -> None:
    """Serve until stopped; the first line is the sandbox's announcement."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    sandbox = SandboxServer(people, seed)
    # The benchmark measures what the connector does, not how the sandbox would slow it down.
    server = cast(Any, create_server(CachedPages(sandbox.app), host="127.0.0.1", port=0, threads=4))
    url = f"http://127.0.0.1:{server.effective_port}"
    threading.Thread(target=server.run, daemon=True).start()
    announced = msgspec.structs.replace(
        sandbox.announcement,
        base_url=url,
        authorize_url=f"{url}/AppActivation/Authorize",
        control_url=f"{url}/_control",
    )
    click.echo(msgspec.json.encode(announced).decode())
    stopped.wait()


if __name__ == "__main__":
    main()
