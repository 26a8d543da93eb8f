"""Syncs, previews and undos in plain words."""

from collections.abc import Mapping
from typing import NamedTuple

from connector.core.model.account import Mail
from connector.core.model.limits import WEEK_DAYS, Breach, FeedWarning, Metric, PlanHold
from connector.core.model.operation import OperationKind
from connector.core.model.run import EntryOutcome, LeftReason, RunMode, RunPhase, RunStatus, RunTrigger

MODES: Mapping[RunMode, str] = {
    RunMode.SYNC: "Sync",
    RunMode.PREVIEW: "Preview",
    RunMode.APPLY: "Apply",
    RunMode.UNDO: "Undo",
    RunMode.DUE_DATES: "Due dates",
    RunMode.EVENT_REFRESH: "Instant update",
    RunMode.ONE_PERSON: "One person",
    RunMode.MAIL: "Mail",
    RunMode.COMPLETIONS: "Finished courses",
}
TRIGGERS: Mapping[RunTrigger, str] = {
    RunTrigger.MANUAL: "by hand",
    RunTrigger.OPERATOR: "by the operator",
    RunTrigger.RELEASE: "released by hand",
    RunTrigger.DAILY: "by the clock",
    RunTrigger.HOURLY: "every hour",
    RunTrigger.EVENT: "by an event at Paycor",
}
STATUSES: Mapping[RunStatus, str] = {
    RunStatus.QUEUED: "Waiting to start",
    RunStatus.RUNNING: "Running",
    RunStatus.DONE: "Done",
    RunStatus.HELD: "Held for you",
    RunStatus.RELEASED: "Released",
    RunStatus.REPLACED: "Replaced by a newer sync",
    RunStatus.FAILED: "Failed",
    RunStatus.INTERRUPTED: "Interrupted",
    RunStatus.STOPPED: "Stopped",
    RunStatus.DISCARDED: "Discarded",
}
PHASES: Mapping[RunPhase, str] = {
    RunPhase.WAITING: "Waiting to start",
    RunPhase.SETTLE: "Looking at what an earlier run left",
    RunPhase.READ: "Reading people from Paycor",
    RunPhase.PLAN: "Deciding person by person",
    RunPhase.APPLY: "Changing accounts",
    RunPhase.MAIL: "Sending mail",
    RunPhase.COMPLETIONS: "Sending finished courses to Paycor",
}
#: What an operation did to an account.
OPERATIONS: Mapping[OperationKind, str] = {
    OperationKind.CREATE: "Created",
    OperationKind.LINK: "Linked",
    OperationKind.UPDATE: "Updated",
    OperationKind.SUSPEND: "Suspended",
    OperationKind.REACTIVATE: "Reactivated",
    OperationKind.UNLINK: "Unlinked",
}
#: The same in a preview, where nothing has happened.
OPERATIONS_AHEAD: Mapping[OperationKind, str] = {
    OperationKind.CREATE: "To create",
    OperationKind.LINK: "To link",
    OperationKind.UPDATE: "To update",
    OperationKind.SUSPEND: "To suspend",
    OperationKind.REACTIVATE: "To reactivate",
    OperationKind.UNLINK: "To unlink",
}
OUTCOMES: Mapping[EntryOutcome, str] = {
    EntryOutcome.PLANNED: "Planned",
    EntryOutcome.HELD: "Held for you",
    EntryOutcome.INTENDED: "Begun",
    EntryOutcome.RELEASED: "Given to another sync",
    EntryOutcome.OUTDATED: "Left out: changed since",
    EntryOutcome.LEFT: "Left as it is",
    EntryOutcome.CREATED: "Done",
    EntryOutcome.UPDATED: "Done",
    EntryOutcome.UNCHANGED: "No change needed",
    EntryOutcome.SENT: "Sent",
    EntryOutcome.EXISTS: "Exists already",
    EntryOutcome.PENDING: "Accepted by the LMS",
    EntryOutcome.NOT_FOUND: "Not found in the LMS",
    EntryOutcome.REJECTED: "Refused by the LMS",
    EntryOutcome.RETRY: "Tried again at the next sync",
    EntryOutcome.UNKNOWN: "Not known yet",
}
MAILS: Mapping[Mail, str] = {
    Mail.NONE: "No mail",
    Mail.WELCOME: "Welcome mail",
    Mail.INVITATION: "Invitation",
}
#: What an undo does to people, after their number.
UNDONE: Mapping[OperationKind, str] = {
    OperationKind.SUSPEND: "lose access: the sync had added or restored it",
    OperationKind.UNLINK: "are no longer matched, and get their values from before back",
    OperationKind.UPDATE: "get their values from before back",
    OperationKind.REACTIVATE: "get access back: the sync had ended it",
}
#: Why an undo leaves a row as it is.
LEFT_REASONS: Mapping[LeftReason, str] = {
    LeftReason.EDITED: "What the sync wrote has been changed since",
    LeftReason.LATER_RUN: "A later sync has changed them: undo that one first",
    LeftReason.SUSPENDED: "Access has ended already",
    LeftReason.NOT_A_LEARNER: "No longer a learner: an admin ends their access by hand",
    LeftReason.UNLINKED: "No longer matched",
    LeftReason.REMOVED: "The account was removed from the LMS",
}
#: What a metric counts, after its number.
METRICS: Mapping[Metric, str] = {
    Metric.LEAVERS: "people would lose access",
    Metric.BLANKED: "values would be emptied",
    Metric.EMAILS: "email addresses would change",
    Metric.CREATED: "accounts would be added",
    Metric.MAILS: "people would be mailed",
}
#: The numbers of a report, in the order in which they are shown.
REPORT: Mapping[str, str] = {
    "read": "People read",
    "created": "Added",
    "linked": "Matched to an account",
    "updated": "Updated",
    "suspended": "Access ended",
    "reactivated": "Access restored",
    "unchanged": "No change needed",
    "skipped": "Left alone",
    "held": "Held for you",
    "mails": "Emails sent",
    "findings": "Things to do",
    "paycor_calls": "Calls to Paycor",
}

_NOTHING_DONE = "Nothing has been changed. Look at the list, then release or discard it."
_REST_DONE = "What is over the limit waits, and the rest was carried out. Look at the list, then release or discard it."

#: The mail to the admins when a sync cannot be done and no further try is about to heal it.
FAILED_SUBJECT = "Paycor: a sync could not be done"


def why_held(hold: PlanHold) -> str:
    """Why a plan, or what is over a limit of growth, waits for an admin: the reasons, what was done, what to do."""
    return f"{hold_reasons(hold)} {_NOTHING_DONE if hold.holds_all else _REST_DONE}"


def why_held_ahead(hold: PlanHold) -> str:
    """Why a sync of a previewed plan would be held, and whether as a whole."""
    what = "A sync would be held" if hold.holds_all else "A sync would hold what is over a limit"
    return f"{what}: {hold_reasons(hold)}"


def hold_reasons(hold: PlanHold) -> str:
    """Each reason why a plan is held, with its number and limit."""
    warning = [_feed_sentence(hold.feed_warning)] if hold.feed_warning else []
    return " ".join([*warning, *map(_breach_sentence, hold.breaches)])


def failed_mail(message: str, attempt: int) -> str:
    """The text of that mail: what happened, how often it was tried, and where to look."""
    if attempt > 1:
        return f"{message} It was tried {attempt} times. The run history of HR Integrations has each of them."
    return f"{message} The run history of HR Integrations has the details."


def _breach_sentence(breach: Breach) -> str:
    span = f" within {WEEK_DAYS} days" if breach.weekly else ""
    return f"{breach.count:,} {METRICS[breach.metric]}{span}, and the limit is {breach.limit:,}."


def _feed_sentence(warning: FeedWarning) -> str:
    if warning.missing:
        return f"{warning.missing} of the people who must be in Paycor's list were not in it."
    return f"Paycor's list has {warning.read:,} records, and the last complete one had {warning.expected:,}."


class Letter(NamedTuple):
    """A mail to the admins of a portal."""

    portal_id: str
    subject: str
    text: str


_WHERE = "See it in the LMS: Settings > Integrations > HR Integrations > Paycor."
_TAKES_PLACE = "It takes the place of the sync that waited for you before."


def held_letter(portal_id: str, reason: str, *, takes_place: bool) -> Letter:
    """A sync waits; `reason` says which limit it is over, `takes_place` whether an older one gave way to it."""
    parts = [reason, _TAKES_PLACE, _WHERE] if takes_place else [reason, _WHERE]
    text = "\n\n".join(part for part in parts if part)
    return Letter(portal_id, "Paycor: a sync waits for you", text)


def replaced_letter(portal_id: str) -> Letter:
    """Nothing waits any more, because a newer sync was within the limits."""
    text = (
        "A newer sync has read Paycor again. What it had to do was within the limits and is done, so the sync that "
        "waited for you is replaced: you have nothing to release."
    )
    return Letter(portal_id, "Paycor: no sync waits for you any more", f"{text}\n\n{_WHERE}")
