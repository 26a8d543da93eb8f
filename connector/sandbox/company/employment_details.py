"""What differs a little from person to person beside their job: dates, numbers, names, pay group, FLSA class.

Pure functions of a person, so that every attribute that can be mapped has values, and values that are not another
attribute's: the seniority date is not always the hire date, the legal name not always the one in use.
"""

from datetime import date, timedelta
from typing import NamedTuple

from connector.sandbox.company.person import Person
from connector.sandbox.company.samples import FIRST_NAMES, LAST_NAMES

#: How many pay groups a legal entity has.
PAY_GROUPS = 3
#: The FLSA classes of people who lead no team; those who do are of the third of Paycor's four, `SalaryExempt`.
FLSA_CLASSES = ("HourlyNonExempt", "HourlyNonExempt", "SalaryNonExempt", "HourlyExempt")

_PREFIXES = ("None", "Mr", "Ms", "Dr", "Mrs", "None", "Prof")
_SUFFIXES = ("None", "None", "None", "None", "Jr", "None", "None", "III", "None", "Sr", "None")


class LegalName(NamedTuple):
    """A person's name in documents, with what stands before and after it; `None` is Paycor's word for neither."""

    prefix: str
    first_name: str
    last_name: str
    suffix: str


def flsa_class(random_byte: int, *, leads_team: bool) -> str:
    """The FLSA class of a person at work."""
    return "SalaryExempt" if leads_team else FLSA_CLASSES[random_byte & 3]


def middle_name(index: int, random_byte: int) -> str | None:
    """A middle name for every third person."""
    return FIRST_NAMES[random_byte % len(FIRST_NAMES)] if index % 3 == 0 else None


def alternate_number(index: int) -> str | None:
    """A second employee number for every other person, as an earlier system gave them."""
    return f"L-{index:06d}" if index & 1 else None


def pay_group(person: Person) -> int:
    """The index of a person's pay group."""
    return person.index % PAY_GROUPS


def adjusted_hire_date(person: Person) -> date | None:
    """For one person in five: earlier than the hire date, as years at another employer count."""
    return person.hired_on - timedelta(days=365) if person.index % 5 == 1 else None


def seniority_date(person: Person) -> date:
    """The hire date, or for one person in four the day on which a trial period had ended before it."""
    return person.hired_on - timedelta(days=90) if person.index % 4 == 2 else person.hired_on


def position_start(person: Person) -> date:
    """Up to four weeks after the start, as people begin with a training, and never after the end."""
    if person.rehired_on is not None:
        return person.rehired_on
    began = person.hired_on + timedelta(days=7 * (person.index % 5))
    ended = person.terminated_on

    return began if ended is None or began < ended else person.hired_on


def position_end(person: Person) -> date | None:
    """The last day, of those who have left: Paycor has no such date of active employees."""
    return None if person.status == "Active" else person.terminated_on


def department_start(person: Person) -> date:
    """The start of the position, or for one person in three the hire date."""
    return person.hired_on if person.index % 3 == 1 else position_start(person)


def legal_name(person: Person, index: int) -> LegalName:
    """The legal name of the person whose oldest employment is at an index.

    Of eight people one goes by another first name, and of sixteen one by a shorter last name.
    """
    first, last = person.first_name, person.last_name
    if index % 8 == 6:
        first = FIRST_NAMES[(index * 7 + 3) % len(FIRST_NAMES)]
    if index % 16 == 9:
        last = f"{last}-{LAST_NAMES[(index * 11 + 5) % len(LAST_NAMES)]}"

    return LegalName(_PREFIXES[index % len(_PREFIXES)], first, last, _SUFFIXES[index % len(_SUFFIXES)])
