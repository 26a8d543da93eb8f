"""What an admin has chosen for one portal, as values the decisions read."""

from dataclasses import dataclass
from enum import StrEnum

from connector.core.records import Mail


class InviteWhen(StrEnum):
    """When a new employee gets an account (rule A37)."""

    ADDED = "added"
    HIRE_DATE = "hire_date"


class AddAs(StrEnum):
    """How a new employee gets an account (rule A38)."""

    ACTIVE_WELCOME = "active_welcome"
    ACTIVE_ONLY = "active_only"
    PENDING_INVITATION = "pending_invitation"

    @property
    def mail(self) -> Mail:
        """The mail that goes with it."""
        return {
            AddAs.ACTIVE_WELCOME: Mail.WELCOME,
            AddAs.ACTIVE_ONLY: Mail.NONE,
            AddAs.PENDING_INVITATION: Mail.INVITATION,
        }[self]


class OnLeave(StrEnum):
    """What happens to access during a leave (rule D5)."""

    KEEP = "keep"
    SUSPEND = "suspend"


class AccessEnds(StrEnum):
    """Which end of the termination date ends access (rule D7)."""

    END_OF_DAY = "end_of_day"
    START_OF_DAY = "start_of_day"


class DayZone(StrEnum):
    """Whose midnight begins a day (rule D6)."""

    PORTAL = "portal"
    WORK_STATE = "work_state"


class ListVersion(StrEnum):
    """Which of Paycor's two employee lists is read: the proven one, or the newer one, which says a little more."""

    V1 = "v1"
    V2 = "v2"


class WhenNull(StrEnum):
    """What an empty value at Paycor does to the mapped field (rule D11)."""

    CLEAR = "clear"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One row of "Map your data": a Paycor attribute feeds a custom user data field."""

    attribute: str
    field_key: str
    when_null: WhenNull = WhenNull.CLEAR


@dataclass(frozen=True, slots=True)
class Policy:
    """The invite configuration, the rules about leavers, and which list is read.

    A run that would end more accesses than the larger of `leaver_limit` people and `leaver_limit_pct` per cent of the
    linked learners is held. Somebody missing from `absent_reads` complete reads in a row is treated as a leaver.
    """

    invite_when: InviteWhen = InviteWhen.ADDED
    add_as: AddAs = AddAs.ACTIVE_WELCOME
    on_leave: OnLeave = OnLeave.KEEP
    access_ends: AccessEnds = AccessEnds.END_OF_DAY
    day_zone: DayZone = DayZone.PORTAL
    absent_reads: int = 3
    leaver_limit: int = 5
    leaver_limit_pct: int = 5
    list_version: ListVersion = ListVersion.V1


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a decision depends on besides the person: same settings, same people, same plan.

    `version` rises with every saved change. `sso` means that learners sign in elsewhere: nobody is mailed (rule A16).
    """

    version: int
    time_zone: str
    policy: Policy = Policy()
    mapping: tuple[MappingRow, ...] = ()
    sso: bool = False
