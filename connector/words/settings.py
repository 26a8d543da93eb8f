"""An admin's choices in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from connector.core.model.attributes import label_of
from connector.core.model.limits import Metric
from connector.core.model.override import OverrideKind
from connector.core.model.settings import (
    AccessEnds,
    AddAs,
    DayZone,
    FirstName,
    InviteWhen,
    ListVersion,
    OnLeave,
    Operator,
    Outside,
    ReadInterval,
    WhenNull,
)

#: What the limits of a plan count.
METRICS: Mapping[Metric, str] = {
    Metric.LEAVERS: "People who lose access",
    Metric.BLANKED: "Values that are emptied",
    Metric.EMAILS: "Email addresses that change",
    Metric.CREATED: "New accounts",
    Metric.MAILS: "Mails",
}
#: What an exception does.
OVERRIDES: Mapping[OverrideKind, str] = {
    OverrideKind.PROTECT: "Left as they are",
    OverrideKind.HOLD: "One value is left as it is",
    OverrideKind.SEPARATE: "Kept apart from an account",
}
#: How a condition compares.
OPERATORS: Mapping[Operator, str] = {
    Operator.EQUALS: "is one of",
    Operator.NOT_EQUALS: "is none of",
    Operator.CONTAINS: "contains one of",
    Operator.BEFORE: "is a day before",
    Operator.AFTER: "is a day after",
}
#: What happens to people who are not included.
OUTSIDE: Mapping[Outside, str] = {
    Outside.LEAVE_ALONE: "Leave them alone: an account that they have stays as it is",
    Outside.SUSPEND: "End their access, if they have an account",
}
#: The choices of the invite configuration.
INVITE_WHEN: Mapping[InviteWhen, str] = {
    InviteWhen.ADDED: "When they are added to Paycor",
    InviteWhen.HIRE_DATE: "On their hiring date",
}
ADD_AS: Mapping[AddAs, str] = {
    AddAs.ACTIVE_WELCOME: "Create as an active user and send a welcome email",
    AddAs.ACTIVE_ONLY: "Create as an active user only",
    AddAs.PENDING_INVITATION: "Create as a pending user and send an invitation email",
}
FIRST_NAME: Mapping[FirstName, str] = {
    FirstName.LISTED: "The one in Paycor's employee list: the preferred one, if there is one",
    FirstName.LEGAL: "The legal one",
}
ON_LEAVE: Mapping[OnLeave, str] = {
    OnLeave.KEEP: "Keep their access",
    OnLeave.SUSPEND: "End it, and restore it when they are back",
}
ACCESS_ENDS: Mapping[AccessEnds, str] = {
    AccessEnds.END_OF_DAY: "At the end of the termination date: they can still sign in on their last day",
    AccessEnds.START_OF_DAY: "At the start of the termination date",
}
DAY_ZONE: Mapping[DayZone, str] = {
    DayZone.PORTAL: "At midnight where this portal is",
    DayZone.WORK_STATE: "At midnight where the person works",
}
READ_INTERVAL: Mapping[ReadInterval, str] = {
    ReadInterval.HOUR: "Every hour",
    ReadInterval.TWO_HOURS: "Every 2 hours",
    ReadInterval.FOUR_HOURS: "Every 4 hours",
    ReadInterval.SIX_HOURS: "Every 6 hours",
    ReadInterval.TWELVE_HOURS: "Every 12 hours",
    ReadInterval.DAY: "Once a day",
}
LIST_VERSION: Mapping[ListVersion, str] = {
    ListVersion.V1: "Version 1: the proven one, with the alternate employee number",
    ListVersion.V2: "Version 2: with second last name, work country code and worker category",
}
#: What an empty value of Paycor does to a field.
WHEN_NULL: Mapping[WhenNull, str] = {
    WhenNull.CLEAR: "cleared when empty",
    WhenNull.KEEP: "kept when empty",
}
#: The name of each setting by its path.
SETTINGS: Mapping[str, str] = {
    "mapping": "Map your data",
    "invite_when": "When to invite",
    "invite_days": "Days after the hiring date",
    "add_as": "How to add new users",
    "on_leave": "During a leave",
    "access_ends": "When access ends",
    "grace_days": "Days of grace after the last day",
    "first_name": "First name of the account",
    "day_zone": "When a day begins",
    "list_version": "Employee list that is read",
    "mail_pace.per_hour": "Mails an hour",
    "mail_pace.quiet_from": "Quiet from, hour",
    "mail_pace.quiet_until": "Quiet until, hour",
    "todo_mail": "Mail about HR's to-do list",
    "daily_hour": "Hour of the daily sync",
    "read_interval": "How often everybody is read",
    "limits.week_times": "In seven days, times the limit of one sync",
    **{f"limits.{metric.value}.people": f"Limit: {text}, number" for metric, text in METRICS.items()},
    **{f"limits.{metric.value}.pct": f"Limit: {text}, percent" for metric, text in METRICS.items()},
    "absent_reads": "Missing from the list, syncs in a row",
    "feed_pct": "Share of the last read, percent",
    "canaries": "Watched people",
    "scope.only": "Only people who meet all of these",
    "scope.never": "Nobody who meets one of these",
    "scope.people_in": "Always synced",
    "scope.people_out": "Never synced",
    "scope.outside": "People who are outside",
    "group_rules": "Group rules",
}
_CHOICES: Mapping[str, Mapping[Any, str]] = {
    "invite_when": INVITE_WHEN,
    "add_as": ADD_AS,
    "on_leave": ON_LEAVE,
    "first_name": FIRST_NAME,
    "access_ends": ACCESS_ENDS,
    "day_zone": DAY_ZONE,
    "read_interval": READ_INTERVAL,
    "list_version": LIST_VERSION,
    "scope.outside": OUTSIDE,
}
_NOTHING = "nothing"


class SettingChange(NamedTuple):
    """A setting that differs, in words: its name, and its two values."""

    label: str
    before: str
    after: str


def setting_changes(changes: Mapping[str, Sequence[Any]]) -> list[SettingChange]:
    """Changes by the path of the setting, each with two values, in words; each row of the mapping is one of its own."""
    return [
        one
        for path, (before, after) in changes.items()
        for one in (_mapping_changes(before, after) if path == "mapping" else [_change(path, before, after)])
    ]


def _change(path: str, before: Any, after: Any) -> SettingChange:
    label = SETTINGS.get(path) or path.replace("_", " ").replace(".", ", ").capitalize()
    return SettingChange(label, _text(path, before), _text(path, after))


def _mapping_changes(before: Sequence[Any], after: Sequence[Any]) -> Iterator[SettingChange]:
    old, new = ({row["field_key"]: _row_text(row) for row in rows} for rows in (before, after))
    differing = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    for key in differing:
        yield SettingChange(f"{SETTINGS['mapping']}: {key}", old.get(key, _NOTHING), new.get(key, _NOTHING))
    if not differing:
        yield SettingChange(f"{SETTINGS['mapping']}: order of the rows", ", ".join(old), ", ".join(new))


def _row_text(row: Mapping[str, Any]) -> str:
    translation = ", ".join(f"{left} -> {right}" for left, right in row["translation"].items())
    parts = [
        label_of(row["attribute"]),
        f"otherwise {label_of(row['fallback'])}" if row["fallback"] else "",
        WHEN_NULL.get(row["when_null"], row["when_null"]),
        f"written as {translation}" if translation else "",
        "for new accounts only" if row["create_only"] else "",
    ]
    return "; ".join(part for part in parts if part)


def _text(path: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return "; ".join(map(_item_text, value)) or _NOTHING
    return _CHOICES.get(path, {}).get(value) or str(value)


def _item_text(item: Any) -> str:
    """An element of a list: a condition, a group rule, or a plain text."""
    if not isinstance(item, dict):
        return str(item)
    if "conditions" in item:
        return f"{item['group_id']}: {', '.join(map(_item_text, item['conditions']))}"
    operator = OPERATORS.get(item["operator"], item["operator"])
    return f"{label_of(item['attribute'])} {operator} {', '.join(item['values'])}"
