"""What every template is given: the portal's clock, the words for codes, numbers that can be read."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g
from markupsafe import Markup

from connector.core.model.report import COUNTED_AS, Report
from connector.core.ports.lms import Portal
from connector.web.frame import access, words


@dataclass(frozen=True, slots=True)
class Screen:
    """The template's view of the request. Without a portal, times are shown in UTC."""

    base_template: str
    portal: Portal | None

    @property
    def zone(self) -> str:
        """The name of the time zone that times are shown in."""
        return self.portal.time_zone if self.portal else "UTC"

    def instant(self, instant: datetime | None) -> Markup:
        """Date and time on the portal's clock, as 2026-03-02 09:30; the zone is named beside it by the page."""
        return self._time(instant, "%Y-%m-%d %H:%M")

    def zoned(self, instant: datetime | None) -> Markup:
        """The same with the zone's name, for an instant that stands alone."""
        shown = self._time(instant, "%Y-%m-%d %H:%M")
        return shown if instant is None else shown + f" ({self.zone})"

    def clock_time(self, instant: datetime) -> Markup:
        """The time of day on the portal's clock."""
        return self._time(instant, "%H:%M")

    def number(self, number: float | None) -> str:
        """A count with thousands separators."""
        return "–" if number is None else f"{number:,.0f}"

    def seconds(self, seconds: float) -> str:
        """A duration: tenths of a second while they matter."""
        if seconds < 60:
            return f"{seconds:.1f} s"
        return f"{seconds // 60:,.0f} min {seconds % 60:.0f} s"

    def people(self, count: int) -> str:
        """A head count in words."""
        return "1 person" if count == 1 else f"{count:,} people"

    def word(self, table: str, code: str) -> str:
        """The word for a code."""
        return words.word(table, code)

    def tone(self, code: str) -> str:
        """How a state or status is drawn."""
        return words.TONES.get(code, "calm")

    def counted(self, report: Report, kind: str) -> int:
        """How many operations of a kind a report has."""
        return int(getattr(report, COUNTED_AS[kind]))

    def _time(self, instant: datetime | None, form: str) -> Markup:
        if instant is None:
            return Markup("–")
        local = instant.astimezone(ZoneInfo(self.zone))
        return Markup('<time datetime="{}">{}</time>').format(
            local.isoformat(timespec="minutes"), local.strftime(form)
        )


def context() -> dict[str, object]:
    """The names that every template has: `cx`, and `cx_notice`, which empties what there was to tell."""
    lms = access.services().lms
    return {
        "cx": Screen(lms.base_template, g.get("connector_portal")),
        "cx_notice": access.pop_flash,
        "cx_finding": words.finding,
    }
