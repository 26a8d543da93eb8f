"""The session for requests to Paycor."""

import pytest

from connector.paycor.wire.transport import new_session

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
