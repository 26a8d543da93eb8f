"""Custom profile fields of Moodle: a field's value in, canonical text out, and back. No input, no output."""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from connector.core.model.account import Field, FieldType
from connector.core.model.employee import Value

#: The code of a row that Moodle accepted without one of its values: there is no such field, or it has another type.
FIELD_DROPPED = "field.dropped"

#: The tags that a site may put around the text of a field: a link, a paragraph, a line break.
_TAG = re.compile(r"</?(?:a|br|div|p|span)\b[^>]*>")
_HALF_A_DAY = timedelta(hours=12)

#: The letters that a text field holds, unless the site sets another number; Moodle cuts off what is over it.
MAX_LETTERS = 2048


def with_limits(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields with Moodle's own limit on texts where the settings give none."""
    return tuple(
        replace(one, max_length=one.max_length or MAX_LETTERS) if one.type is FieldType.STRING else one
        for one in fields
    )


class ProfileValue(msgspec.Struct, gc=False):
    """The value of one custom profile field; Moodle leaves empty ones out, except checkboxes."""

    shortname: str
    value: str | int | float | None = None
    type: str = ""

    def text(self, zone: ZoneInfo | None) -> Value:
        """The canonical text; None when empty. `zone` is that of the connector's account."""
        text = "" if self.value is None else str(self.value)
        return _READERS.get(self.type, _unchanged)(text, zone) or None


def customfields(values: Mapping[str, Value]) -> dict[str, object]:
    """The values as an argument of a write; empty when there are none. None clears a field."""
    pairs = [{"type": key, "value": value or ""} for key, value in values.items()]
    return {"customfields": pairs} if pairs else {}


def is_dropped(sent: Mapping[str, Value], stored: Mapping[str, Value]) -> bool:
    """Whether a value that was sent is not stored: Moodle accepts a field that it does not know, silently."""
    return any(value and not stored.get(key) for key, value in sent.items())


def _plain(text: str, zone: ZoneInfo | None) -> str:
    """Text as a page shows it, without its entities and the link it may be in."""
    return html.unescape(_TAG.sub("", text))


def _date(text: str, zone: ZoneInfo | None) -> str:
    """A date comes as the instant of its midnight where the connector's account is; 0 is no date."""
    if not text.lstrip("-").isdigit() or text == "0":
        return ""
    instant = datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(text))
    local = instant.astimezone(zone) if zone else instant + _HALF_A_DAY
    return local.date().isoformat()


def _unchanged(text: str, zone: ZoneInfo | None) -> str:
    return text


_READERS: Mapping[str, Callable[[str, ZoneInfo | None], str]] = {
    "text": _plain,
    "textarea": _plain,
    "datetime": _date,
}
