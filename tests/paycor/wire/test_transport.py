"""The session for requests to Paycor."""

import pytest
import requests
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from connector.errors import SourceContractError, SourceUnavailable
from connector.paycor.auth import oauth
from connector.paycor.auth.oauth import TokenEndpoint, refresh_tokens
from connector.paycor.environments import SANDBOX
from connector.paycor.wire import transport
from connector.paycor.wire.transport import is_timeout, new_session
from tests.paycor.fake_paycor import (
    CREDENTIALS,
    EMPLOYEES_PATH,
    NOW,
    answer,
    client_rig,
    fake_paycor,
    token_answer,
)

URL = "https://apis.paycor.com"


def test_proxies_and_certificates_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an operator sets for every program also applies here, read once."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/own.pem")

    session = new_session(URL)

    assert session.proxies["https"] == "http://proxy.example:3128"
    assert session.verify == "/etc/ssl/own.pem"
    assert not session.trust_env


def test_an_exempt_address_has_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's NO_PROXY applies."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "paycor.com")

    assert not new_session(URL).proxies.get("https")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (requests.ReadTimeout(), True),
        (requests.ConnectTimeout(), True),
        (requests.ConnectionError(ReadTimeoutError(HTTPConnectionPool("paycor"), "/", "no byte")), True),
        (requests.ConnectionError(ProtocolError("cut")), False),
        (requests.exceptions.ChunkedEncodingError(), False),
    ],
)
def test_a_time_out_in_the_middle_of_a_body_is_one(error: requests.RequestException, expected: bool) -> None:
    """The library gives it another type than a time-out before the answer."""
    assert is_timeout(error) is expected


@pytest.mark.req("D22")
def test_an_answer_of_any_size_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an error of the contract, which names the path and nothing of the answer."""
    monkeypatch.setattr(transport, "MAX_BYTES", 1_000)
    with fake_paycor() as fake:
        fake.gives(EMPLOYEES_PATH, answer({"records": ["Ada"] * 1_000}))

        with pytest.raises(SourceContractError, match="far larger than any page") as refused:
            client_rig().client.get(EMPLOYEES_PATH)

    assert "Ada" not in str(refused.value)


@pytest.mark.req("D22")
@pytest.mark.parametrize("endpoint", TokenEndpoint)
def test_a_token_answer_of_any_size_is_not_read(
    endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At both addresses for tokens."""
    monkeypatch.setattr(oauth, "MAX_BYTES", 1_000)
    with fake_paycor() as fake:
        fake.token_gives(answer(token_answer() | {"more": "x" * 2_000}))
        fake.post_gives(oauth._SUPPORT_PATH, answer(token_answer() | {"more": "x" * 2_000}))

        with pytest.raises(SourceUnavailable, match="AnswerTooLarge"):
            refresh_tokens(SANDBOX, CREDENTIALS, "refresh-1", now=NOW, endpoint=endpoint)
