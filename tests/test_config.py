"""Settings: read once, checked whole, and wrong ones named without showing a secret."""

import logging
from base64 import urlsafe_b64encode
from collections.abc import Mapping

import pytest

from connector import manifest
from connector.config import Config, load
from connector.errors import ConfigurationError

#: The same in every process, because they stand in the names of tests.
KEY = urlsafe_b64encode(b"k" * 32).decode()
OTHER_KEY = urlsafe_b64encode(b"o" * 32).decode()

#: The least that starts in production.
LEAST = {"CONNECTOR_SECRET_KEYS": KEY}
APPLICATION = {
    "CONNECTOR_CLIENT_ID": "client",
    "CONNECTOR_CLIENT_SECRET": "hush-1",
    "CONNECTOR_SUBSCRIPTION_KEY": "hush-2",
    "CONNECTOR_SCOPE": "scope",
}


def read(settings: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Config:
    """The configuration of an app in an environment with nothing else in it."""
    return load(settings, environ or {})


def refusal(settings: Mapping[str, object], environ: Mapping[str, str] | None = None) -> str:
    """The message that reading ends in."""
    with pytest.raises(ConfigurationError) as refused:
        read(settings, environ)
    return refused.value.message


def test_every_setting_of_the_manifest_has_a_field() -> None:
    """A key that a host may set is a key that the code reads, and the other way round."""
    declared = {setting.key.removeprefix("CONNECTOR_").lower() for setting in manifest.load().settings}

    assert set(Config.__dataclass_fields__) == declared


def test_what_is_not_set_has_the_default_of_the_manifest() -> None:
    """The defaults stand in one place, which the host can read."""
    config = read(LEAST)

    assert config == Config("production", (KEY,), scheduler=True, daily_hour=2, run_retention_days=400)


def test_the_app_comes_before_the_environment() -> None:
    """What the host's code says wins; what it leaves out or empty is taken from the environment."""
    environ = {"CONNECTOR_DAILY_HOUR": "5", "CONNECTOR_SCHEDULER": "off", "CONNECTOR_SECRET_KEYS": OTHER_KEY}

    config = read({**LEAST, "CONNECTOR_DAILY_HOUR": 4, "CONNECTOR_SCHEDULER": ""}, environ)

    assert (config.daily_hour, config.scheduler, config.secret_keys) == (4, False, (KEY,))


@pytest.mark.parametrize(
    "given", [f"{KEY},{OTHER_KEY}", f" {KEY} , {OTHER_KEY} ,", [KEY, OTHER_KEY], (KEY, OTHER_KEY)]
)
def test_keys_come_as_a_list_or_as_text_with_commas(given: object) -> None:
    """An environment variable can only be text."""
    assert read({"CONNECTOR_SECRET_KEYS": given}).secret_keys == (KEY, OTHER_KEY)


@pytest.mark.parametrize("given", [None, "", " ", [], ",", [""]])
def test_production_does_not_start_without_a_key(given: object) -> None:
    """Secrets never lie open; the refusal names the setting and the command that makes a key."""
    message = refusal({"CONNECTOR_SECRET_KEYS": given})

    assert "CONNECTOR_SECRET_KEYS" in message
    assert "flask connector secret-key" in message


def test_development_makes_a_key_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """Trying it out needs no set-up; the key is another in each process and is not in the log."""
    with caplog.at_level(logging.WARNING):
        keys = [read({"CONNECTOR_ENV": "development"}).secret_keys for _ in range(2)]

    assert keys[0] != keys[1]
    assert "CONNECTOR_SECRET_KEYS" in caplog.text
    assert keys[0][0] not in caplog.text


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        pytest.param({"CONNECTOR_ENV": "prod"}, ["CONNECTOR_ENV", "'prod'", "production"], id="choice"),
        pytest.param({"CONNECTOR_DAILY_HOUR": "24"}, ["CONNECTOR_DAILY_HOUR", "'24'", "0 to 23"], id="range"),
        pytest.param(
            {"CONNECTOR_DAILY_HOUR": "2.5"}, ["CONNECTOR_DAILY_HOUR", "whole number"], id="fraction"
        ),
        pytest.param({"CONNECTOR_DAILY_HOUR": True}, ["CONNECTOR_DAILY_HOUR", "True"], id="a truth"),
        pytest.param({"CONNECTOR_RUN_RETENTION_DAYS": 0}, ["RETENTION_DAYS", "from 1"], id="minimum"),
        pytest.param({"CONNECTOR_RUN_RETENTION_DAYS": "-3"}, ["RETENTION_DAYS", "'-3'"], id="negative"),
        pytest.param({"CONNECTOR_SCHEDULER": "maybe"}, ["CONNECTOR_SCHEDULER", "'maybe'"], id="boolean"),
        pytest.param({"CONNECTOR_SCOPE": 7}, ["CONNECTOR_SCOPE", "text", "7"], id="text"),
        pytest.param(
            {"CONNECTOR_PUBLIC_URL": "lms.example"}, ["CONNECTOR_PUBLIC_URL", "https://"], id="no scheme"
        ),
        pytest.param(
            {"CONNECTOR_PUBLIC_URL": "http://lms.example"}, ["CONNECTOR_PUBLIC_URL"], id="plain http"
        ),
        pytest.param({"CONNECTOR_PUBLIC_URL": "https://lms.example/?a=1"}, ["without a user"], id="query"),
        pytest.param(
            {"CONNECTOR_PAYCOR_API_URL": "https://p.example"}, ["API_URL", "development"], id="address"
        ),
        pytest.param(
            {"CONNECTOR_CLIENT_ID": "x"}, ["CONNECTOR_CLIENT_SECRET", "CONNECTOR_SCOPE"], id="halves"
        ),
        pytest.param(
            {"CONNECTOR_SECRET_KEYS": 5}, ["CONNECTOR_SECRET_KEYS", "list"], id="keys of another type"
        ),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, object], named: list[str]) -> None:
    """The message has the key, what it was given and what would do."""
    message = refusal(LEAST | settings)

    assert [words for words in named if words not in message] == []


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"CONNECTOR_SECRET_KEYS": [KEY, "not-a-key-but-secret"]}, id="a key that is none"),
        pytest.param({"CONNECTOR_SECRET_KEYS": [KEY, 5]}, id="keys of another type"),
        pytest.param({"CONNECTOR_CLIENT_SECRET": ["hush-1"]}, id="a secret of another type"),
        pytest.param({"CONNECTOR_PUBLIC_URL": "ftp://u:hush-1@lms.example"}, id="a password in an address"),
        pytest.param({"CONNECTOR_PUBLIC_URL": "https://u:hush-1@lms.example"}, id="another"),
    ],
)
def test_no_message_shows_a_secret(settings: dict[str, object]) -> None:
    """A log of a failed start is read by many."""
    message = refusal(LEAST | settings)

    assert [hidden for hidden in ("secret-key-", "but-secret", "hush", KEY) if hidden in message] == []


def test_nothing_secret_is_printed() -> None:
    """Whoever prints the configuration sees that there are secrets, not which."""
    printed = repr(read(LEAST | APPLICATION))

    assert [hidden for hidden in (KEY, "hush-1", "hush-2") if hidden in printed] == []
    assert "client" in printed


@pytest.mark.parametrize(
    ("settings", "environ", "nearest"),
    [
        pytest.param({"CONNECTOR_SECRET_KEY": KEY}, {}, "CONNECTOR_SECRET_KEYS", id="in the app"),
        pytest.param({"CONNECTOR_HOUR": 1}, {}, "CONNECTOR_DAILY_HOUR", id="far off, in the app"),
        pytest.param({}, {"CONNECTOR_CLIENTID": "x"}, "CONNECTOR_CLIENT_ID", id="in the environment"),
    ],
)
def test_a_slip_of_the_pen_is_found(
    settings: dict[str, object], environ: dict[str, str], nearest: str
) -> None:
    """A key that nobody reads is a setting that somebody believes in."""
    assert f"Did you mean {nearest}?" in refusal(LEAST | settings, environ)


def test_what_an_orchestrator_sets_for_a_service_of_our_name_is_let_be() -> None:
    """The environment is shared: only what looks like one of our keys is taken for one."""
    config = read(LEAST, {"CONNECTOR_SERVICE_HOST": "10.0.0.1", "CONNECTOR_PORT": "tcp://10.0.0.1:80"})

    assert config.env == "production"


def test_development_takes_other_addresses_of_paycor() -> None:
    """The sandbox stands on this machine; a slash at the end is dropped."""
    config = read(
        LEAST
        | {
            "CONNECTOR_ENV": "development",
            "CONNECTOR_PAYCOR_API_URL": "http://127.0.0.1:5001/",
            "CONNECTOR_PUBLIC_URL": "http://127.0.0.1:5000/lms/",
        }
    )

    assert (config.paycor_api_url, config.public_url) == (
        "http://127.0.0.1:5001",
        "http://127.0.0.1:5000/lms",
    )


def test_the_application_is_there_or_not() -> None:
    """Consent by redirect needs all four values, and with none of them there is only paste."""
    assert not read(LEAST).has_application
    assert read(LEAST | APPLICATION).has_application
