"""What Paycor keeps about a human apart from any employment: phones, home address, birth date, planted secrets.

A pure function of the person's index and chance, made only when asked for. Telephone numbers are of the range
kept free for fiction; the social security number is of a range that is never given out, and is made so that a
test can prove that nobody stores it.
"""

from datetime import date
from typing import NamedTuple

from connector.sandbox.company.words import LOCATIONS

_BORN_FROM = date(1960, 1, 1).toordinal()
_STREETS = ("Larch Street", "Orchard Way", "Bell Lane", "Summit Avenue", "Juniper Court")
_AREA_CODES = ("937", "513", "859", "510", "518", "309", "813")


class Telephone(NamedTuple):
    """A telephone number; `kind` is Paycor's word, `area` and `local` are null where only the whole is known."""

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


def telephones(index: int, luck: bytes) -> tuple[Telephone, ...]:
    """A person's numbers: of eight people one has none, one a home number only, one a number from abroad."""
    area, last = _AREA_CODES[luck[6] % len(_AREA_CODES)], f"{100 + index % 100:04d}"
    mobile = Telephone("Mobile", "+1", area, f"555-{last}", None)
    home = Telephone("Home", "+1", area, f"555-{100 + (index + 50) % 100:04d}", None)
    choices: dict[int, tuple[Telephone, ...]] = {
        0: (),
        1: (home,),
        2: (home, mobile),
        3: (Telephone("Mobile", "+44", None, None, f"7700 900{index % 1000:03d}"),),
        4: (Telephone("Work", "+1", area, f"555-{last}", None), mobile._replace(local=f" 555{last} ")),
    }
    return choices.get(luck[10] % 8, (mobile,))


def home_address(index: int, luck: bytes) -> HomeAddress:
    """Where a person lives, which is near one of the work locations."""
    near = LOCATIONS[luck[3] % len(LOCATIONS)]
    street = f"{1 + index % 900} {_STREETS[luck[11] % len(_STREETS)]}"

    return HomeAddress(street, near.city, near.state, near.zip_code, near.country)


def birth_date(luck: bytes) -> date:
    """The day a person was born."""
    return date.fromordinal(_BORN_FROM + (luck[12] * 256 + luck[13]) % 16_000)


def planted_number(index: int) -> str:
    """What stands for a social security number: 900 to 999 are never given out as its first digits."""
    return f"900-{index // 10_000 % 100:02d}-{index % 10_000:04d}"
