"""What every template gets: times on the portal's clock, words for codes, readable numbers."""

from dataclasses import dataclass
from datetime import datetime

from flask import g
from markupsafe import Markup

from connector.core.model.report import COUNTED_AS, Report
from connector.core.ports.lms import Portal
from connector.core.rules.access.days import zone_named
from connector.core.rules.tries import TRIES
from connector.web.frame import access, words
from connector.words.findings import finding_text
from connector.words.refusals import hint_text, reason_text
from connector.words.runs import hold_reasons, why_held_ahead
from connector.words.settings import setting_changes


@dataclass(frozen=True, slots=True)
class Screen:
    """The template's view of the request. Without a portal, times are shown in UTC."""

    base_template: str
    portal: Portal | None

    @property
    def zone(self) -> str:
        """The name of the time zone in which times are shown."""
        return self.portal.time_zone if self.portal else "UTC"

    def instant(self, instant: datetime | None) -> Markup:
        """Date and time on the portal's clock, as 2026-03-02 09:30; the page names the zone nearby."""
        return self._time(instant, "%Y-%m-%d %H:%M")

    def zoned(self, instant: datetime | None) -> Markup:
        """The same with the zone's name, for a time that stands alone."""
        text = self.instant(instant)
        return text if instant is None else text + f" ({self.zone})"

    def clock_time(self, instant: datetime) -> Markup:
        """The time of day on the portal's clock."""
        return self._time(instant, "%H:%M")

    def number(self, number: float | None) -> str:
        """A count with thousands separators."""
        return "–" if number is None else f"{number:,.0f}"

    def seconds(self, seconds: float) -> str:
        """A duration: with tenths below one minute, then as minutes and whole seconds."""
        if seconds < 60:
            return f"{seconds:.1f} s"
        return f"{seconds // 60:,.0f} min {seconds % 60:.0f} s"

    def people(self, count: int) -> str:
        """A head count in words."""
        return "1 person" if count == 1 else f"{count:,} people"

    def word(self, table: str, code: str) -> str:
        """The word for a code; `table` is a key of `web.frame.words.TABLES`."""
        return words.word(table, code)

    def tone(self, code: str) -> str:
        """How a state or status is drawn: good, wait, bad or calm."""
        return words.TONES.get(code, "calm")

    def counted(self, report: Report, kind: str) -> int:
        """How many operations of a kind a report counts."""
        return int(getattr(report, COUNTED_AS[kind]))

    def _time(self, instant: datetime | None, pattern: str) -> Markup:
        if instant is None:
            return Markup("–")
        local = instant.astimezone(zone_named(self.zone))
        return Markup('<time datetime="{}">{}</time>').format(
            local.isoformat(timespec="minutes"), local.strftime(pattern)
        )


def context() -> dict[str, object]:
    """The names that every template has: `cx`, lookups of codes, and `cx_notice`, which shows a notice once."""
    lms = access.services().lms
    return {
        "cx": Screen(lms.base_template, g.get("connector_portal")),
        "cx_notice": access.pop_flash,
        "cx_finding": finding_text,
        "cx_why_held_ahead": why_held_ahead,
        "cx_hold_reasons": hold_reasons,
        "cx_setting_changes": setting_changes,
        "cx_tries": TRIES,
        "cx_hint": hint_text,
        "cx_reason": reason_text,
    }
