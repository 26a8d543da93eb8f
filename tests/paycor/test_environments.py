"""Where Paycor is."""

import pytest

from connector.errors import ConfigurationError
from connector.paycor.environments import PRODUCTION, SANDBOX, Environment, environment


@pytest.mark.req("B4")
def test_production_and_the_sandbox_share_no_address() -> None:
    """The two environments are told apart by every address they have."""
    production = {PRODUCTION.api_url, PRODUCTION.authorize_url, PRODUCTION.portal_url}
    sandbox = {SANDBOX.api_url, SANDBOX.authorize_url, SANDBOX.portal_url}

    assert production & sandbox == set()


def test_an_environment_keeps_its_own_addresses_unless_others_are_given() -> None:
    """None and an empty text leave an address as it is."""
    assert environment("production") == PRODUCTION
    assert environment("sandbox", "", None) == SANDBOX


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://127.0.0.1:5001/", "http://127.0.0.1:5001"),
        ("http://localhost:5001", "http://localhost:5001"),
        ("http://[::1]:5001", "http://[::1]:5001"),
        ("https://paycor.test/base/", "https://paycor.test/base"),
    ],
    ids=["loopback", "localhost", "IPv6 loopback", "https anywhere"],
)
def test_an_address_may_be_replaced(given: str, kept: str) -> None:
    """https anywhere and http on this machine are taken, without the slash at their end."""
    assert environment("sandbox", api_url=given).api_url == kept


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
    ids=["http elsewhere", "another scheme", "no host", "a password", "a query", "a port that is none"],
)
def test_an_unsafe_address_is_refused_by_the_name_of_its_setting(url: str, words: str) -> None:
    """The message names the key and says what is wrong."""
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        environment("sandbox", api_url=url)

    assert words in caught.value.message


def test_an_unknown_environment_is_refused() -> None:
    """The message says which there are."""
    with pytest.raises(ConfigurationError, match="production or sandbox"):
        environment("staging")


@pytest.mark.req("B4")
@pytest.mark.parametrize(("name", "other"), [("production", SANDBOX), ("sandbox", PRODUCTION)])
def test_an_address_of_the_other_environment_is_refused(name: str, other: Environment) -> None:
    """Nobody points a production connection at the sandbox by an address."""
    with pytest.raises(ConfigurationError, match="belongs to Paycor"):
        environment(name, authorize_url=other.authorize_url)
