"""The LMS that the settings name: CONNECTOR_HOST with its address and secrets in, its `Host` out.

No call to the LMS is made here. A setting that is missing or wrong raises a ConfigurationError that names its key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from connector.config import PREFIX, Config
from connector.core.model.account import Field
from connector.core.ports.host import Host
from connector.core.rules.access.days import is_zone
from connector.errors import ConfigurationError
from connector.hosts import learnupon, moodle, scim

FIELDS = f"{PREFIX}HOST_FIELDS"

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Adapter:
    """A kind of LMS that is reached over HTTP.

    `needs` are the settings it requires; `or_needs`, if any, replace them where the LMS accepts other credentials.
    """

    title: str
    needs: tuple[str, ...]
    settings: Callable[[Config], Any]
    host: Callable[..., Host]
    or_needs: tuple[str, ...] = ()


def named_fields(text: str | None) -> tuple[Field, ...]:
    """The custom fields that the settings name. Raises ConfigurationError."""
    if text is None:
        return ()
    try:
        fields = msgspec.json.decode(text, type=tuple[Field, ...])
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            f'{FIELDS} must be a JSON list, such as [{{"key": "department", "label": "Department"}}]: {error}.'
        ) from None
    keys = [field.key for field in fields]
    duplicates = sorted({key for key in keys if keys.count(key) > 1})
    if duplicates:
        raise ConfigurationError(f"{FIELDS} has {', '.join(duplicates)} twice. Give each field its own key.")
    if not all(keys):
        raise ConfigurationError(f"{FIELDS} has a field with an empty key. Give each field its own key.")
    without_choices = [field.key for field in fields if field.type.is_choice and not field.choices]
    if without_choices:
        raise ConfigurationError(
            f"{FIELDS}: {', '.join(without_choices)} has a choice type but no choices. Add them."
        )
    return fields


def title(config: Config) -> str:
    """The name of the LMS where the settings give it none."""
    return _adapter(config).title


def host(config: Config, *, clock: Clock, sleep: Sleep) -> Host:
    """The user API of the LMS that the settings name. Raises ConfigurationError."""
    adapter = _adapter(config)
    missing = _missing(config, adapter.needs)
    if missing and (not adapter.or_needs or _missing(config, adapter.or_needs)):
        raise ConfigurationError(
            f"{PREFIX}HOST is {config.host}, which needs more settings. Set {', '.join(missing)}."
        )
    return adapter.host(adapter.settings(config), clock=clock, sleep=sleep)


def _missing(config: Config, needs: tuple[str, ...]) -> list[str]:
    """The keys of those settings that are not set."""
    return [PREFIX + need.upper() for need in needs if getattr(config, need) is None]


def _time_zone(name: str | None) -> str:
    """The name of a time zone, checked; empty when there is none. Raises ConfigurationError."""
    if name and not is_zone(name):
        raise ConfigurationError(
            f"{PREFIX}MOODLE_TIME_ZONE must be a time zone, such as Pacific/Auckland; it is {name!r}."
        )
    return name or ""


def _adapter(config: Config) -> Adapter:
    if config.host is None:
        raise ConfigurationError(
            f"{PREFIX}HOST is not set, so there is no LMS to connect to. Set it to one of {', '.join(ADAPTERS)}."
        )
    return ADAPTERS[config.host]


def _moodle(config: Config) -> moodle.MoodleSettings:
    return moodle.MoodleSettings(
        url=config.moodle_url or "",
        token=config.moodle_token or "",
        fields=named_fields(config.host_fields),
        auth=config.moodle_auth,
        welcome="password_reset" if config.moodle_welcome == "password_reset" else "none",
        staff_cohort_id=config.moodle_staff_cohort or "",
        owns_id_number=config.moodle_id_number == "connector",
        time_zone=_time_zone(config.moodle_time_zone),
    )


def _scim(config: Config) -> scim.ScimSettings:
    fields = named_fields(config.host_fields)
    roles = config.scim_learner_roles
    return scim.ScimSettings(
        base_url=config.scim_url or "",
        token=config.scim_token or "",
        user_name=config.scim_user or "",
        password=config.scim_password or "",
        extension=config.scim_extension or "",
        learner_roles=scim.LEARNER_ROLES if roles is None else frozenset(roles),
        fields=tuple(field.key for field in fields) if fields else None,
        staff_groups=frozenset(config.scim_staff_groups or ()),
        protected=frozenset(config.scim_protected or ()),
    )


def _learnupon(config: Config) -> learnupon.LearnUponSettings:
    return learnupon.LearnUponSettings(
        portal=config.learnupon_url or "",
        key=config.learnupon_key or "",
        secret=config.learnupon_secret or "",
        external_id_label=config.learnupon_key_field or "",
        invites=config.learnupon_invites,
    )


#: The values of CONNECTOR_HOST.
ADAPTERS = {
    "moodle": Adapter("Moodle", ("moodle_url", "moodle_token"), _moodle, moodle.host),
    "scim": Adapter(
        "SCIM 2.0",
        ("scim_url", "scim_token"),
        _scim,
        scim.host,
        or_needs=("scim_url", "scim_user", "scim_password"),
    ),
    "learnupon": Adapter(
        "LearnUpon",
        ("learnupon_url", "learnupon_key", "learnupon_secret"),
        _learnupon,
        learnupon.host,
    ),
}
