"""Findings in plain words: what each is called, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from connector.core.model.findings import FINDINGS, FixedBy


@dataclass(frozen=True, slots=True)
class FindingText:
    """What a finding is called, what to do about it, and who can fix it."""

    label: str
    advice: str = ""
    code: str = ""
    fixed_by: FixedBy = FixedBy.NOBODY


#: Who can fix what a finding is about.
FIXED_BY: Mapping[FixedBy, str] = {
    FixedBy.HR: "HR, in Paycor",
    FixedBy.ADMIN: "You, here",
    FixedBy.OPERATOR: "The people who run this LMS",
    FixedBy.NOBODY: "Nothing needs doing",
}

_TEXTS: Mapping[str, FindingText] = {
    # --- nothing needs doing ---
    "inactive": FindingText("Has left", "Paycor lists them as having left. Nothing needs doing."),
    "not_started": FindingText(
        "Starts later",
        "They get access on the hire date, to their old account if there is one. Nothing needs doing.",
    ),
    "leaving": FindingText(
        "About to leave", "Paycor lists a last day, so no account is added any more. Nothing needs doing."
    ),
    "on_leave": FindingText("On leave", "By your settings, access ends during a leave. Nothing needs doing."),
    "out_of_scope": FindingText(
        "Left out", "The settings under Who is synced leave them out. Nothing needs doing."
    ),
    "protected": FindingText(
        "Protected", "An admin has made an exception for them. Nothing changes until it ends."
    ),
    "other_employment": FindingText(
        "Second job, same account", "One person has one account. Nothing needs doing."
    ),
    "onboarding": FindingText(
        "Still being onboarded", "They are synced once their onboarding in Paycor is complete."
    ),
    "missing": FindingText(
        "Missing from Paycor's list",
        "Nothing changes for them until they are missing from several complete reads.",
    ),
    "absent": FindingText(
        "No longer in Paycor's list",
        "They were missing from several complete reads in a row, so they count as having left.",
    ),
    # --- HR, in Paycor ---
    "no_work_email": FindingText(
        "No work email", "Add a work email for them in Paycor. Without one they get no account."
    ),
    "bad_work_email": FindingText(
        "Work email is not an address",
        "What Paycor has as their work email is not one address that mail can be sent to. Correct it in Paycor. Until "
        "then they get no account, and an existing account keeps its address.",
    ),
    "no_work_address": FindingText(
        "No work address", "Add a work location with a state for them in Paycor. They are synced without it."
    ),
    "no_work_state": FindingText(
        "No work state",
        "Add a work location with a state for them in Paycor. Until then the portal's time zone counts for them, and "
        "a field that is mapped from the state stays empty.",
    ),
    "no_name": FindingText("No name", "Add a first or last name for them in Paycor."),
    "no_hire_date": FindingText(
        "No hire date", "Add a hire date for them in Paycor. People are added on their hire date."
    ),
    "ambiguous_status": FindingText(
        "Unclear employment status",
        "Paycor's status says neither employed nor left. Set a clear status for them in Paycor.",
    ),
    "contradictory": FindingText(
        "Status and dates disagree",
        "The status says they have left, the rehire date says they are back. Correct one of them in Paycor.",
    ),
    "end_before_start": FindingText(
        "Left before the hire date",
        "The termination date is earlier than the hire date. Correct one of them in Paycor.",
    ),
    "manager_loop": FindingText(
        "Circular reporting line",
        "Going up from manager to manager leads back to them. Correct a manager in Paycor.",
    ),
    "unreadable": FindingText(
        "Record cannot be read",
        "A value in their Paycor record is not in the expected form. Correct it in Paycor.",
    ),
    "email_shared": FindingText(
        "One email, several people",
        "Give each of them a work email of their own in Paycor. If they are one person under two ids, and one of these "
        "has left or is gone, hand the account over under Disputed accounts.",
    ),
    "account_taken": FindingText(
        "The account belongs to somebody else",
        "Another person in Paycor has the account with this email. If that is the same person under an earlier id, "
        "hand the account over under Disputed accounts. Otherwise correct the email in Paycor.",
    ),
    "kept_apart": FindingText(
        "The account with this email is not theirs",
        "An admin has said so. Give them a work email of their own in Paycor, and they get an account of their own.",
    ),
    "required_empty": FindingText(
        "A required field has no value", "Add the value in Paycor. Until then the field keeps its old value."
    ),
    "identity_refused": FindingText(
        "The LMS refuses the name or the email",
        "Correct it in Paycor. Until then their account keeps what it has; a new account waits for it. It is sent "
        "again when it changes, after a week, or when you sync this person.",
    ),
    # --- an admin, in the LMS ---
    "scope_unknown": FindingText(
        "Not known whether included",
        "The conditions under Who is synced need an attribute that Paycor did not send. Add its permission to the "
        "Paycor application's Data Access, or change the conditions. Until then nothing changes for them.",
    ),
    "several_accounts": FindingText(
        "Several accounts with this email", "Merge or rename the accounts in the LMS so that one is left."
    ),
    "not_a_learner": FindingText(
        "The account is not a learner's",
        "An admin, manager or instructor has this email, and the sync never takes over such an account. Change its "
        "email, or match another account.",
    ),
    "other_key": FindingText(
        "The account with this email has another ID",
        "The sync finds people by an ID that it writes on their account, and this account has one that it did not "
        "write for them, such as an employee number. If the account is theirs, match it by hand: the sync then writes "
        "its own ID. If the LMS needs such numbers, the operator can let it keep them, where its settings offer that.",
    ),
    "account_removed": FindingText(
        "The account was removed in the LMS", "It was deleted in the LMS. The sync does not add it again."
    ),
    "leaver_has_account": FindingText(
        "Left, but an account is open",
        "A person who has left has the email of an account that was never matched. If it is theirs, end its access.",
    ),
    "leaver_not_a_learner": FindingText(
        "Left, but not a learner here",
        "The sync never ends access of managers, instructors and admins. End it yourself.",
    ),
    "suspended_by_hand": FindingText(
        "Access ended in the LMS",
        "They are employed in Paycor, but an admin ended their access here. The sync leaves it that way.",
    ),
    "choice_mismatch": FindingText(
        "Value is not one of the choices",
        "Add the value to the field's choices, or correct it in Paycor. Until then the field keeps its old value.",
    ),
    "value_mismatch": FindingText(
        "Value does not fit the field",
        "It is of another type, too long, or a date that the field does not accept. Correct it in Paycor, or map the "
        "attribute to another field. Until then the field keeps its old value.",
    ),
    "field_missing": FindingText(
        "A mapped field was deleted", "Open Map your data and remove the row, or create the field again."
    ),
    "mail_not_offered": FindingText(
        "The LMS sends no mail",
        "The invite configuration asks for a mail that this LMS cannot send. Tell new learners yourself, or add them "
        "as active only.",
    ),
    "pending_not_offered": FindingText(
        "The LMS has no pending accounts",
        "The invite configuration asks for pending accounts, but this LMS has only active ones. Choose an active one "
        "there.",
    ),
    "permission_missing": FindingText(
        "A permission is missing",
        "Add it to the Paycor application's Data Access, then connect again. Until then no value is emptied.",
    ),
    "block_missing": FindingText(
        "Paycor left a part of the record out",
        "The permission for it seems to be missing. Add it to the Paycor application's Data Access, then connect "
        "again. Until then no value is emptied.",
    ),
    "attribute_missing": FindingText(
        "A mapped custom field is gone from Paycor",
        "No record has it, so it was renamed or removed. Open Map your data and choose again. Until then no value is "
        "emptied.",
    ),
    "groups_not_offered": FindingText(
        "This LMS does not let groups be filled",
        "Its groups cannot be filled from outside. Remove the group rules, or use the LMS's own.",
    ),
    "group_missing": FindingText(
        "A group in the rules was deleted",
        "Open Group rules and choose another group, or create it again. Other groups are not affected.",
    ),
    "refused": FindingText(
        "The LMS refused the change",
        "Remove the reason in the LMS. The change is sent again when the person, the settings or the account changes, "
        "after a week, or when you sync this person; if the reason is another account, at every sync.",
    ),
    "field_refused": FindingText(
        "The LMS refuses a value",
        "Change the field in the LMS so that it takes the value, map the attribute to another field, or correct the "
        "value in Paycor. The rest of the person is synced. The value is sent again when it or the settings change, "
        "after a week, or when you sync this person.",
    ),
    "value_kept_differently": FindingText(
        "The LMS keeps another value",
        "The LMS accepted the value and has cut or changed it. Change the field in the LMS, map the attribute to "
        "another field, or correct the value in Paycor. It is not sent again while it is the same in Paycor, unless "
        "you sync this person.",
    ),
    # --- the operator ---
    "account_unreadable": FindingText(
        "The account cannot be read",
        "The LMS's own code made an error with this account, or the account has a value that no database takes; the "
        "log says where. Nothing changes for them until it is corrected in the LMS. Everybody else is synced.",
    ),
    "host_failed": FindingText(
        "The LMS failed at this person",
        "The LMS's own code or database made an error with them; its log says where. The rest of the company is "
        "synced. It is tried again when something changes, after a week, or when an admin syncs this person.",
    ),
    "record_without_id": FindingText(
        "Record without an id",
        "Paycor sent a record without an id, so it belongs to no person. Tell Paycor's support. No access ends "
        "because of it.",
    ),
    "list_unavailable": FindingText(
        "A list at Paycor did not answer",
        "Until it does, no value is emptied, and the next sync asks again. If this lasts for days, tell Paycor's "
        "support.",
    ),
}


FINDING_TEXTS: Mapping[str, FindingText] = {
    code: replace(text, code=code, fixed_by=FINDINGS[code].fixed_by) for code, text in _TEXTS.items()
}


def finding_text(code: str) -> FindingText:
    """The text of a finding; a code of another release is at least readable."""
    return FINDING_TEXTS.get(code) or FindingText(code.replace("_", " ").capitalize(), code=code)


def advice_on(rule: str) -> str:
    """What to do about a finding; empty for any other rule."""
    return FINDING_TEXTS[rule].advice if rule in FINDINGS else ""
