"""The settings of one portal, as values that the decisions read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connector.core.model.account import Mail

#: The attribute with the first name of a person's papers.
LEGAL_FIRST_NAME = "legal_first_name"


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
        """The mail that a new account gets."""
        return {
            AddAs.ACTIVE_WELCOME: Mail.WELCOME,
            AddAs.ACTIVE_ONLY: Mail.NONE,
            AddAs.PENDING_INVITATION: Mail.INVITATION,
        }[self]


class FirstName(StrEnum):
    """Which first name an account gets (rule X29)."""

    #: That of the employee list, which is the preferred one where Paycor has one.
    LISTED = "listed"
    LEGAL = "legal"


class OnLeave(StrEnum):
    """Whether access ends during a leave (rule D5)."""

    KEEP = "keep"
    SUSPEND = "suspend"


class AccessEnds(StrEnum):
    """Whether access ends at the start or the end of the termination date (rule D7)."""

    END_OF_DAY = "end_of_day"
    START_OF_DAY = "start_of_day"


class DayZone(StrEnum):
    """The time zone in which a day starts (rule D6)."""

    PORTAL = "portal"
    WORK_STATE = "work_state"


class ReadInterval(StrEnum):
    """The hours from one automatic sync to the next. Each divides a day, so that the hours are the same every day."""

    HOUR = "1"
    TWO_HOURS = "2"
    FOUR_HOURS = "4"
    SIX_HOURS = "6"
    TWELVE_HOURS = "12"
    DAY = "24"

    @property
    def hours(self) -> int:
        """The number of hours."""
        return int(self.value)


class ListVersion(StrEnum):
    """Which of Paycor's two employee lists is read: the proven one, or the newer one with a few more attributes."""

    V1 = "v1"
    V2 = "v2"


class WhenNull(StrEnum):
    """What an empty value in Paycor does to the mapped field (rule D11)."""

    CLEAR = "clear"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One row of "Map your data": a Paycor attribute feeds a custom user data field (rules A4, X12).

    `fallback` is the attribute that is used when the first is empty. `translation` says what to write for a value from
    Paycor (exact, case-sensitive). With `create_only`, the field is set when the account is created and never again.
    """

    attribute: str
    field_key: str
    when_null: WhenNull = WhenNull.CLEAR
    fallback: str = ""
    translation: Mapping[str, str] = field(default_factory=dict)
    create_only: bool = False


class Operator(StrEnum):
    """How a condition compares an attribute's canonical text; dates are compared as days."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on an attribute: it is met when any of `values` fits; NOT_EQUALS, when none does."""

    attribute: str
    operator: Operator
    values: tuple[str, ...]


class Outside(StrEnum):
    """What happens to the account of a person who is out of scope."""

    LEAVE_ALONE = "leave_alone"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class Scope:
    """Who is synced at all (rule X13): everyone who meets all of `only` and none of `never`.

    `people_in` and `people_out` are employee ids and go before the conditions. An empty scope includes everyone.
    """

    only: tuple[Condition, ...] = ()
    never: tuple[Condition, ...] = ()
    people_in: tuple[str, ...] = ()
    people_out: tuple[str, ...] = ()
    outside: Outside = Outside.LEAVE_ALONE


@dataclass(frozen=True, slots=True)
class GroupRule:
    """People are in the group as long as they meet all conditions (rule X24), or those of another rule for it."""

    group_id: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """How much one run may do: `people`, or `pct` percent of the linked learners if that is more."""

    people: int
    pct: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a plan may do before an admin has to approve it (rule X4); in seven days, `week_times` as much.

    `blanked` counts values that are emptied, `emails` addresses that change. New accounts and their mails have no
    limit in the first sync, which an admin starts after a preview (rule D14).
    """

    leavers: Limit = Limit(5, 5)
    blanked: Limit = Limit(20, 5)
    emails: Limit = Limit(10, 5)
    created: Limit = Limit(50, 20)
    mails: Limit = Limit(50, 20)
    week_times: int = 3


@dataclass(frozen=True, slots=True)
class MailPace:
    """How fast mail goes out (rule X14): at most `per_hour` (0: no limit), and none in the quiet hours.

    Quiet hours are whole hours in the portal's time zone, from `quiet_from` until `quiet_until`, past midnight if the
    first is later; there are none when both are equal.
    """

    per_hour: int = 0
    quiet_from: int = 0
    quiet_until: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """The invite configuration, the rules about leavers, the limits, and which list is read.

    An employee who is missing from `absent_reads` complete reads in a row counts as a leaver. A read with less than
    `feed_pct` percent of the last complete one, or without one of `canaries` (employee ids), gets a feed warning (rule
    X5); a gap of a few records does not count. People who are invited on their hire date are invited `invite_days`
    days after it, before it if negative (rule X14). Access ends `grace_days` days after the last day (rule X27). With
    `todo_mail`, admins get a mail when the list of what HR has to fix changes (rule X10).
    """

    invite_when: InviteWhen = InviteWhen.ADDED
    add_as: AddAs = AddAs.ACTIVE_WELCOME
    on_leave: OnLeave = OnLeave.KEEP
    access_ends: AccessEnds = AccessEnds.END_OF_DAY
    day_zone: DayZone = DayZone.PORTAL
    absent_reads: int = 3
    list_version: ListVersion = ListVersion.V1
    limits: Limits = Limits()
    feed_pct: int = 90
    canaries: tuple[str, ...] = ()
    invite_days: int = 0
    grace_days: int = 0
    first_name: FirstName = FirstName.LISTED
    mail_pace: MailPace = MailPace()
    todo_mail: bool = True
    scope: Scope = Scope()
    group_rules: tuple[GroupRule, ...] = ()


class SettingsSection(StrEnum):
    """The parts of a portal's settings that are saved on their own: one form each."""

    MAPPING = "mapping"
    INVITATIONS = "invitations"
    LIMITS = "limits"
    SCOPE = "scope"
    GROUP_RULES = "group_rules"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything but the people that a decision depends on: same settings, same people, same plan.

    `version` rises with every saved change. `sso`: learners sign in elsewhere, so no one gets mail (rule A16).
    """

    version: int
    time_zone: str
    policy: Policy = Policy()
    mapping: tuple[MappingRow, ...] = ()
    sso: bool = False

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes that these settings use and that a read has to bring."""
        scope, rules = self.policy.scope, self.policy.group_rules
        conditions = [*scope.only, *scope.never, *(one for rule in rules for one in rule.conditions)]
        mapped = {name for row in self.mapping for name in (row.attribute, row.fallback) if name}
        if self.policy.first_name is FirstName.LEGAL:
            mapped.add(LEGAL_FIRST_NAME)
        return frozenset(mapped | {condition.attribute for condition in conditions})
