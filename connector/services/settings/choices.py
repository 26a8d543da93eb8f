"""Everything that an admin has chosen for a portal, as one value: the version of each section, and what has changed.

A setting has a path, as in `limits.leavers.people`; its value is what JSON can hold. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

import msgspec

from connector.core.model.settings import MappingRow, Policy, ReadInterval, SettingsSection
from connector.errors import SettingsConflict


@dataclass(frozen=True, slots=True)
class Choices:
    """The mapping, the policy, the hour of the daily sync, and how often Paycor is read."""

    mapping: tuple[MappingRow, ...] = ()
    policy: Policy = Policy()
    daily_hour: int = 2
    read_interval: ReadInterval = ReadInterval.DAY

    @property
    def schedule(self) -> tuple[int, ReadInterval]:
        """When Paycor is read."""
        return self.daily_hour, self.read_interval


Change: TypeAlias = Callable[[Choices], Choices]

#: The section of each setting, by the first part of its path; any other is part of the invite configuration.
_SECTIONS = {
    "mapping": SettingsSection.MAPPING,
    "limits": SettingsSection.LIMITS,
    "absent_reads": SettingsSection.LIMITS,
    "feed_pct": SettingsSection.LIMITS,
    "canaries": SettingsSection.LIMITS,
    "scope": SettingsSection.SCOPE,
    "group_rules": SettingsSection.GROUP_RULES,
}


#: The settings outside the policy.
_TOP = frozenset({"mapping", "daily_hour", "read_interval"})


def section_of(path: str) -> SettingsSection:
    """The section that a setting belongs to: the form in which it is changed."""
    return _SECTIONS.get(path.partition(".")[0], SettingsSection.INVITATIONS)


def values_of(choices: Choices) -> dict[str, Any]:
    """The value of every setting by its path; a list is one value."""
    builtins: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(choices))
    return _flat("", builtins.pop("policy")) | builtins


def version_of(choices: Choices, section: SettingsSection | None) -> str:
    """A short text that is the same as long as no setting of the section, None for all, changes; a form carries it."""
    values = values_of(choices).items()
    mine = sorted((path, value) for path, value in values if section in (None, section_of(path)))
    return sha256(msgspec.json.encode(mine)).hexdigest()[:32]


def changes(before: Choices, after: Choices) -> dict[str, tuple[Any, Any]]:
    """The settings that differ, by path, each with its value before and after."""
    old, new = values_of(before), values_of(after)
    return {path: (old[path], value) for path, value in new.items() if old[path] != value}


def refuse_conflict(before: Choices, after: Choices, section: SettingsSection | None, version: str) -> None:
    """Raise SettingsConflict when the section is not what the form showed, and not what it wants to save either."""
    current, differing = version_of(before, section), changes(before, after)
    if version != current and differing:
        raise SettingsConflict(
            "Somebody else has saved these settings since you opened them, so nothing of yours was saved. Look at "
            "both versions, then save yours again or take theirs.",
            differing,
            current,
        )


def saved_action(before: Choices, after: Choices) -> str:
    """What the log calls a save that makes one of the other."""
    if after.mapping == before.mapping:
        return "policy.saved"
    is_mapping_only = (after.policy, after.schedule) == (before.policy, before.schedule)
    return "mapping.saved" if is_mapping_only else "settings.saved"


def with_values(choices: Choices, values: Mapping[str, Any]) -> Choices:
    """The choices with these settings, by path. Raises msgspec.ValidationError for what is no value of a setting."""
    flat = values_of(choices) | dict(values)
    nested: dict[str, Any] = {"policy": {}}
    for path, value in flat.items():
        *parents, name = path.split(".") if path in _TOP else ["policy", *path.split(".")]
        inner = nested
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[name] = value
    return msgspec.convert(nested, Choices)


def values_in(content: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every setting in choices that came as JSON, by its path; raises KeyError for what is no setting."""
    top = {path: value for path, value in content.items() if path != "policy"}
    policy = _flat("", content.get("policy", {}))
    known = values_of(Choices()).keys()
    unknown = {f"policy.{path}" for path in policy.keys() - known | policy.keys() & _TOP} | top.keys() - _TOP
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    return policy | top


def _flat(parent: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {parent: value}
    flat: dict[str, Any] = {}
    for name, part in value.items():
        flat |= _flat(f"{parent}.{name}".lstrip("."), part)
    return flat
