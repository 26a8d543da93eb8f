"""CONNECTOR_HOST names an LMS; missing settings are named before anything is sent."""

from collections.abc import Mapping
from datetime import date
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
    """The settings of a stand-alone connector."""
    return load({"CONNECTOR_SECRET_KEYS": new_key(), "CONNECTOR_HOST": name, **settings}, {})


@pytest.mark.parametrize("name", configured.ADAPTERS)
def test_every_kind_of_lms_is_created_from_its_settings(clock: Clock, name: str) -> None:
    """Without a call to it: no server listens there."""
    host = configured.host(config(name, SETTINGS[name]), clock=clock, sleep=sleep)

    assert type(host).__module__.startswith(f"connector.hosts.{name}")


def test_every_allowed_kind_has_an_adapter() -> None:
    """The manifest and the code have the same kinds."""
    assert set(configured.ADAPTERS) == set(SETTINGS)


@pytest.mark.parametrize("name", configured.ADAPTERS)
def test_missing_settings_are_named_and_no_value_is_shown(clock: Clock, name: str) -> None:
    """Every missing key at once."""
    with pytest.raises(ConfigurationError) as refused:
        configured.host(config(name, {}), clock=clock, sleep=sleep)

    assert all(
        f"CONNECTOR_{need.upper()}" in refused.value.message for need in configured.ADAPTERS[name].needs
    )


def test_a_scim_service_may_use_a_user_and_a_password(clock: Clock) -> None:
    """Instead of a token; one without the other is not enough."""
    values = {"CONNECTOR_SCIM_URL": "https://lms.example/v2", "CONNECTOR_SCIM_USER": "connector"}
    basic = config("scim", {**values, "CONNECTOR_SCIM_PASSWORD": "a made-up password"})

    assert isinstance(configured.host(basic, clock=clock, sleep=sleep), ScimHost)
    with pytest.raises(ConfigurationError, match="CONNECTOR_SCIM_TOKEN"):
        configured.host(config("scim", values), clock=clock, sleep=sleep)


def test_settings_replace_what_scim_and_moodle_do_not_report() -> None:
    """Roles, a schema and credentials; and the time zone of the connector's account."""
    words = {"USER": "connector", "PASSWORD": "hush", "EXTENSION": "urn:lms", "LEARNER_ROLES": "pupil, guest"}
    values = {f"CONNECTOR_SCIM_{name}": value for name, value in words.items()}
    settings = configured.ADAPTERS["scim"].settings(config("scim", values))
    zone = {"CONNECTOR_MOODLE_TIME_ZONE": "Pacific/Auckland"}

    assert (settings.user_name, settings.password, settings.extension) == ("connector", "hush", "urn:lms")
    assert frozenset({"pupil", "guest"}) == settings.learner_roles
    assert configured.ADAPTERS["scim"].settings(config("scim", {})).learner_roles == LEARNER_ROLES
    assert configured.ADAPTERS["moodle"].settings(config("moodle", zone)).time_zone == "Pacific/Auckland"


@pytest.mark.parametrize("name", ["Auckland", "../etc"])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    """Before a date is read a day off."""
    with pytest.raises(ConfigurationError, match="CONNECTOR_MOODLE_TIME_ZONE"):
        configured.ADAPTERS["moodle"].settings(config("moodle", {"CONNECTOR_MOODLE_TIME_ZONE": name}))


def test_the_settings_name_the_fields_of_a_host_that_lists_none(clock: Clock) -> None:
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
        pytest.param('[{"key": "a", "label": "A", "type": "text"}]', "type", id="unknown type"),
        pytest.param('[{"key": "a", "label": "A"}, {"key": "a", "label": "B"}]', "a twice", id="a key twice"),
        pytest.param('[{"key": "", "label": "A"}]', "empty", id="a key that is empty"),
        pytest.param('[{"key": "a", "label": "A", "type": "string_choice"}]', "no choices", id="no choices"),
    ],
)
def test_wrong_fields_in_the_settings_are_explained(text: str, said: str) -> None:
    """The error names the setting."""
    with pytest.raises(ConfigurationError, match="CONNECTOR_HOST_FIELDS") as refused:
        configured.named_fields(text)
    assert said in refused.value.message


def test_a_remote_lms_needs_encryption() -> None:
    """Except on the same machine."""
    near = config("scim", SETTINGS["scim"])

    assert near.scim_url == "http://127.0.0.1:9/v2"
    with pytest.raises(ConfigurationError, match="CONNECTOR_SCIM_URL"):
        config("scim", {**SETTINGS["scim"], "CONNECTOR_SCIM_URL": "http://lms.example/v2"})


@pytest.mark.req("D29")
def test_a_named_field_may_have_limits() -> None:
    """Its days are dates; a text that is none is refused."""
    text = '[{"key": "hired", "label": "Hired", "type": "date", "first_day": "1990-01-01"}]'

    [field] = configured.named_fields(text)

    assert (field.first_day, field.last_day, field.max_length) == (date(1990, 1, 1), None, 0)
    with pytest.raises(ConfigurationError, match="CONNECTOR_HOST_FIELDS"):
        configured.named_fields(text.replace("1990-01-01", "1990"))
