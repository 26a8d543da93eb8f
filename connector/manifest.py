"""The manifest for the host: reads `plugin.yaml`, gives a checked `Manifest`.

The blueprint, the menu entry, the settings and the jobs come from here. It reads that one file and nothing else: the
values of settings are in `connector.config`.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from .errors import ConfigurationError

DISTRIBUTION = "lms-paycor-connector"
FILE = "plugin.yaml"

Name = Annotated[str, msgspec.Meta(min_length=1)]
SettingType = Literal["boolean", "choice", "integer", "list", "string", "url"]
Default = str | int | bool | None

#: The Python type of a default; every other setting type has text.
_DEFAULT_TYPE: dict[str, type] = {"boolean": bool, "integer": int}


class Mount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The name of the blueprint, and its URL prefix in the host."""

    name: Name
    mount: Annotated[str, msgspec.Meta(pattern="^/[a-z/-]*[a-z]$")]


class Menu(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The menu entry in the host: a label in a section of its settings."""

    section: Name
    label: Name


class Setting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One key of the host's configuration; `minimum` and `maximum` are themselves allowed."""

    key: Annotated[str, msgspec.Meta(pattern="^CONNECTOR_[A-Z_]+$")]
    type: SettingType
    help: Name
    required: bool = False
    default: Default = None
    secret: bool = False
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None

    def __post_init__(self) -> None:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError(f"{self.key}: the type choice needs `choices`, and no other type has them")
        if self.default is None:
            return
        if self.required:
            raise ValueError(f"{self.key}: a required setting has no `default`")
        if type(self.default) is not _DEFAULT_TYPE.get(self.type, str):
            raise ValueError(f"{self.key}: the `default` is not of the type {self.type}")
        if self.choices and self.default not in self.choices:
            raise ValueError(f"{self.key}: the `default` is not one of its `choices`")


class Job(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scheduled job: `trigger` and `fields` are arguments of APScheduler's `add_job`."""

    key: Name
    trigger: Literal["interval", "cron"]
    fields: dict[str, int | str]
    help: Name


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole `plugin.yaml`, in its order."""

    name: Name
    version: Name
    title: Name
    summary: Name
    entry_point: Annotated[str, msgspec.Meta(pattern=r"^[\w.]+:\w+$")]
    blueprint: Mount
    menu: Menu
    permission: Name
    settings: tuple[Setting, ...]
    jobs: tuple[Job, ...]
    tables: tuple[Annotated[str, msgspec.Meta(pattern="^connector_[a-z_]+$")], ...]
    migration_command: Name

    def __post_init__(self) -> None:
        for part, keys in (
            ("settings", [setting.key for setting in self.settings]),
            ("jobs", [job.key for job in self.jobs]),
            ("tables", list(self.tables)),
        ):
            twice = sorted({key for key in keys if keys.count(key) > 1})
            if twice:
                raise ValueError(f"`{part}` has {', '.join(twice)} twice")


def load(path: Path | None = None) -> Manifest:
    """The manifest in `path`, or in the file of this installation.

    Raises ConfigurationError, naming the key, when the file is missing, is not YAML or has a wrong key.
    """
    path = path or find()
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}): install {DISTRIBUTION} again."
        raise ConfigurationError(message) from error
    except msgspec.DecodeError as error:
        reason = " ".join(str(error).split())
        message = f"{path} is wrong: {reason}. Fix that key, or install {DISTRIBUTION} again."
        raise ConfigurationError(message) from error


def find() -> Path:
    """The path of `plugin.yaml`: beside this module, wherever the package is installed."""
    return Path(__file__).resolve().with_name(FILE)
