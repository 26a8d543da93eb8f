"""Why the LMS refused something, in plain words: the connector's own reasons, then those that hosts add."""

from collections.abc import Mapping

from connector.core.model.operation import RefusalCode

REASONS: Mapping[RefusalCode, str] = {
    RefusalCode.FIELD_UNKNOWN: "The LMS has no such field, or no longer.",
    RefusalCode.FIELD_REQUIRED: "The LMS does not leave this field empty.",
    RefusalCode.FIELD_CHOICE: "The value is not one of the field's choices.",
    RefusalCode.FIELD_TYPE: "The value does not fit the field's type.",
    RefusalCode.FIELD_LENGTH: "The value is longer than the field.",
    RefusalCode.FIELD_LIMIT: "The value is outside the limits of the field: too long, too early or too late.",
    RefusalCode.FIELD_TEXT: "The value has a character that the LMS cannot store.",
    RefusalCode.FIELD_DROPPED: "The LMS dropped the value without a word: it has no such field for the connector.",
    RefusalCode.VALUE: "The LMS cannot store this value: it may be too long, too large or in another form.",
    RefusalCode.KEPT_DIFFERENTLY: "The LMS accepted the value and keeps another: it has cut, limited or filtered it.",
    RefusalCode.EMAIL: "The LMS does not accept this email: it may be too long, or have a character that it refuses.",
    RefusalCode.EMAIL_TAKEN: "Another account in the LMS has this email.",
    RefusalCode.NAME: "The LMS does not accept this name: it may be too long, or have a character that it refuses.",
    RefusalCode.EXTERNAL_ID: "The LMS cannot store the Paycor mark.",
    RefusalCode.EXTERNAL_ID_TAKEN: "Another account in the LMS has this person's Paycor mark.",
    RefusalCode.NOT_A_LEARNER: "The account is an admin's, a manager's or an instructor's: end its access yourself.",
    RefusalCode.STATE: "The LMS cannot give the account this state.",
    RefusalCode.NOT_FOUND: "The account is no longer in the LMS.",
    RefusalCode.GROUP_UNKNOWN: "The group is no longer in the LMS.",
    RefusalCode.SUSPENDED: "Access has ended, so no mail is sent.",
    RefusalCode.CONSTRAINT: "The LMS's database has a rule that this breaks, such as a user name that must be unique.",
    RefusalCode.HOOK: "The LMS's own code made an error with this person. Its log says where.",
}

#: Reasons that hosts add, and why a row is not done yet.
OF_HOSTS: Mapping[str, str] = {
    "answer": "The LMS's answer about this account has a form that cannot be read.",
    "busy": "The LMS was busy.",
    "changed": "Somebody else was editing the account.",
    "collision": "Somebody else was editing the account.",
    "commit": "The LMS's database did not say whether it kept the change.",
    "dropped": "The LMS dropped a value without a word.",
    "group.not_found": "The group is no longer in the LMS.",
    "group.not_kept": "The LMS said yes, but the group is as before.",
    "groups": "The groups could not be changed.",
    "interrupted": "The sync was cut off here.",
    "invite.not_listed": "The LMS does not list the invitation, so it cannot be taken back.",
    "invited": "The account waits for the learner to accept the invitation.",
    "mail.not_offered": "The LMS does not send this mail.",
    "mail.off": "Mail is switched off for this account in the LMS.",
    "mail.refused": "The mail server refused the mail.",
    "mail.unknown": "The mail server did not say whether it took the mail.",
    "mail.unreachable": "The mail server could not be reached.",
    "moodle.dmlwriteexception": "Moodle cannot store a value: a name may have over 100 characters.",
    "moodle.invalidparameter": "Moodle refuses a character in a name or an address, such as < or >.",
    "moodle.state": "Moodle said yes, but the account's access is as before.",
    "moodle.useremailinvalid": "Moodle refuses the email: it takes at most 100 characters, all of them ASCII.",
    "moodle.usernotupdatedremote": "The account belongs to another Moodle site (MNet): change it there.",
    "no_answer": "The LMS did not say what it did.",
    "not_kept": "The LMS said yes, but the account is as before.",
    "protected": "The account is the connector's own or an admin's.",
    "refused": "The LMS gave no reason.",
    "text": "The account has a text that no database takes.",
    "sso": "Learners sign in elsewhere, so no mail is sent.",
    "timeout": "The LMS did not answer in time.",
    "unanswered": "The LMS did not say what it did.",
    "unavailable": "The LMS could not be reached.",
}

#: The findings whose hint is the code of a reason.
_WITH_REASON = frozenset(
    (
        "refused",
        "identity_refused",
        "field_refused",
        "value_kept_differently",
        "host_failed",
        "account_unreadable",
    )
)


def reason_text(code: str) -> str:
    """Why the LMS refused something; a code that only the LMS knows is quoted."""
    own = next((text for one, text in REASONS.items() if one == code), None)
    return own or OF_HOSTS.get(code) or (f"The LMS gives the reason “{code}”." if code else "")


def hint_text(finding_code: str, hint: str) -> str:
    """What a finding's hint says: the reason of a refusal, or the choice that was probably meant."""
    if not hint:
        return ""
    return reason_text(hint) if finding_code in _WITH_REASON else f"Nearest choice: {hint}"
