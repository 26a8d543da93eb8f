"""An admin's choices in plain words."""

from collections.abc import Mapping

from connector.core.model.limits import Metric
from connector.core.model.override import OverrideKind
from connector.core.model.settings import (
    AccessEnds,
    AddAs,
    DayZone,
    InviteWhen,
    ListVersion,
    OnLeave,
    Operator,
    Outside,
)

#: What the limits of a plan count.
METRICS: Mapping[Metric, str] = {
    Metric.LEAVERS: "People who lose access",
    Metric.BLANKED: "Values that are emptied",
    Metric.EMAILS: "Email addresses that change",
    Metric.CREATED: "New accounts",
    Metric.MAILS: "Mails",
}
#: What an exception does.
OVERRIDES: Mapping[OverrideKind, str] = {
    OverrideKind.PROTECT: "Left as they are",
    OverrideKind.HOLD: "One value is left as it is",
    OverrideKind.SEPARATE: "Kept apart from an account",
}
#: How a condition compares.
OPERATORS: Mapping[Operator, str] = {
    Operator.EQUALS: "is one of",
    Operator.NOT_EQUALS: "is none of",
    Operator.CONTAINS: "contains one of",
    Operator.BEFORE: "is a day before",
    Operator.AFTER: "is a day after",
}
#: What happens to people who are not included.
OUTSIDE: Mapping[Outside, str] = {
    Outside.LEAVE_ALONE: "Leave them alone: an account that they have stays as it is",
    Outside.SUSPEND: "End their access, if they have an account",
}
#: The choices of the invite configuration.
INVITE_WHEN: Mapping[InviteWhen, str] = {
    InviteWhen.ADDED: "When they are added to Paycor",
    InviteWhen.HIRE_DATE: "On their hiring date",
}
ADD_AS: Mapping[AddAs, str] = {
    AddAs.ACTIVE_WELCOME: "Create as an active user and send a welcome email",
    AddAs.ACTIVE_ONLY: "Create as an active user only",
    AddAs.PENDING_INVITATION: "Create as a pending user and send an invitation email",
}
ON_LEAVE: Mapping[OnLeave, str] = {
    OnLeave.KEEP: "Keep their access",
    OnLeave.SUSPEND: "End it, and restore it when they are back",
}
ACCESS_ENDS: Mapping[AccessEnds, str] = {
    AccessEnds.END_OF_DAY: "At the end of the termination date: they can still sign in on their last day",
    AccessEnds.START_OF_DAY: "At the start of the termination date",
}
DAY_ZONE: Mapping[DayZone, str] = {
    DayZone.PORTAL: "At midnight where this portal is",
    DayZone.WORK_STATE: "At midnight where the person works",
}
LIST_VERSION: Mapping[ListVersion, str] = {
    ListVersion.V1: "Version 1: the proven one, with the alternate employee number",
    ListVersion.V2: "Version 2: with second last name, work country code and worker category",
}
