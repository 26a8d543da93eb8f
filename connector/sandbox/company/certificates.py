"""The certifications people have: expired, current and open-ended ones. A function of index, chance and anchor."""

from datetime import date, timedelta
from typing import NamedTuple

CERTIFICATIONS = ("First Aid", "Basic Life Support", "Forklift Operation", "Food Handling", "HIPAA Awareness")
ORGANIZATIONS = ("Riverside Training Co.", "Midland Safety Council", "Northfield Academy")
#: Nobody has more than so many to begin with.
MOST_CERTIFICATES = 3


class Certificate(NamedTuple):
    """A certification somebody has; `name` and `organization` are places in the lists above."""

    name: int
    organization: int | None
    number: str | None
    effective_on: date
    expires_on: date | None
    notes: str | None


def certificates(index: int, luck: bytes, anchor: date) -> tuple[Certificate, ...]:
    """The certifications of a person: none to three, of which a third never end and a third are over."""
    return tuple(
        _certificate(index, place, luck, anchor) for place in range(luck[6] % (MOST_CERTIFICATES + 1))
    )


def _certificate(index: int, place: int, luck: bytes, anchor: date) -> Certificate:
    kind = (index + place) % 3
    effective = anchor - timedelta(days=100 + luck[7] + 400 * (kind == 1))
    expires = {0: None, 1: effective + timedelta(days=365), 2: anchor + timedelta(days=30 + luck[8])}[kind]

    return Certificate(
        name=(index + place) % len(CERTIFICATIONS),
        organization=None if kind == 0 else (index + place) % len(ORGANIZATIONS),
        number=None if luck[9] % 4 == 0 else f"C-{index}-{place}",
        effective_on=effective,
        expires_on=expires,
        notes="Renewed on site" if kind == 2 else None,
    )
