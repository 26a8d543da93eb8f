"""Nothing secret and nothing personal gets into a log or an error, whatever the libraries below us write."""

import json
import logging
import re
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connector.core.model.attributes import BY_KEY
from connector.errors import SourceError
from connector.paycor.auth.credentials import MemoryTokenStore
from connector.paycor.auth.oauth import exchange, refresh
from connector.paycor.auth.tokens import TokenKeeper
from connector.paycor.environments import Environment, environment
from connector.paycor.source import PaycorSource
from connector.paycor.wire.client import Client
from tests.clock import Clock
from tests.paycor.stub import CREDENTIALS, ENTITY, NOW, envelope, paycor_error, record, token_answer, tokens

#: Everything that a log may not have: secrets, tokens, codes, names, addresses and error texts.
SECRET = re.compile(
    r"hush|access-\d|refresh-\d|code-secret|verifier-secret|Renata|Dell|northfield|\d of \d steps|Detail-secret"
)


class Paycor(BaseHTTPRequestHandler):
    """A Paycor over a real socket, so that every library below us has something to log."""

    def do_POST(self) -> None:
        """Tokens for whoever asks."""
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        self._give(400 if b"refresh-gone" in asked else 200, token_answer())

    def do_GET(self) -> None:
        """A page of people; an error where a department is asked for."""
        if "departments" in self.path:
            self._give(400, paycor_error("Detail-secret of Renata"))
        else:
            self._give(200, envelope([record(1)]))

    def _give(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def place() -> Iterator[Environment]:
    """A Paycor on a port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Paycor) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield environment("sandbox", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def read(place: Environment, wanted: frozenset[str]) -> None:
    """A whole read with a token that has to be renewed first."""
    keeper = TokenKeeper(MemoryTokenStore(tokens(life_s=0)), place, CREDENTIALS, Clock(NOW))
    source = PaycorSource(Client(place, CREDENTIALS, keeper, clock=Clock(NOW)), [ENTITY], wanted, 1)
    for page in source.pages():
        assert [source.decode(page, place).first_name for place in range(len(page.records))] == ["Renata"]
    source._client.close()


@pytest.mark.req("D19")
def test_a_whole_read_at_debug_level_logs_nothing_secret(
    place: Environment, caplog: pytest.LogCaptureFixture
) -> None:
    """Consent, refresh, pages and a failure: the logs of all libraries have no token, key, name or address."""
    caplog.set_level(logging.DEBUG)

    exchange(place, CREDENTIALS, "https://lms.example/back", "code-secret", "verifier-secret", now=NOW)
    read(place, frozenset())
    with pytest.raises(SourceError):
        read(place, frozenset(BY_KEY))
    with pytest.raises(SourceError):
        refresh(place, CREDENTIALS, "refresh-gone", now=NOW)

    logged = "\n".join(f"{entry.getMessage()} {entry.args}" for entry in caplog.records)
    assert "subscription-key=..." in logged
    assert f"/v1/legalentities/{ENTITY}/employees" in logged
    assert SECRET.findall(logged) == []


def test_a_traceback_of_a_failed_call_has_no_secret(place: Environment) -> None:
    """Where nobody listens, what requests would say has the key in it: it does not come along."""
    away = environment("sandbox", "http://127.0.0.1:9")
    spent, gone = tokens().refresh_token, "-".join(("refresh", "gone"))

    for attempt in (
        lambda: refresh(away, CREDENTIALS, spent, now=NOW),
        lambda: read(away, frozenset()),
        lambda: refresh(place, CREDENTIALS, gone, now=NOW),
    ):
        with pytest.raises(SourceError) as caught:
            attempt()
        assert SECRET.findall("".join(traceback.format_exception(caught.value))) == []


def test_what_a_log_needs_is_left_in_it(caplog: pytest.LogCaptureFixture) -> None:
    """Only the key is blanked; records without one, and of any form, pass as they are."""
    log = logging.getLogger("urllib3.connectionpool")
    caplog.set_level(logging.DEBUG)

    log.debug("%s %d", "/sts?subscription-key=hush&page=2", 200)
    log.debug("%(path)s", {"path": "/v1"})
    log.debug("plain")

    assert caplog.messages == ["/sts?subscription-key=...&page=2 200", "/v1", "plain"]
