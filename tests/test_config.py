"""Settings: read once, all checked; a wrong one is named without showing a secret."""

import logging
from base64 import urlsafe_b64encode
from collections.abc import Mapping

import pytest

from connector import manifest
from connector.config import Config, load
from connector.errors import ConfigurationError

#: The same in every process, because they are part of test names.
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
ADDRESS = {"CONNECTOR_PUBLIC_URL": "https://lms.example"}


def read(settings: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Config:
    """The configuration of an app in an otherwise empty environment."""
    return load(settings, environ or {})


def refusal(settings: Mapping[str, object], environ: Mapping[str, str] | None = None) -> str:
    """The message of the error that reading raises."""
    with pytest.raises(ConfigurationError) as refused:
        read(settings, environ)
    return refused.value.message


def test_every_setting_of_the_manifest_has_a_field() -> None:
    """The manifest and the code know the same keys."""
    declared = {setting.key.removeprefix("CONNECTOR_").lower() for setting in manifest.load().settings}

    assert set(Config.__dataclass_fields__) == declared


def test_a_setting_that_is_not_set_has_the_default_of_the_manifest() -> None:
    """The defaults are in one file, which the host can read."""
    config = read(LEAST)

    assert config == Config("production", (KEY,), scheduler=True, daily_hour=2, run_retention_days=400)


def test_the_app_wins_over_the_environment() -> None:
    """A key that the app leaves out or empty comes from the environment."""
    environ = {"CONNECTOR_DAILY_HOUR": "5", "CONNECTOR_SCHEDULER": "off", "CONNECTOR_SECRET_KEYS": OTHER_KEY}

    config = read({**LEAST, "CONNECTOR_DAILY_HOUR": 4, "CONNECTOR_SCHEDULER": ""}, environ)

    assert (config.daily_hour, config.scheduler, config.secret_keys) == (4, False, (KEY,))


@pytest.mark.parametrize(
    "value", [f"{KEY},{OTHER_KEY}", f" {KEY} , {OTHER_KEY} ,", [KEY, OTHER_KEY], (KEY, OTHER_KEY)]
)
def test_keys_are_a_list_or_text_with_commas(value: object) -> None:
    """An environment variable can only be text."""
    assert read({"CONNECTOR_SECRET_KEYS": value}).secret_keys == (KEY, OTHER_KEY)


@pytest.mark.parametrize("value", [None, "", " ", [], ",", [""]])
def test_production_does_not_start_without_a_key(value: object) -> None:
    """Secrets are never stored in plain text; the message names the setting and the command that makes a key."""
    message = refusal({"CONNECTOR_SECRET_KEYS": value})

    assert "CONNECTOR_SECRET_KEYS" in message
    assert "flask connector secret-key" in message


def test_development_makes_a_key_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """Development needs no set-up; each process has another key, which is not in the log."""
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
        pytest.param(APPLICATION, ["CONNECTOR_PUBLIC_URL", "https://lms.example"], id="no public address"),
        pytest.param(
            {"CONNECTOR_SECRET_KEYS": 5}, ["CONNECTOR_SECRET_KEYS", "list"], id="keys of another type"
        ),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, object], named: list[str]) -> None:
    """The message has the key, its value and what is allowed."""
    message = refusal(LEAST | settings)

    assert [phrase for phrase in named if phrase not in message] == []


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"CONNECTOR_SECRET_KEYS": [KEY, "not-a-key-but-secret"]}, id="not a key"),
        pytest.param({"CONNECTOR_SECRET_KEYS": [KEY, 5]}, id="keys of another type"),
        pytest.param({"CONNECTOR_CLIENT_SECRET": ["hush-1"]}, id="a secret of another type"),
        pytest.param({"CONNECTOR_PUBLIC_URL": "ftp://u:hush-1@lms.example"}, id="a password in an address"),
        pytest.param({"CONNECTOR_PUBLIC_URL": "https://u:hush-1@lms.example"}, id="another"),
    ],
)
def test_no_message_shows_a_secret(settings: dict[str, object]) -> None:
    """Many people can read the log of a failed start."""
    message = refusal(LEAST | settings)

    assert [hidden for hidden in ("secret-key-", "but-secret", "hush", KEY) if hidden in message] == []


def test_nothing_secret_is_printed() -> None:
    """The printed configuration shows that there are secrets, and no value."""
    printed = repr(read(LEAST | APPLICATION | ADDRESS))

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
def test_a_misspelled_key_is_refused_with_the_nearest_one(
    settings: dict[str, object], environ: dict[str, str], nearest: str
) -> None:
    """The operator believes that it is set."""
    assert f"Did you mean {nearest}?" in refusal(LEAST | settings, environ)


def test_variables_of_an_orchestrator_with_our_prefix_are_ignored() -> None:
    """The environment is shared: only a key that looks like one of ours counts."""
    config = read(LEAST, {"CONNECTOR_SERVICE_HOST": "10.0.0.1", "CONNECTOR_PORT": "tcp://10.0.0.1:80"})

    assert config.env == "production"


@pytest.mark.parametrize("where", ["environment", "app"])
def test_variables_of_kubernetes_never_stop_the_start(where: str) -> None:
    """They are set for each service, and a service can be called connector-database or almost as a setting is."""
    variables = {
        f"CONNECTOR_{service}_{ending}": "tcp://10.0.0.1:5432"
        for service in ("DATABASE", "RATE_LIMIT_URL", "SCIM")
        for ending in (
            *("SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTPS", "PORT", "PORT_5432_TCP"),
            *("PORT_5432_TCP_PROTO", "PORT_5432_TCP_PORT", "PORT_5432_TCP_ADDR"),
        )
    }

    settings, environ = (LEAST, variables) if where == "environment" else (LEAST | variables, {})
    assert read(settings, environ).env == "production"


def test_development_takes_other_addresses_of_paycor() -> None:
    """The sandbox is on the same machine; a trailing slash is removed."""
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


def test_the_application_needs_all_four_values() -> None:
    """Without them an admin can only paste their own application."""
    assert not read(LEAST).has_application
    assert read(LEAST | APPLICATION | ADDRESS).has_application


@pytest.mark.req("A45")
@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(ADDRESS, id="in production"),
        pytest.param(
            {"CONNECTOR_ENV": "development", "CONNECTOR_PUBLIC_URL": "http://127.0.0.1:5000"},
            id="in development",
        ),
        pytest.param({"CONNECTOR_ENV": "development"}, id="in development without an address"),
    ],
)
def test_an_application_starts_with_its_public_address(settings: dict[str, object]) -> None:
    """In development the address of each request is enough, and plain http on this machine."""
    config = read({**LEAST, **APPLICATION, **settings})

    assert config.has_application
    assert config.public_url == settings.get("CONNECTOR_PUBLIC_URL")
