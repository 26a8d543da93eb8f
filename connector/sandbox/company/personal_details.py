"""What Paycor keeps about a person apart from any employment: phones, home address, birth date, a fake SSN.

A pure function of the person's index and random bytes, made only on request. Telephone numbers are of the range
kept free for fiction; the social security number is of a range that is never issued, and exists so that a
test can prove that a client does not store it.
"""

from datetime import date
from typing import NamedTuple

from connector.sandbox.company.samples import LOCATIONS

_BORN_FROM = date(1960, 1, 1).toordinal()
_STREETS = ("Larch Street", "Orchard Way", "Bell Lane", "Summit Avenue", "Juniper Court")
_AREA_CODES = ("937", "513", "859", "510", "518", "309", "813")


class Telephone(NamedTuple):
    """A telephone number; `kind` is Paycor's word, `area` and `local` are null where only `whole` is known."""

    kind: str
    country: str | None
    area: str | None
    local: str | None
    whole: str | None


class HomeAddress(NamedTuple):
    """Where a person lives, in Paycor's way of writing countries."""

    street: str
    city: str
    state: str
    zip_code: str
    country: str


def telephones(index: int, random_bytes: bytes) -> tuple[Telephone, ...]:
    """A person's numbers: of eight people one has none, one a home number only, one a number from abroad."""
    area, last = _AREA_CODES[random_bytes[6] % len(_AREA_CODES)], f"{100 + index % 100:04d}"
    mobile = Telephone("Mobile", "+1", area, f"555-{last}", None)
    home = Telephone("Home", "+1", area, f"555-{100 + (index + 50) % 100:04d}", None)
    choices: dict[int, tuple[Telephone, ...]] = {
        0: (),
        1: (home,),
        2: (home, mobile),
        3: (Telephone("Mobile", "+44", None, None, f"7700 900{index % 1000:03d}"),),
        4: (Telephone("Work", "+1", area, f"555-{last}", None), mobile._replace(local=f" 555{last} ")),
    }
    return choices.get(random_bytes[10] % 8, (mobile,))


def home_address(index: int, random_bytes: bytes) -> HomeAddress:
    """Where a person lives, which is near one of the work locations."""
    near = LOCATIONS[random_bytes[3] % len(LOCATIONS)]
    street = f"{1 + index % 900} {_STREETS[random_bytes[11] % len(_STREETS)]}"

    return HomeAddress(street, near.city, near.state, near.zip_code, near.country)


def birth_date(random_bytes: bytes) -> date:
    """The day a person was born."""
    return date.fromordinal(_BORN_FROM + (random_bytes[12] * 256 + random_bytes[13]) % 16_000)


def fake_ssn(index: int) -> str:
    """A made-up social security number: no real one begins with 900 to 999."""
    return f"900-{index // 10_000 % 100:02d}-{index % 10_000:04d}"
