"""The pages' words for what an admin may choose, by the values that are kept."""

from collections.abc import Mapping

from connector.core.model.limits import Metric
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
MEASURES: Mapping[str, str] = {
    Metric.LEAVERS: "People who lose access",
    Metric.BLANKED: "Values that are emptied",
    Metric.EMAILS: "Email addresses that change",
    Metric.CREATED: "New accounts",
    Metric.MAILS: "Mails",
}
#: What an exception does.
OVERRIDES = {
    "protect": "Left as they are",
    "hold": "One value is left as it is",
    "separate": "Kept apart from an account",
}
#: How a condition compares.
OPERATORS: Mapping[str, str] = {
    Operator.EQUALS: "is one of",
    Operator.NOT_EQUALS: "is none of",
    Operator.CONTAINS: "contains one of",
    Operator.BEFORE: "is a day before",
    Operator.AFTER: "is a day after",
}
OUTSIDE: Mapping[str, str] = {
    Outside.LEAVE_ALONE: "Leave them alone: whoever has an account keeps it as it is",
    Outside.SUSPEND: "Suspend the access of whoever has an account",
}
#: The choices of the forms, by the names of their fields.
INVITE_WHEN: Mapping[str, str] = {
    InviteWhen.ADDED: "When they are added to Paycor",
    InviteWhen.HIRE_DATE: "On their hiring date",
}
ADD_AS: Mapping[str, str] = {
    AddAs.ACTIVE_WELCOME: "Create as an active user and send a welcome email",
    AddAs.ACTIVE_ONLY: "Create as an active user only",
    AddAs.PENDING_INVITATION: "Create as a pending user and send an invitation email",
}
ON_LEAVE: Mapping[str, str] = {
    OnLeave.KEEP: "Keep their access",
    OnLeave.SUSPEND: "Suspend it, and restore it when they are back",
}
ACCESS_ENDS: Mapping[str, str] = {
    AccessEnds.END_OF_DAY: "At the end of the termination date: they can still sign in on their last day",
    AccessEnds.START_OF_DAY: "At the start of the termination date",
}
DAY_ZONE: Mapping[str, str] = {
    DayZone.PORTAL: "At midnight where this portal is",
    DayZone.WORK_STATE: "At midnight where the person works",
}
LIST_VERSION: Mapping[str, str] = {
    ListVersion.V1: "Version 1: the proven one, with the alternate employee number",
    ListVersion.V2: "Version 2: with second last name, work country code and worker category",
}
AFTERWARDS = {
    "keep": "Keep the mapping, the settings and who belongs to whom: connecting again restores them",
    "forget": "Forget everything the connector has stored about this portal",
}
