"""People in plain words: their mail, what an operation writes, and why they have access or not."""

from collections.abc import Mapping

from connector.core.model.account import HolderStatus, MailState
from connector.core.rules.why import StepName

#: How far the one mail about a new account has come.
MAIL_STATES: Mapping[MailState, str] = {
    MailState.NONE: "No mail",
    MailState.HELD: "Not sent",
    MailState.OWED: "Waits to be sent",
    MailState.SENDING: "Being sent",
    MailState.SENT: "Sent",
    MailState.FAILED: "Could not be sent",
    MailState.UNKNOWN: "May or may not have been sent",
}
#: Values that an operation writes, apart from custom user data.
NAMES: Mapping[str, str] = {
    "first_name": "First name",
    "last_name": "Last name",
    "email": "Work email",
    "external_id": "Paycor mark",
    "state": "Access",
}
#: What Paycor says about the person who holds an account that another person needs.
HOLDERS: Mapping[HolderStatus, str] = {
    HolderStatus.EMPLOYED: "Employed: the account stays theirs",
    HolderStatus.LEFT: "Has left: the account can be handed over",
    HolderStatus.GONE: "Not in Paycor's list any more: the account can be handed over",
    HolderStatus.DISCONNECTED: "Their company is not connected any more: the account can be handed over",
}
#: What each step of a trace is about.
STEPS: Mapping[StepName, str] = {
    StepName.RECORD: "Paycor's record",
    StepName.PROBLEM: "What is wrong with the record",
    StepName.STATUS: "Employment status",
    StepName.HIRE_DATE: "Hire date",
    StepName.REHIRE_DATE: "Rehire date",
    StepName.TERMINATION_DATE: "Termination date",
    StepName.BEGINS: "Counts as begun on",
    StepName.ENDS: "Counts as ended on",
    StepName.OVERRIDE: "Exception",
    StepName.ENTITLEMENT: "Entitled to",
    StepName.ACCOUNT: "Account in the LMS",
    StepName.HOLDER: "Who holds the account",
    StepName.FIELD: "Field",
    StepName.FINDING: "Also",
    StepName.DECISION: "What a sync does now",
}
#: What a step found, where that is a code.
STEP_VALUES: Mapping[tuple[str, str], str] = {
    (StepName.RECORD, "listed"): "In Paycor's list",
    (StepName.RECORD, "not listed"): "Not in Paycor's list",
    (StepName.RECORD, "onboarding"): "Being onboarded",
    (StepName.ENTITLEMENT, "grant"): "Access",
    (StepName.ENTITLEMENT, "retain"): "Access until they leave",
    (StepName.ENTITLEMENT, "wait"): "Access later",
    (StepName.ENTITLEMENT, "keep"): "Left as it is",
    (StepName.ENTITLEMENT, "end"): "No access",
    (StepName.ACCOUNT, "none"): "None",
    (StepName.ACCOUNT, "unmatched"): "None yet",
    (StepName.ACCOUNT, "removed"): "Removed in the LMS",
    (StepName.ACCOUNT, "disputed"): "Not clear whose",
    **{(StepName.HOLDER, status.value): text for status, text in HOLDERS.items()},
    (StepName.DECISION, "skipped"): "Nothing",
    (StepName.DECISION, "unchanged"): "Nothing: everything is as it should be",
    (StepName.DECISION, "create"): "Adds an account",
    (StepName.DECISION, "link"): "Matches the account, and keeps it up to date from then on",
    (StepName.DECISION, "update"): "Updates the account",
    (StepName.DECISION, "suspend"): "Ends access",
    (StepName.DECISION, "reactivate"): "Restores access",
}
#: What to say when a search finds no person.
NOT_FOUND = (
    "No person has this employee id, employee number, account id or work email, neither in the last read of Paycor"
    " nor in the LMS. Check the spelling, or sync first."
)
