"""Reads the host's CONNECTOR_* settings and gives a frozen `Config`; nothing else reads them.

The keys, types, limits and defaults are those of `plugin.yaml`. A wrong setting raises ConfigurationError, which names
the key, its value (never that of a secret) and what to do.
"""

import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from . import manifest
from .errors import ConfigurationError

PREFIX = "CONNECTOR_"
SECRET_KEYS = f"{PREFIX}SECRET_KEYS"
NEW_KEY_COMMAND = "flask connector secret-key"

#: How similar (0 to 1) an unknown environment variable has to be to one of our keys to count as a typing error: an
#: orchestrator can set others with our prefix, such as the address of a service called "connector".
TYPO_SIMILARITY = 0.8

#: What Kubernetes sets in every container for a service whose name begins with "connector", such as
#: CONNECTOR_DATABASE_PORT_5432_TCP. Source: Kubernetes, "Service", environment variables, read 2026-11.
_OF_KUBERNETES = re.compile(
    r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$"
)

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
#: An LMS on the same machine needs no certificate.
_REACHED_LOCALLY = frozenset({f"{PREFIX}MOODLE_URL", f"{PREFIX}SCIM_URL"})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_APPLICATION = ("CLIENT_ID", "CLIENT_SECRET", "SUBSCRIPTION_KEY", "SCOPE")

log = logging.getLogger(__name__)

Parsed = str | int | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting of the connector, checked. A setting that is not set has its default, or None.

    `secret_keys` are Fernet keys: the first encrypts, all decrypt. The four values of the vendor's Paycor
    application are all set, or none of them.
    """

    env: str
    secret_keys: tuple[str, ...] = field(repr=False)
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    subscription_key: str | None = field(default=None, repr=False)
    scope: str | None = None
    public_url: str | None = None
    paycor_api_url: str | None = None
    paycor_authorize_url: str | None = None
    rate_limit_url: str | None = field(default=None, repr=False)
    scheduler: bool = True
    daily_hour: int = 2
    run_retention_days: int = 400
    host: str | None = None
    host_fields: str | None = None
    portal_name: str | None = None
    time_zone: str = "UTC"
    database_url: str | None = field(default=None, repr=False)
    moodle_url: str | None = None
    moodle_token: str | None = field(default=None, repr=False)
    moodle_auth: str = "manual"
    moodle_welcome: str = "none"
    moodle_staff_cohort: str | None = None
    moodle_id_number: str = "connector"
    moodle_time_zone: str | None = None
    scim_url: str | None = None
    scim_token: str | None = field(default=None, repr=False)
    scim_user: str | None = None
    scim_password: str | None = field(default=None, repr=False)
    scim_extension: str | None = None
    scim_learner_roles: tuple[str, ...] | None = None
    scim_protected: tuple[str, ...] | None = None
    scim_staff_groups: tuple[str, ...] | None = None
    learnupon_url: str | None = None
    learnupon_key: str | None = None
    learnupon_secret: str | None = field(default=None, repr=False)
    learnupon_key_field: str | None = None
    learnupon_invites: bool = False

    @property
    def is_development(self) -> bool:
        """Whether plain http and other addresses for Paycor are allowed."""
        return self.env == "development"

    @property
    def has_application(self) -> bool:
        """Whether the vendor's own Paycor application is set up, which the sign-in at Paycor needs."""
        return self.client_id is not None


def load(settings: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Config:
    """The configuration: each key from `settings` (the app's), otherwise from `environ` (the process's).

    An empty text counts as not set. Raises ConfigurationError for the first wrong key.
    """
    environ = os.environ if environ is None else environ
    _refuse_unknown(settings, environ)
    values = {setting.key: _parsed(setting, settings, environ) for setting in _settings().values()}
    development = values[f"{PREFIX}ENV"] == "development"
    values[SECRET_KEYS] = _secret_keys(values[SECRET_KEYS], development)
    for setting in _settings().values():
        value = values[setting.key]
        if setting.required and value is None:
            raise ConfigurationError(f"{setting.key} is not set. Set it: {setting.help}")
        if setting.type == "url" and isinstance(value, str):
            plain = development or (setting.key in _REACHED_LOCALLY and _is_local(value))
            values[setting.key] = checked_url(setting.key, value, development=plain)
    _check_addresses(values, development)
    _check_application(values, development)
    return Config(**{key.removeprefix(PREFIX).lower(): value for key, value in values.items()})  # type: ignore[arg-type]


def checked_url(subject: str, value: str, *, development: bool) -> str:
    """`value` without a trailing slash; `subject` names it in the error.

    Raises ConfigurationError unless it is https (in development also http), has a host, and has no user, query or
    fragment.
    """
    parts = urlsplit(value.strip())
    allowed = ("https", "http") if development else ("https",)
    if parts.scheme not in allowed or not parts.hostname:
        schemes = " or ".join(f"{scheme}://" for scheme in allowed)
        actual = "not shown" if "@" in value else repr(value)
        raise ConfigurationError(
            f"{subject} must be an address that begins with {schemes}, such as https://lms.example; it is {actual}."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError(f"{subject} must be a plain address, without a user, a query or a fragment.")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def _is_local(value: str) -> bool:
    return urlsplit(value.strip()).hostname in _LOCAL


@cache
def _settings() -> Mapping[str, manifest.Setting]:
    return {setting.key: setting for setting in manifest.load().settings}


def _refuse_unknown(settings: Mapping[str, object], environ: Mapping[str, str]) -> None:
    for where, keys, cutoff in (
        ("the app's configuration", settings, 0.0),
        ("the environment", environ, TYPO_SIMILARITY),
    ):
        for key in keys:
            if not key.startswith(PREFIX) or key in _settings() or _OF_KUBERNETES.search(key):
                continue
            nearest = _nearest(key, cutoff)
            if nearest is not None:
                raise ConfigurationError(
                    f"Unknown setting {key} in {where}. Did you mean {nearest}? Otherwise remove it."
                )


def _nearest(key: str, cutoff: float) -> str | None:
    """The setting whose key is most similar to `key`, compared without the prefix that all share."""
    names = [name.removeprefix(PREFIX) for name in _settings()]
    matches = get_close_matches(key.removeprefix(PREFIX), names, n=1, cutoff=cutoff)
    return PREFIX + matches[0] if matches else None


def _parsed(setting: manifest.Setting, settings: Mapping[str, object], environ: Mapping[str, str]) -> Parsed:
    value = settings.get(setting.key)
    if _is_empty(value):
        value = environ.get(setting.key)
    return setting.default if _is_empty(value) else _PARSERS[setting.type](setting, value)


def _is_empty(value: object) -> bool:
    return value is None or value == [] or value == () or (isinstance(value, str) and not value.strip())


def _wrong(setting: manifest.Setting, value: object, expected: str) -> ConfigurationError:
    actual = f"{type(value).__name__}, not shown" if setting.secret else repr(value)
    return ConfigurationError(f"{setting.key} must be {expected}; it is {actual}. {setting.help}")


def _boolean(setting: manifest.Setting, value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text not in _TRUE | _FALSE:
        raise _wrong(setting, value, "true or false")
    return text in _TRUE


def _integer(setting: manifest.Setting, value: object) -> int:
    expected = "a whole number"
    if setting.minimum is not None:
        expected += f" from {setting.minimum}"
    if setting.maximum is not None:
        expected += f" to {setting.maximum}"
    text = str(value).strip()
    if isinstance(value, bool) or not text.removeprefix("-").isdecimal():
        raise _wrong(setting, value, expected)
    number = int(text)
    too_small = setting.minimum is not None and number < setting.minimum
    if too_small or (setting.maximum is not None and number > setting.maximum):
        raise _wrong(setting, value, expected)
    return number


def _list(setting: manifest.Setting, value: object) -> tuple[str, ...] | None:
    items: object = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, Sequence) or not all(isinstance(item, str) for item in items):
        raise _wrong(setting, value, "a list of texts, or one text separated by commas")
    return tuple(item.strip() for item in items if item.strip()) or None


def _choice(setting: manifest.Setting, value: object) -> str:
    if value not in setting.choices:
        raise _wrong(setting, value, f"one of {', '.join(setting.choices)}")
    return str(value)


def _text(setting: manifest.Setting, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(setting, value, "a text")
    return value.strip()


_PARSERS: Mapping[str, Callable[[manifest.Setting, object], Parsed]] = {
    "boolean": _boolean,
    "choice": _choice,
    "integer": _integer,
    "list": _list,
    "string": _text,
    "url": _text,
}


def _secret_keys(keys: Parsed, development: bool) -> tuple[str, ...]:
    """The Fernet keys. Without one the app does not start in production: secrets would be stored in plain text."""
    if not isinstance(keys, tuple):
        if not development:
            raise ConfigurationError(
                f"{SECRET_KEYS} is not set. Make a key with `{NEW_KEY_COMMAND}` and set it there."
            )
        log.warning(
            "%s is not set: this process uses a temporary key, and Paycor's tokens are lost when it ends",
            SECRET_KEYS,
        )
        return (Fernet.generate_key().decode(),)
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as error:
            raise ConfigurationError(
                f"{SECRET_KEYS}: key {number} of {len(keys)} is not a Fernet key. Make one: `{NEW_KEY_COMMAND}`."
            ) from error
    return keys


def _check_addresses(values: Mapping[str, Parsed], development: bool) -> None:
    for key in (f"{PREFIX}PAYCOR_API_URL", f"{PREFIX}PAYCOR_AUTHORIZE_URL"):
        if values[key] is not None and not development:
            raise ConfigurationError(
                f"{key} is for development only. Remove it, or set {PREFIX}ENV=development."
            )


def _check_application(values: Mapping[str, Parsed], development: bool) -> None:
    """Half an application cannot connect: the operator learns it at the start, not an admin who cannot fix it.

    Nor can one without a configured address: a request claims its own, and Paycor would send the code there.
    """
    keys = [PREFIX + name for name in _APPLICATION]
    missing = [key for key in keys if values[key] is None]
    if missing and len(missing) < len(keys):
        raise ConfigurationError(
            f"The Paycor application is only half set up; not set: {', '.join(missing)}. "
            f"Set all of {', '.join(keys)}, or none of them."
        )
    if not missing and not development and values[f"{PREFIX}PUBLIC_URL"] is None:
        raise ConfigurationError(
            f"{PREFIX}PUBLIC_URL is not set, and the Paycor application needs it. Set it to the address of the LMS "
            "that is registered for the application, such as https://lms.example."
        )
