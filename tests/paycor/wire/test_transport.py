"""The session for requests to Paycor."""

import pytest
import requests
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from connector.paycor.wire.transport import is_timeout, new_session

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
