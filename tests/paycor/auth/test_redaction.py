"""No secret and no personal data gets into a log or an error, whatever the libraries log."""

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
from connector.paycor.auth.oauth import exchange_code, redeem_refresh_token
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.environments import Environment, resolve_environment
from connector.paycor.source import PaycorSource
from connector.paycor.wire.client import Client
from tests.clock import Clock
from tests.paycor.fake_paycor import (
    CREDENTIALS,
    ENTITY,
    NOW,
    envelope,
    paycor_error,
    record,
    token_answer,
    tokens,
)

#: What no log may contain: secrets, tokens, codes, names, addresses and error texts.
SECRET = re.compile(
    r"hush|access-\d|refresh-\d|code-secret|verifier-secret|Renata|Dell|northfield|\d of \d steps|Detail-secret"
)


class PaycorHandler(BaseHTTPRequestHandler):
    """A Paycor over a real socket, so that every library has something to log."""

    def do_POST(self) -> None:
        """Tokens for every request, except for a revoked refresh token."""
        form = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(400 if b"refresh-gone" in form else 200, token_answer())

    def do_GET(self) -> None:
        """A page of employees; an error for departments."""
        if "departments" in self.path:
            self._answer(400, paycor_error("Detail-secret of Renata"))
        else:
            self._answer(200, envelope([record(1)]))

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@pytest.fixture
def environment() -> Iterator[Environment]:
    """A Paycor on a port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), PaycorHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield resolve_environment("sandbox", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def read(environment: Environment, attribute_keys: frozenset[str]) -> None:
    """A full read with a token that must be refreshed first."""
    refresher = TokenRefresher(MemoryTokenStore(tokens(life_s=0)), environment, CREDENTIALS, Clock(NOW))
    source = PaycorSource(
        Client(environment, CREDENTIALS, refresher, clock=Clock(NOW)), [ENTITY], attribute_keys, 1
    )
    for page in source.pages():
        assert [source.decode(page, index).first_name for index in range(len(page.records))] == ["Renata"]
    source._client.close()


@pytest.mark.req("D19")
def test_a_full_read_at_debug_level_logs_no_secret(
    environment: Environment, caplog: pytest.LogCaptureFixture
) -> None:
    """Consent, refresh, pages and a failure: no library logs a token, key, name or address."""
    caplog.set_level(logging.DEBUG)

    exchange_code(
        environment, CREDENTIALS, "https://lms.example/back", "code-secret", "verifier-secret", now=NOW
    )
    read(environment, frozenset())
    with pytest.raises(SourceError):
        read(environment, frozenset(BY_KEY))
    with pytest.raises(SourceError):
        redeem_refresh_token(environment, CREDENTIALS, "refresh-gone", now=NOW)

    logged = "\n".join(f"{entry.getMessage()} {entry.args}" for entry in caplog.records)
    assert "subscription-key=..." in logged
    assert f"/v1/legalentities/{ENTITY}/employees" in logged
    assert SECRET.findall(logged) == []


def test_a_traceback_of_a_failed_call_has_no_secret(environment: Environment) -> None:
    """Without a server, the exception of requests has the key in its text: it is not chained."""
    unreachable = resolve_environment("sandbox", "http://127.0.0.1:9")
    used, revoked = tokens().refresh_token, "-".join(("refresh", "gone"))

    for call in (
        lambda: redeem_refresh_token(unreachable, CREDENTIALS, used, now=NOW),
        lambda: read(unreachable, frozenset()),
        lambda: redeem_refresh_token(environment, CREDENTIALS, revoked, now=NOW),
    ):
        with pytest.raises(SourceError) as caught:
            call()
        assert SECRET.findall("".join(traceback.format_exception(caught.value))) == []


def test_redaction_keeps_the_rest_of_a_log_record(caplog: pytest.LogCaptureFixture) -> None:
    """Only the key is blanked; records without a key stay as they are, in any form."""
    log = logging.getLogger("urllib3.connectionpool")
    caplog.set_level(logging.DEBUG)

    log.debug("%s %d", "/sts?subscription-key=hush&page=2", 200)
    log.debug("%(path)s", {"path": "/v1"})
    log.debug("plain")

    assert caplog.messages == ["/sts?subscription-key=...&page=2 200", "/v1", "plain"]
