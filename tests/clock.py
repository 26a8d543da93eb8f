"""A clock that a test sets and moves: no test waits for a date."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass
class Clock:
    """Calling it gives its aware UTC instant, which only `advance` and `set` change."""

    instant: datetime

    def __call__(self) -> datetime:
        """The instant it shows."""
        return self.instant

    def advance(self, step: timedelta) -> datetime:
        """Moves on by `step` and gives the new instant."""
        self.instant += step
        return self.instant

    def set(self, instant: datetime) -> None:
        """Shows `instant` from now on, which must be aware."""
        self.instant = instant.astimezone(UTC)

    @property
    def today(self) -> date:
        """The date in UTC."""
        return self.instant.date()
