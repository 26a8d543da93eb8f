"""The edge cases: a table from index to the fields in which that person differs from an ordinary one.

`DaysBefore` stands for a day counted back from the company's anchor day, `Colleague` for the person at an index;
`PersonFactory` replaces them by the real date and the real ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from connector.sandbox.company.person import ZERO_GUID
from connector.sandbox.company.samples import LOCATION_ABROAD

CHIEF = 0
SECOND_ENTITY_HEAD = 59


class DaysBefore(NamedTuple):
    """A day this many days before the anchor; negative counts forward."""

    days: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """The person at an index of the same company."""

    index: int


class EdgeCase(NamedTuple):
    """One edge case: the name of the kind and the fields that differ."""

    kind: str
    fields: Mapping[str, object]


def _separated(status: str, reason: str, ago: int) -> dict[str, object]:
    return {"status": status, "terminated_on": DaysBefore(ago), "termination_reason": reason}


def _on_leave(status: str, reason: str, ago: int) -> dict[str, object]:
    return {"status": status, "leave_from": DaysBefore(ago), "leave_reason": reason}


#: Index -> oddity. The package docstring lists the same indexes for readers.
EDGE_CASES: dict[int, EdgeCase] = {
    0: EdgeCase("no-manager", {"manager": None, "job_title": "Chief Executive", "job_code": "CE1"}),
    1: EdgeCase("two-entities", {}),
    2: EdgeCase("manager-left", {"manager": Colleague(3)}),
    3: EdgeCase("status-Terminated", _separated("Terminated", "Involuntary - Performance", 45)),
    4: EdgeCase("two-entities-second", {"same_person_as": Colleague(1)}),
    5: EdgeCase("manager-cycle", {"manager": Colleague(6)}),
    6: EdgeCase("manager-cycle-other", {"manager": Colleague(5)}),
    7: EdgeCase("manager-zero-guid", {"manager_id": ZERO_GUID, "manager_number": None}),
    8: EdgeCase("email-null", {"work_email": None, "has_email_block": False}),
    9: EdgeCase("email-address-null", {"work_email": None}),
    10: EdgeCase("same-email", {"work_email": "front.desk@{domain}"}),
    11: EdgeCase("same-email-other", {"work_email": "Front.Desk@{domain}"}),
    12: EdgeCase("email-upper-case", {"work_email": "MARISOL.VEGA@NORTHFIELD.EXAMPLE"}),
    13: EdgeCase("email-padded", {"work_email": "  gideon.park@{domain} "}),
    14: EdgeCase("manager-other-entity", {"manager": Colleague(0)}),
    15: EdgeCase("names-padded", {"first_name": " Hana ", "last_name": "Kimura  "}),
    16: EdgeCase("accents", {"first_name": "Zoë", "last_name": "Müller-Núñez", "middle_name": "Éloïse"}),
    17: EdgeCase("apostrophe", {"first_name": "D'Andre", "last_name": "O'Dell"}),
    18: EdgeCase("second-surname", {"last_name": "García", "second_last_name": "Márquez"}),
    19: EdgeCase("country-not-us", {"location": LOCATION_ABROAD, "work_country": "CA"}),
    20: EdgeCase("number-leading-zeros", {"number": "004172"}),
    21: EdgeCase("number-alphanumeric", {"number": "NC-20417B"}),
    22: EdgeCase("job-title-null", {"job_title": None, "job_code": None}),
    23: EdgeCase("work-location-null", {"location": None}),
    24: EdgeCase("type-Casual", {"employment_type": "Casual"}),
    25: EdgeCase("status-Deceased", _separated("Deceased", "Deceased", 120)),
    26: EdgeCase("status-LongTermDisability", _on_leave("LongTermDisability", "Medical", 200)),
    27: EdgeCase("status-ShortTermDisability", _on_leave("ShortTermDisability", "Medical", 20)),
    28: EdgeCase("status-Fmla", _on_leave("Fmla", "Family Care", 30)),
    29: EdgeCase("status-LaidOff", _separated("LaidOff", "Involuntary - Reduction in Force", 60)),
    30: EdgeCase("status-LeaveWithPay", _on_leave("LeaveWithPay", "Sabbatical", 10)),
    31: EdgeCase("status-LeaveWithoutPay", _on_leave("LeaveWithoutPay", "Personal", 40)),
    32: EdgeCase("status-ThirdPartyPayable", {"status": "ThirdPartyPayable"}),
    33: EdgeCase("status-Resigned", _separated("Resigned", "Voluntary - Other Employment", 5)),
    34: EdgeCase("status-Retired", _separated("Retired", "Voluntary - Retirement", 300)),
    35: EdgeCase("status-WorkersCompensation", _on_leave("WorkersCompensation", "Injury", 15)),
    36: EdgeCase("status-Unknown", {"status": "Unknown"}),
    37: EdgeCase("status-null", {"status": None}),
    38: EdgeCase("type-IndependentContractor", {"employment_type": "IndependentContractor"}),
    39: EdgeCase("type-Seasonal", {"employment_type": "Seasonal"}),
    40: EdgeCase("type-Temporary", {"employment_type": "Temporary"}),
    41: EdgeCase("type-Variable", {"employment_type": "Variable"}),
    42: EdgeCase("type-null", {"employment_type": None}),
    43: EdgeCase("future-hire", {"hired_on": DaysBefore(-20)}),
    44: EdgeCase(
        "future-termination",
        {"terminated_on": DaysBefore(-15), "termination_reason": "Voluntary - Relocation"},
    ),
    45: EdgeCase(
        "rehire-same-id",
        {"hired_on": DaysBefore(2000), "terminated_on": DaysBefore(700), "rehired_on": DaysBefore(90)},
    ),
    46: EdgeCase(
        "rehire-new-id-former",
        {"hired_on": DaysBefore(1800), **_separated("Resigned", "Voluntary - School", 500)},
    ),
    47: EdgeCase("rehire-new-id", {"same_person_as": Colleague(46), "hired_on": DaysBefore(30)}),
    48: EdgeCase("dates-with-z", {"spelling": "z"}),
    49: EdgeCase("dates-only", {"spelling": "date-only"}),
    50: EdgeCase("dates-with-milliseconds", {"spelling": "milliseconds"}),
    51: EdgeCase("worker-unpaid", {"worker_category": "Unpaid", "work_country": "CA"}),
    52: EdgeCase("separated-without-date", {"status": "Terminated"}),
    53: EdgeCase(
        "termination-before-hire",
        {"hired_on": DaysBefore(60), **_separated("Terminated", "Involuntary - Attendance", 90)},
    ),
    54: EdgeCase("manager-without-reference", {"has_manager_reference": False}),
    55: EdgeCase("email-blank", {"work_email": "  "}),
    56: EdgeCase("hired-today", {"hired_on": DaysBefore(0)}),
    57: EdgeCase("existing-learner", {}),
    58: EdgeCase("existing-learner-other", {}),
    59: EdgeCase("second-entity-head", {"manager": Colleague(0)}),
}
