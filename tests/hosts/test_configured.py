"""CONNECTOR_HOST names an LMS; what it needs is asked for by name, before anything is sent to it."""

from collections.abc import Mapping
from time import sleep

import pytest

from connector.config import Config, load
from connector.core.model.account import Field, FieldType
from connector.errors import ConfigurationError
from connector.hosts import configured
from connector.hosts.scim import LEARNER_ROLES, ScimHost
from connector.store.db.vault import new_key
from tests.clock import Clock

SETTINGS: dict[str, dict[str, str]] = {
    "moodle": {
        "CONNECTOR_MOODLE_URL": "https://moodle.example",
        "CONNECTOR_MOODLE_TOKEN": "a made-up token",
        "CONNECTOR_HOST_FIELDS": '[{"key": "department", "label": "Department"}]',
    },
    "scim": {"CONNECTOR_SCIM_URL": "http://127.0.0.1:9/v2", "CONNECTOR_SCIM_TOKEN": "a made-up token"},
    "learnupon": {
        "CONNECTOR_LEARNUPON_URL": "acme",
        "CONNECTOR_LEARNUPON_KEY": "a made-up key",
        "CONNECTOR_LEARNUPON_SECRET": "a made-up secret",
    },
}


def config(name: str, settings: Mapping[str, str]) -> Config:
    """The settings of a connector that stands alone."""
    return load({"CONNECTOR_SECRET_KEYS": new_key(), "CONNECTOR_HOST": name, **settings}, {})


@pytest.mark.parametrize("name", configured.ADAPTERS)
def test_every_kind_of_lms_is_made_of_its_settings(clock: Clock, name: str) -> None:
    """Without a call to it: sockets are off but for this machine, and nobody listens there."""
    host = configured.host(config(name, SETTINGS[name]), clock=clock, sleep=sleep)

    assert type(host).__module__.startswith(f"connector.hosts.{name}")


def test_every_kind_that_the_settings_allow_is_there() -> None:
    """The manifest and the code name the same ones."""
    assert set(configured.ADAPTERS) == set(SETTINGS)


@pytest.mark.parametrize("name", configured.ADAPTERS)
def test_what_is_missing_is_named_and_nothing_of_what_is_there_is_shown(clock: Clock, name: str) -> None:
    """Every key that is missing, at once."""
    with pytest.raises(ConfigurationError) as refused:
        configured.host(config(name, {}), clock=clock, sleep=sleep)

    assert all(
        f"CONNECTOR_{need.upper()}" in refused.value.message for need in configured.ADAPTERS[name].needs
    )


def test_a_scim_service_may_want_a_user_and_a_password(clock: Clock) -> None:
    """In the place of a token; one without the other is not enough."""
    given = {"CONNECTOR_SCIM_URL": "https://lms.example/v2", "CONNECTOR_SCIM_USER": "connector"}
    basic = config("scim", {**given, "CONNECTOR_SCIM_PASSWORD": "a made-up password"})

    assert isinstance(configured.host(basic, clock=clock, sleep=sleep), ScimHost)
    with pytest.raises(ConfigurationError, match="CONNECTOR_SCIM_TOKEN"):
        configured.host(config("scim", given), clock=clock, sleep=sleep)


def test_what_scim_and_moodle_do_not_tell_is_told_by_the_settings() -> None:
    """Roles, a schema and credentials; and where the connector's own account is."""
    words = {"USER": "connector", "PASSWORD": "hush", "EXTENSION": "urn:lms", "LEARNER_ROLES": "pupil, guest"}
    given = {f"CONNECTOR_SCIM_{name}": value for name, value in words.items()}
    settings = configured.ADAPTERS["scim"].settings(config("scim", given))
    zone = {"CONNECTOR_MOODLE_TIME_ZONE": "Pacific/Auckland"}

    assert (settings.user_name, settings.password, settings.extension) == ("connector", "hush", "urn:lms")
    assert frozenset({"pupil", "guest"}) == settings.learner_roles
    assert configured.ADAPTERS["scim"].settings(config("scim", {})).learner_roles == LEARNER_ROLES
    assert configured.ADAPTERS["moodle"].settings(config("moodle", zone)).time_zone == "Pacific/Auckland"


@pytest.mark.parametrize("name", ["Auckland", "../etc"])
def test_a_time_zone_that_there_is_not_is_refused(name: str) -> None:
    """Before a date is read a day off."""
    with pytest.raises(ConfigurationError, match="CONNECTOR_MOODLE_TIME_ZONE"):
        configured.ADAPTERS["moodle"].settings(config("moodle", {"CONNECTOR_MOODLE_TIME_ZONE": name}))


def test_named_fields_are_the_fields_of_a_host_that_lists_none(clock: Clock) -> None:
    """As the mapping page offers them."""
    text = '[{"key": "d", "label": "D", "type": "string_choice", "choices": ["Sales"], "required": true}]'

    assert configured.named_fields(text) == (Field("d", "D", FieldType.STRING_CHOICE, True, ("Sales",)),)
    assert configured.named_fields(None) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("department", "JSON", id="no JSON"),
        pytest.param('{"key": "a", "label": "A"}', "JSON list", id="no list"),
        pytest.param('[{"key": "a"}]', "label", id="no label"),
        pytest.param('[{"key": "a", "label": "A", "type": "text"}]', "type", id="no type of ours"),
        pytest.param('[{"key": "a", "label": "A"}, {"key": "a", "label": "B"}]', "a twice", id="a key twice"),
        pytest.param('[{"key": "", "label": "A"}]', "empty", id="a key that is empty"),
        pytest.param('[{"key": "a", "label": "A", "type": "string_choice"}]', "no choices", id="no choices"),
    ],
)
def test_named_fields_that_are_wrong_say_how(text: str, said: str) -> None:
    """And which setting it is."""
    with pytest.raises(ConfigurationError, match="CONNECTOR_HOST_FIELDS") as refused:
        configured.named_fields(text)
    assert said in refused.value.message


def test_an_lms_elsewhere_is_not_reached_without_encryption() -> None:
    """On this very machine it may be: there is nobody in between."""
    near = config("scim", SETTINGS["scim"])

    assert near.scim_url == "http://127.0.0.1:9/v2"
    with pytest.raises(ConfigurationError, match="CONNECTOR_SCIM_URL"):
        config("scim", {**SETTINGS["scim"], "CONNECTOR_SCIM_URL": "http://lms.example/v2"})
