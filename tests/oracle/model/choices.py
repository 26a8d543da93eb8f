"""What an admin may choose, as the model knows it; the settings of the three portals that the oracle watches."""

from dataclasses import dataclass
from enum import StrEnum

#: So many new accounts a day, five times as many a week; those beyond it wait (D20).
GROWTH, WEEKS = 20, 5
#: So many complete reads without a record are a leaver (D10).
READS = 3


class Added(StrEnum):
    """How somebody is added (A38), with the name of the connector's own setting."""

    WELCOME = "active_welcome"
    QUIET = "active_only"
    INVITED = "pending_invitation"


class Outsider(StrEnum):
    """What becomes of the account of somebody who is not included any more (X13)."""

    LEFT_ALONE = "leave_alone"
    SUSPENDED = "suspend"


@dataclass(frozen=True)
class Choices:
    """The choices of one portal; `excluded` is the employment type that is not included."""

    name: str
    on_hire_date: bool
    added: Added
    leave_suspends: bool
    ends_at_start: bool
    excluded: str = ""
    outsider: Outsider = Outsider.LEFT_ALONE


PORTALS = (
    Choices("welcome when added", False, Added.WELCOME, False, False),
    Choices("invitation on the hire date", True, Added.INVITED, True, False, "Temporary", Outsider.SUSPENDED),
    Choices("no mail on the hire date", True, Added.QUIET, True, True, "Seasonal", Outsider.LEFT_ALONE),
)
