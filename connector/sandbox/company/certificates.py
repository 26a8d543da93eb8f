"""The certifications people have: expired, current and open-ended. A function of index, random bytes and anchor."""

from datetime import date, timedelta
from typing import NamedTuple

CERTIFICATIONS = ("First Aid", "Basic Life Support", "Forklift Operation", "Food Handling", "HIPAA Awareness")
ORGANIZATIONS = ("Riverside Training Co.", "Midland Safety Council", "Northfield Academy")
#: The most certifications a person has to begin with.
MOST_CERTIFICATES = 3


class SampleCertificate(NamedTuple):
    """A certification of a person; `name` and `organization` are indexes into the lists above."""

    name: int
    organization: int | None
    number: str | None
    effective_on: date
    expires_on: date | None
    notes: str | None


def certificates(index: int, random_bytes: bytes, anchor: date) -> tuple[SampleCertificate, ...]:
    """The certifications of a person: none to three; a third never end and a third have expired."""
    return tuple(
        _certificate(index, position, random_bytes, anchor)
        for position in range(random_bytes[6] % (MOST_CERTIFICATES + 1))
    )


def _certificate(index: int, position: int, random_bytes: bytes, anchor: date) -> SampleCertificate:
    kind = (index + position) % 3
    effective = anchor - timedelta(days=100 + random_bytes[7] + 400 * (kind == 1))
    expires = {0: None, 1: effective + timedelta(days=365), 2: anchor + timedelta(days=30 + random_bytes[8])}[
        kind
    ]

    return SampleCertificate(
        name=(index + position) % len(CERTIFICATIONS),
        organization=None if kind == 0 else (index + position) % len(ORGANIZATIONS),
        number=None if random_bytes[9] % 4 == 0 else f"C-{index}-{position}",
        effective_on=effective,
        expires_on=expires,
        notes="Renewed on site" if kind == 2 else None,
    )
