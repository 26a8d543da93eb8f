"""A fake Moodle site on loopback that answers as real sites were measured to: forms in, always HTTP 200 out.

It is written from measurements of real sites, not from the adapter; what it does wrong, it does on purpose. This module
has the form parser of PHP, the token and the web service; the functions are in `fake_moodle`.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.hosts.moodle.fake.functions import FakeMoodle, MoodleError

TOKEN = "moodle-hush-token"
PATH = "/webservice/rest/server.php"
#: PHP's own default; Moodle asks for 5000.
MAX_INPUT_VARS = 1000

_PART = re.compile(r"\[([^\]]*)\]")


class MoodleSite(FakeMoodle):
    """A Moodle site with its web server. `calls` are the called functions with their arguments, in order.

    `lost` and `busy` name functions whose next call is done without an answer, or answered with a 429; `breaks` has
    the answer that replaces the next call of a function, and `open_for` the number of calls of a function after which
    the site is closed.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.max_input_vars = MAX_INPUT_VARS
        self.url = ""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.bodies: list[str] = []
        self.addresses: list[str] = []
        self.lost: list[str] = []
        self.busy: list[str] = []
        self.breaks: dict[str, Response] = {}
        self.open_for: dict[str, int] = {}
        self._lock = threading.Lock()

    def arguments(self, function: str) -> list[dict[str, Any]]:
        """The arguments of each call of a function."""
        return [arguments for name, arguments in self.calls if name == function]

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Sequence[bytes]:
        """The site as a WSGI application."""
        with self._lock:
            return list(self._answer(Request(environ))(environ, start))

    def _answer(self, request: Request) -> Response:
        self.addresses.append(request.url)
        if request.path != PATH:
            return Response("<html>Not found</html>", 404, mimetype="text/html")
        if not self.enabled:
            return Response("", 403)
        body = request.get_data(as_text=True)
        pairs = parse_qsl(request.query_string.decode(), keep_blank_values=True)
        pairs += parse_qsl(body, keep_blank_values=True)[: self.max_input_vars]
        arguments = php_array(pairs)
        as_json = arguments.pop("moodlewsrestformat", "xml") == "json"
        function = arguments.pop("wsfunction", "")
        self.calls.append((str(function), arguments))
        self.bodies.append(body)
        if function in self.busy:
            self.busy.remove(function)
            return Response("", 429, headers={"Retry-After": "1"})
        if function in self.breaks:
            return self.breaks.pop(str(function))
        answer = self._call(str(arguments.pop("wstoken", "")), str(function), arguments, as_json)
        if function in self.lost:
            self.lost.remove(function)
            return Response("<html>Gateway time-out</html>", 504, mimetype="text/html")
        return answer

    def _call(self, token: str, function: str, arguments: dict[str, Any], as_json: bool) -> Response:
        try:
            if token != TOKEN:
                raise MoodleError("moodle_exception", "invalidtoken", "Invalid token - token not found")
            if self.open_for.get(function, 1) == 0:
                raise MoodleError("moodle_exception", "sitemaintenance")
            self.open_for[function] = self.open_for.get(function, 0) - 1
            value = self.call(function, arguments)
        except MoodleError as error:
            value = error.body(self.debugging)
        if as_json:
            return Response(json.dumps(value), mimetype="application/json")
        code = value.get("errorcode", "") if isinstance(value, dict) else ""
        return Response(f"<EXCEPTION><ERRORCODE>{code}</ERRORCODE></EXCEPTION>", mimetype="application/xml")


def php_array(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The pairs of a form as PHP reads them: `users[0][email]` is a nested array."""
    read: dict[str, Any] = {}
    for name, value in pairs:
        keys = [name.split("[", 1)[0], *_PART.findall(name)]
        array = read
        for key in keys[:-1]:
            array = array.setdefault(key, {})
        array[keys[-1]] = value
    return {name: _lists(value) for name, value in read.items()}


def _lists(value: Any) -> Any:
    """The value with each array whose keys are numbers as a list."""
    if not isinstance(value, dict):
        return value
    if all(key.isdigit() for key in value):
        return [_lists(one) for one in value.values()]
    return {key: _lists(one) for key, one in value.items()}


@contextmanager
def serving(site: MoodleSite) -> Iterator[str]:
    """Serve a site on loopback; gives its address."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
