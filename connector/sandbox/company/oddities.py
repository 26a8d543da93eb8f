"""Who is odd, and how: a table from index to the fields in which that person differs from an ordinary one.

`Ago` stands for a day counted back from the company's anchor day, `Staff` for the colleague at an index;
`Company` puts the real date and the real ids in their place.
"""

from collections.abc import Mapping
from typing import NamedTuple

from connector.sandbox.company.person import ZERO_GUID
from connector.sandbox.company.words import LOCATION_ABROAD

CHIEF = 0
SECOND_ENTITY_HEAD = 59


class Ago(NamedTuple):
    """A day so many days before the anchor; negative counts forward."""

    days: int


class Staff(NamedTuple):
    """The person at a place (the index) of the same company."""

    place: int


class Oddity(NamedTuple):
    """One odd person: the name of the kind and the fields that differ."""

    kind: str
    fields: Mapping[str, object]


def _separated(status: str, reason: str, ago: int) -> dict[str, object]:
    return {"status": status, "terminated_on": Ago(ago), "termination_reason": reason}


def _on_leave(status: str, reason: str, ago: int) -> dict[str, object]:
    return {"status": status, "leave_from": Ago(ago), "leave_reason": reason}


#: Index -> oddity. The package docstring lists the same indexes for readers.
ODDITIES: dict[int, Oddity] = {
    0: Oddity("no-manager", {"manager": None, "job_title": "Chief Executive", "job_code": "CE1"}),
    1: Oddity("two-entities", {}),
    2: Oddity("manager-left", {"manager": Staff(3)}),
    3: Oddity("status-Terminated", _separated("Terminated", "Involuntary - Performance", 45)),
    4: Oddity("two-entities-second", {"same_human_as": Staff(1)}),
    5: Oddity("manager-cycle", {"manager": Staff(6)}),
    6: Oddity("manager-cycle-other", {"manager": Staff(5)}),
    7: Oddity("manager-zero-guid", {"manager_id": ZERO_GUID, "manager_number": None}),
    8: Oddity("email-null", {"work_email": None, "has_email_block": False}),
    9: Oddity("email-address-null", {"work_email": None}),
    10: Oddity("same-email", {"work_email": "front.desk@{domain}"}),
    11: Oddity("same-email-other", {"work_email": "Front.Desk@{domain}"}),
    12: Oddity("email-upper-case", {"work_email": "MARISOL.VEGA@NORTHFIELD.EXAMPLE"}),
    13: Oddity("email-padded", {"work_email": "  gideon.park@{domain} "}),
    14: Oddity("manager-other-entity", {"manager": Staff(0)}),
    15: Oddity("names-padded", {"first_name": " Hana ", "last_name": "Kimura  "}),
    16: Oddity("accents", {"first_name": "Zoë", "last_name": "Müller-Núñez", "middle_name": "Éloïse"}),
    17: Oddity("apostrophe", {"first_name": "D'Andre", "last_name": "O'Dell"}),
    18: Oddity("second-surname", {"last_name": "García", "second_last_name": "Márquez"}),
    19: Oddity("country-not-us", {"location": LOCATION_ABROAD, "work_country": "CA"}),
    20: Oddity("number-leading-zeros", {"number": "004172"}),
    21: Oddity("number-alphanumeric", {"number": "NC-20417B"}),
    22: Oddity("job-title-null", {"job_title": None, "job_code": None}),
    23: Oddity("work-location-null", {"location": None}),
    24: Oddity("type-Casual", {"employment_type": "Casual"}),
    25: Oddity("status-Deceased", _separated("Deceased", "Deceased", 120)),
    26: Oddity("status-LongTermDisability", _on_leave("LongTermDisability", "Medical", 200)),
    27: Oddity("status-ShortTermDisability", _on_leave("ShortTermDisability", "Medical", 20)),
    28: Oddity("status-Fmla", _on_leave("Fmla", "Family Care", 30)),
    29: Oddity("status-LaidOff", _separated("LaidOff", "Involuntary - Reduction in Force", 60)),
    30: Oddity("status-LeaveWithPay", _on_leave("LeaveWithPay", "Sabbatical", 10)),
    31: Oddity("status-LeaveWithoutPay", _on_leave("LeaveWithoutPay", "Personal", 40)),
    32: Oddity("status-ThirdPartyPayable", {"status": "ThirdPartyPayable"}),
    33: Oddity("status-Resigned", _separated("Resigned", "Voluntary - Other Employment", 5)),
    34: Oddity("status-Retired", _separated("Retired", "Voluntary - Retirement", 300)),
    35: Oddity("status-WorkersCompensation", _on_leave("WorkersCompensation", "Injury", 15)),
    36: Oddity("status-Unknown", {"status": "Unknown"}),
    37: Oddity("status-null", {"status": None}),
    38: Oddity("type-IndependentContractor", {"employment_type": "IndependentContractor"}),
    39: Oddity("type-Seasonal", {"employment_type": "Seasonal"}),
    40: Oddity("type-Temporary", {"employment_type": "Temporary"}),
    41: Oddity("type-Variable", {"employment_type": "Variable"}),
    42: Oddity("type-null", {"employment_type": None}),
    43: Oddity("future-hire", {"hired_on": Ago(-20)}),
    44: Oddity(
        "future-termination", {"terminated_on": Ago(-15), "termination_reason": "Voluntary - Relocation"}
    ),
    45: Oddity(
        "rehire-same-id",
        {"hired_on": Ago(2000), "terminated_on": Ago(700), "rehired_on": Ago(90)},
    ),
    46: Oddity(
        "rehire-new-id-former",
        {"hired_on": Ago(1800), **_separated("Resigned", "Voluntary - School", 500)},
    ),
    47: Oddity("rehire-new-id", {"same_human_as": Staff(46), "hired_on": Ago(30)}),
    48: Oddity("dates-with-z", {"spelling": "z"}),
    49: Oddity("dates-only", {"spelling": "date-only"}),
    50: Oddity("dates-with-milliseconds", {"spelling": "milliseconds"}),
    51: Oddity("worker-unpaid", {"worker_category": "Unpaid", "work_country": "CA"}),
    52: Oddity("separated-without-date", {"status": "Terminated"}),
    53: Oddity(
        "termination-before-hire",
        {"hired_on": Ago(60), **_separated("Terminated", "Involuntary - Attendance", 90)},
    ),
    54: Oddity("manager-without-reference", {"has_manager_reference": False}),
    55: Oddity("email-blank", {"work_email": "  "}),
    56: Oddity("hired-today", {"hired_on": Ago(0)}),
    57: Oddity("existing-learner", {}),
    58: Oddity("existing-learner-other", {}),
    59: Oddity("second-entity-head", {"manager": Staff(0)}),
}
