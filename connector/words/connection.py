"""A portal's connection in plain words."""

from collections.abc import Mapping

from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.errors import ConnectorError, Remedy

#: The state of a connection, as the HR Integrations list shows it (rule A48).
STATES: Mapping[ConnectionState, str] = {
    ConnectionState.REVIEW: "Review",
    ConnectionState.ACTIVE: "Active",
    ConnectionState.ATTENTION: "Needs attention",
    ConnectionState.PAUSED: "Paused",
    ConnectionState.DISCONNECTED: "Not connected",
}
CONSENT_METHODS: Mapping[ConsentMethod, str] = {
    ConsentMethod.REDIRECT: "Sign-in at Paycor",
    ConsentMethod.PASTE: "Your own Paycor application",
}
ENVIRONMENTS: Mapping[str, str] = {"production": "Production", "sandbox": "Sandbox"}
#: Who can fix an error.
REMEDIES: Mapping[Remedy, str] = {
    Remedy.ADMIN: "You can fix this, here or in Paycor.",
    Remedy.OPERATOR: "The people who run this LMS can fix this.",
    Remedy.RETRY: "Nothing needs fixing: try again in a few minutes.",
    Remedy.DEVELOPER: "This is a fault of the connector. Report it to its makers, with the code.",
}
#: What the settings log remembers.
ACTIONS: Mapping[str, str] = {
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
    "settings.saved": "Mapping and choices saved",
    "settings.restored": "Earlier settings restored",
    "override.made": "Exception made",
    "override.ended": "Exception ended",
    "link.by_hand": "Account linked by hand",
    "account.handed_over": "Account handed over to another id of the same person",
    "link.separated": "Account said not to be theirs",
    "run.held": "Sync held for an admin",
    "run.replaced": "Held sync replaced by a newer one",
    "run.released": "Changes over a limit released",
    "preview.applied": "Preview applied",
    "run.discarded": "Held sync discarded",
    "run.undone": "Run undone",
    "mail.again": "Invitations sent once more",
    "mail.asked": "Welcome mails asked for",
    "events.opened": "Instant updates switched on, with a new address and secret",
    "events.closed": "Instant updates switched off",
    "completions.on": "Consent given to sending finished courses to Paycor",
    "completions.off": "Finished courses are not sent to Paycor any more",
    "completions.again": "Finished courses with an unknown outcome are sent again",
}
#: Why a connection needs attention, and what to press (rule D18).
ATTENTION: Mapping[str, str] = {
    "source.auth": "Paycor no longer accepts this connection. Connect again: every setting and link is kept.",
    "source.forbidden": (
        "The consent at Paycor does not cover something the sync needs. Add the permission or the legal entity"
        " at Paycor, then connect again: every setting and link is kept."
    ),
}
ATTENTION_ELSE = "The last sync could not go on. Open it to see why; connecting again keeps every setting."
#: The mail to the admins when a connection needs attention.
ATTENTION_SUBJECT = "Paycor: syncing has stopped"
#: What becomes of what is stored at Disconnect (rule D17).
AFTERWARDS: Mapping[str, str] = {
    "keep": "Keep the mapping, the settings and the matched accounts: connecting again restores them",
    "forget": "Forget everything the connector has stored about this portal",
}
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


def remedy_for(code: str | None) -> str:
    """Who can fix an error, by its stable code; empty when there is none."""
    classes: list[type[ConnectorError]] = [ConnectorError]
    for parent in classes:
        classes.extend(parent.__subclasses__())
    remedies = {error.code: error.remedy for error in classes}
    return REMEDIES[remedies.get(code, Remedy.DEVELOPER)] if code else ""
