"""The pages' words for what the database keeps as codes. A code that is not here is shown as it is, readably."""

from collections.abc import Mapping

from connector.core.model.findings import FINDINGS, FindingKind
from connector.core.rules.undo import LEFT
from connector.errors import ConnectorError, Remedy
from connector.web.frame import choices

#: The state of a connection, as the HR Integrations list shows it (rule A48).
STATES = {
    "review": "Review",
    "active": "Active",
    "attention": "Needs attention",
    "paused": "Paused",
    "disconnected": "Not connected",
}
#: How a state or status is drawn; each tone has its own sign besides its colour.
TONES = {
    "review": "wait",
    "active": "good",
    "attention": "bad",
    "paused": "wait",
    "disconnected": "calm",
    "queued": "wait",
    "running": "wait",
    "done": "good",
    "held": "bad",
    "failed": "bad",
    "interrupted": "bad",
    "discarded": "calm",
    "released": "calm",
}
STATUSES = {
    "queued": "Waiting to start",
    "running": "Running",
    "done": "Done",
    "held": "Held for you",
    "failed": "Failed",
    "interrupted": "Interrupted",
    "discarded": "Discarded",
    "released": "Released",
}
MODES = {
    "sync": "Sync",
    "preview": "Preview",
    "due": "Due dates",
    "mail": "Mail",
    "nudge": "Nudge",
    "one": "One person",
    "completions": "Completions",
    "undo": "Undo",
}
TRIGGERS = {
    "manual": "by hand",
    "daily": "every day",
    "hourly": "every hour",
    "operator": "by the operator",
    "release": "released by hand",
    "event": "by an event at Paycor",
}
PHASES = {
    "": "Waiting to start",
    "settle": "Looking at what an earlier run left",
    "read": "Reading people from Paycor",
    "decide": "Deciding person by person",
    "plan": "Deciding person by person",
    "apply": "Changing accounts",
    "mail": "Sending mail",
    "record": "Writing the record",
    "certify": "Sending completions to Paycor, person by person",
}
#: Kinds of operations, by what they do to a learner.
KINDS = {
    "create": "Created",
    "link": "Linked",
    "update": "Updated",
    "suspend": "Suspended",
    "reactivate": "Reactivated",
    "unlink": "Unlinked",
}
#: The same in a preview, where nothing has happened.
KINDS_AHEAD = {
    "create": "To create",
    "link": "To link",
    "update": "To update",
    "suspend": "To suspend",
    "reactivate": "To reactivate",
    "unlink": "To unlink",
}
OUTCOMES = {
    "planned": "Planned",
    "intended": "Begun",
    "created": "Done",
    "updated": "Done",
    "unchanged": "Was so already",
    "sent": "Sent",
    "exists": "Exists already",
    "pending": "Accepted by the LMS",
    "not_found": "Not found in the LMS",
    "rejected": "Refused by the LMS",
    "retry": "To be tried again",
    "unknown": "Not known yet",
    "edited": "Left as it is",
}
MAILS = {"none": "No mail", "welcome": "Welcome mail", "invitation": "Invitation"}
CONNECTED_BY = {"redirect": "Sign-in at Paycor", "paste": "Your own Paycor application"}
ENVIRONMENTS = {"production": "Production", "sandbox": "Sandbox"}
#: Values that an operation writes, besides custom user data.
NAMES = {
    "first_name": "First name",
    "last_name": "Last name",
    "email": "Work email",
    "external_id": "Paycor mark",
    "state": "Access",
}
#: Who can mend an error.
REMEDIES: Mapping[Remedy, str] = {
    "admin": "You can mend this, here or in Paycor.",
    "operator": "Whoever runs this LMS can mend this.",
    "retry": "Nothing needs mending: try again in a few minutes.",
    "developer": "This is a fault of the connector. Report it to its makers, with the code.",
}
WHO = {
    "hr": "HR, in Paycor",
    "admin": "You, in this LMS",
    "operator": "Whoever runs this LMS",
    "nobody": "Nobody: this is only an explanation",
}
#: What the audit remembers.
ACTIONS = {
    "consent.begun": "Went to Paycor for consent",
    "consent.given": "Consent given at Paycor",
    "consent.failed": "Paycor refused the consent",
    "connection.active": "Connection made active",
    "connection.attention": "Connection needs attention",
    "connection.paused": "Connection paused",
    "connection.resumed": "Connection resumed",
    "connection.ended": "Disconnected",
    "connection.forgotten": "Disconnected, and everything forgotten",
    "mapping.saved": "Mapping saved",
    "fields.looked_up": "Custom fields looked up at Paycor",
    "policy.saved": "Choices saved",
    "override.made": "Exception made",
    "override.ended": "Exception ended",
    "link.by_hand": "Account linked by hand",
    "link.separated": "Account said not to be theirs",
    "run.released": "Held sync released",
    "run.discarded": "Held sync discarded",
    "run.undone": "Run undone",
    "mail.again": "Invitations sent once more",
    "mail.asked": "Welcome mails asked for",
    "events.opened": "Event nudges switched on, with a new address and secret",
    "events.closed": "Event nudges switched off",
    "completions.on": "Consent given to completions being sent to Paycor",
    "completions.off": "Completions not sent to Paycor any more",
    "completions.again": "Completions with an unknown outcome to be sent again",
}
#: How far the one mail about a new account has come, for those who may still be told.
MAIL_STATES = {
    "held": "Not sent",
    "failed": "Could not be sent",
    "unknown": "Nobody knows whether it went out",
}
#: How a completion stands on its way to Paycor.
COMPLETIONS = {
    "sent": "Sent",
    "there": "Were there already",
    "planned": "Wait to be sent",
    "intended": "Being sent",
    "rejected": "Refused by Paycor",
    "unknown": "Nobody knows",
}
#: Why a connection needs attention, and what to press (rule D18).
ATTENTION = {
    "source.auth": "Paycor no longer accepts this connection. Connect again: every setting and link is kept.",
    "source.forbidden": (
        "The consent at Paycor does not cover something the sync needs. Add the permission or the legal entity"
        " at Paycor, then connect again: every setting and link is kept."
    ),
}
ATTENTION_ELSE = "The last sync could not go on. Open it to see why; connecting again keeps every setting."

#: What no request ever asks Paycor for (rule D19).
NEVER_ASKED = (
    "Social security number",
    "Birth date",
    "Gender",
    "Ethnicity",
    "Marital status",
    "Disability",
    "Pay",
    "Bank account",
    "Home address",
    "Reason of a leave",
)

_TABLES: Mapping[str, Mapping[str, str]] = {
    "state": STATES,
    "status": STATUSES,
    "mode": MODES,
    "trigger": TRIGGERS,
    "phase": PHASES,
    "kind": KINDS,
    "kind_ahead": KINDS_AHEAD,
    "outcome": OUTCOMES,
    "left": LEFT,
    "mail": MAILS,
    "connected_by": CONNECTED_BY,
    "environment": ENVIRONMENTS,
    "name": NAMES,
    "who": WHO,
    "action": ACTIONS,
    "invite_when": choices.INVITE_WHEN,
    "add_as": choices.ADD_AS,
    "on_leave": choices.ON_LEAVE,
    "access_ends": choices.ACCESS_ENDS,
    "day_zone": choices.DAY_ZONE,
    "list_version": choices.LIST_VERSION,
    "afterwards": choices.AFTERWARDS,
    "mail_state": MAIL_STATES,
    "completion": COMPLETIONS,
    "measure": choices.MEASURES,
    "operator": choices.OPERATORS,
    "outside": choices.OUTSIDE,
    "override": choices.OVERRIDES,
}


def word(table: str, code: str) -> str:
    """The word for a code of one of the tables above."""
    return _TABLES[table].get(code) or code.replace("_", " ").replace(".", ": ").capitalize()


def finding(code: str) -> FindingKind:
    """What a finding's code means; one of another release is at least readable."""
    return FINDINGS.get(code) or FindingKind(code, code.replace("_", " ").capitalize(), "")


def remedy(code: str | None) -> str:
    """Who can mend the error of a run, by its stable code; empty when there is none."""
    classes: list[type[ConnectorError]] = [ConnectorError]
    for parent in classes:
        classes.extend(parent.__subclasses__())
    found = {error.code: error.remedy for error in classes}
    return REMEDIES[found.get(code, "developer")] if code else ""
