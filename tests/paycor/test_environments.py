"""The addresses of Paycor's environments."""

import pytest

from connector.errors import ConfigurationError
from connector.paycor.environments import PRODUCTION, SANDBOX, Environment, resolve_environment


@pytest.mark.req("B4")
def test_production_and_the_sandbox_share_no_address() -> None:
    """Every address shows its environment."""
    production = {PRODUCTION.api_url, PRODUCTION.authorize_url, PRODUCTION.portal_url}
    sandbox = {SANDBOX.api_url, SANDBOX.authorize_url, SANDBOX.portal_url}

    assert production & sandbox == set()


def test_an_environment_has_its_own_addresses_by_default() -> None:
    """None and an empty text do not replace an address."""
    assert resolve_environment("production") == PRODUCTION
    assert resolve_environment("sandbox", "", None) == SANDBOX


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:5001/", "http://127.0.0.1:5001"),
        ("http://localhost:5001", "http://localhost:5001"),
        ("http://[::1]:5001", "http://[::1]:5001"),
        ("https://paycor.test/base/", "https://paycor.test/base"),
    ],
    ids=["loopback", "localhost", "IPv6 loopback", "https anywhere"],
)
def test_an_address_may_be_replaced(url: str, expected: str) -> None:
    """By https anywhere or http to this machine, without the slash at the end."""
    assert resolve_environment("sandbox", api_url=url).api_url == expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://paycor.test", "https://"),
        ("ftp://127.0.0.1", "https://"),
        ("https://", "https://"),
        ("https://user:word@paycor.test", "bare address"),
        ("https://paycor.test/?key=1", "bare address"),
        ("https://paycor.test:port", "not an address"),
    ],
    ids=["http elsewhere", "another scheme", "no host", "a password", "a query", "an invalid port"],
)
def test_an_unsafe_address_is_refused_with_the_name_of_its_setting(url: str, words: str) -> None:
    """The message also says what is wrong."""
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        resolve_environment("sandbox", api_url=url)

    assert words in caught.value.message


def test_an_unknown_environment_is_refused() -> None:
    """The message lists the valid ones."""
    with pytest.raises(ConfigurationError, match="production or sandbox"):
        resolve_environment("staging")


@pytest.mark.req("B4")
@pytest.mark.parametrize(("name", "other"), [("production", SANDBOX), ("sandbox", PRODUCTION)])
def test_an_address_of_the_other_environment_is_refused(name: str, other: Environment) -> None:
    """A production connection cannot use a sandbox address, or the other way round."""
    with pytest.raises(ConfigurationError, match="belongs to Paycor"):
        resolve_environment(name, authorize_url=other.authorize_url)


@pytest.mark.req("B4")
@pytest.mark.parametrize("url", ["https://apis-sandbox.paycor.com.", "https://APIS-SANDBOX.Paycor.com./"])
def test_another_spelling_of_a_host_is_the_same_host(url: str) -> None:
    """A dot at the end names the same host, and so do capitals."""
    with pytest.raises(ConfigurationError, match="belongs to Paycor"):
        resolve_environment("production", api_url=url)
