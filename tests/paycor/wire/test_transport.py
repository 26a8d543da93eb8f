"""The session to Paycor and the bodies that come over it."""

import pytest

from connector.paycor.wire.transport import new_session

URL = "https://apis.paycor.com"


def test_proxies_and_certificates_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an operator has set for every program holds here, looked up once."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/own.pem")

    session = new_session(URL)

    assert session.proxies["https"] == "http://proxy.example:3128"
    assert session.verify == "/etc/ssl/own.pem"
    assert not session.trust_env


def test_an_address_that_needs_no_proxy_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exceptions that an operator has made are kept."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "paycor.com")

    assert not new_session(URL).proxies.get("https")
