"""Every finding there is: what it is called, what to do about it, and whose move it is."""

from dataclasses import dataclass
from typing import Literal

#: Who can mend it: HR in Paycor, the portal's admin here, whoever runs the service, or nobody: nothing is wrong.
Who = Literal["hr", "admin", "operator", "nobody"]


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding, in plain words. `needs_action` tells the to-do list from mere explanations."""

    code: str
    label: str
    advice: str
    who: Who = "nobody"

    @property
    def needs_action(self) -> bool:
        """Whether somebody has to do something."""
        return self.who != "nobody"


_KINDS = (
    FindingKind("inactive", "Not employed any more", "Paycor lists them as having left. Nothing to do."),
    FindingKind(
        "not_started", "Hire date still to come", "The account is made on the hire date. Nothing to do."
    ),
    FindingKind(
        "leaving", "About to leave", "Paycor lists them as leaving on a later date. No account is made."
    ),
    FindingKind("on_leave", "On leave", "The invite configuration says that leave ends access for its time."),
    FindingKind(
        "out_of_scope",
        "Out of scope",
        "Who is synced is chosen on the scope page, and they are not. Nothing to do.",
    ),
    FindingKind(
        "protected", "Protected", "An admin has made an exception for them. Nothing to do until it ends."
    ),
    FindingKind(
        "scope_unknown",
        "In scope or not is not known",
        "The scope asks for an attribute that did not come. Add its permission to the Paycor application's Data "
        "Access, or change the scope. They are left as they are meanwhile.",
        "admin",
    ),
    FindingKind(
        "other_employment", "Another job of the same person", "One person has one account. Nothing to do."
    ),
    FindingKind(
        "onboarding", "Still being onboarded", "They are synced once their onboarding in Paycor is complete."
    ),
    FindingKind(
        "missing",
        "Missing from Paycor's list",
        "Left alone until they were missing from several complete reads.",
    ),
    FindingKind(
        "absent",
        "Gone from Paycor's list",
        "Missing from several complete reads in a row, so treated as having left.",
    ),
    FindingKind(
        "no_work_email",
        "No work email",
        "Enter a work email for them in Paycor: without one there is no account.",
        "hr",
    ),
    FindingKind(
        "no_work_address",
        "No work address",
        "Enter a work location with a state for them in Paycor; they are synced without it.",
        "hr",
    ),
    FindingKind(
        "no_work_state",
        "No work state",
        "Enter a work location with a state for them in Paycor. Until then the portal's clock is theirs, and a field "
        "that is mapped from the state has none.",
        "hr",
    ),
    FindingKind("no_name", "No name", "Enter a first or last name for them in Paycor.", "hr"),
    FindingKind(
        "no_hire_date",
        "No hire date",
        "People are added on their hire date, and this one has none. Enter it in Paycor.",
        "hr",
    ),
    FindingKind(
        "ambiguous_status",
        "Unclear employment status",
        "Paycor's status says neither employed nor left. Set a clear status in Paycor.",
        "hr",
    ),
    FindingKind(
        "contradictory",
        "Status and dates disagree",
        "The status says left, the rehire date says back. Correct one of them in Paycor.",
        "hr",
    ),
    FindingKind(
        "end_before_start",
        "Left before they were hired",
        "The termination date lies before the hire date. Correct one of them in Paycor.",
        "hr",
    ),
    FindingKind(
        "manager_loop",
        "Managers in a circle",
        "Their manager's manager, or one further up, is themselves. Correct a manager in Paycor.",
        "hr",
    ),
    FindingKind(
        "unreadable",
        "Record cannot be read",
        "A value in their Paycor record is not in the expected form. Correct it in Paycor.",
        "hr",
    ),
    FindingKind(
        "record_without_id",
        "Record without an id",
        "Paycor sent a record that names nobody. Tell Paycor's support; nobody loses access over it.",
        "operator",
    ),
    FindingKind(
        "email_shared",
        "One email, several people",
        "Give each of them a work email of their own in Paycor.",
        "hr",
    ),
    FindingKind(
        "several_accounts",
        "Several accounts with this email",
        "Merge or rename the accounts in the LMS so that one is left.",
        "admin",
    ),
    FindingKind(
        "not_a_learner",
        "The account is not a learner's",
        "An admin, manager or instructor has this email. It is never taken over: change its email, or link another "
        "account.",
        "admin",
    ),
    FindingKind(
        "account_taken",
        "The account belongs to somebody else",
        "Another person at Paycor is linked to the account with this email. Correct the email in Paycor.",
        "hr",
    ),
    FindingKind(
        "kept_apart",
        "The account with this email is not theirs",
        "An admin has said so. Give them a work email of their own in Paycor: then they get an account of their own.",
        "hr",
    ),
    FindingKind(
        "account_removed",
        "The account was removed in the LMS",
        "Somebody deleted the account here. It is not made again by itself.",
        "admin",
    ),
    FindingKind(
        "leaver_has_account",
        "Left, but an account is open",
        "Somebody who has left has the email of an account that was never linked. Suspend it if it is theirs.",
        "admin",
    ),
    FindingKind(
        "leaver_not_a_learner",
        "Left, but not a learner here",
        "Managers, instructors and admins are never suspended by a sync. End their access by hand.",
        "admin",
    ),
    FindingKind(
        "suspended_by_hand",
        "Suspended by hand",
        "Employed at Paycor, but somebody suspended the account here. It is left so.",
        "admin",
    ),
    FindingKind(
        "choice_mismatch",
        "Value not among the choices",
        "Add the value to the field's choices, or correct it in Paycor. The field keeps its old value.",
        "admin",
    ),
    FindingKind(
        "value_mismatch",
        "Value does not fit the field",
        "Map the attribute onto a field of the right type. The field keeps its old value.",
        "admin",
    ),
    FindingKind(
        "required_empty",
        "A required field would be empty",
        "Enter the value in Paycor. The field keeps its old value.",
        "hr",
    ),
    FindingKind(
        "field_missing",
        "A mapped field was deleted",
        "Open Map your data and remove the row, or create the field again.",
        "admin",
    ),
    FindingKind(
        "mail_not_offered",
        "The LMS sends no mail",
        "The invite configuration promises one that this LMS cannot send: tell new learners by other means, or add "
        "them as active only.",
        "admin",
    ),
    FindingKind(
        "pending_not_offered",
        "The LMS has no pending accounts",
        "New accounts are active at once, though the invite configuration says pending. Choose an active one there.",
        "admin",
    ),
    FindingKind(
        "permission_missing",
        "A permission is missing",
        "Add it to the Paycor application's Data Access, then connect again. No value is emptied meanwhile.",
        "admin",
    ),
    FindingKind(
        "block_missing",
        "Paycor left a whole block out",
        "The permission for it seems to be missing: add it to the Paycor application's Data Access, then connect "
        "again. No value is emptied meanwhile.",
        "admin",
    ),
    FindingKind(
        "list_unavailable",
        "A list at Paycor did not answer",
        "No value is emptied meanwhile, and the next sync asks again. If it stays so for days, tell Paycor's support.",
        "operator",
    ),
    FindingKind(
        "attribute_missing",
        "A mapped custom field is gone from Paycor",
        "Nobody there has it: it was renamed or removed. Open Map your data and choose again. No value is emptied.",
        "admin",
    ),
    FindingKind(
        "groups_not_offered",
        "Groups cannot be filled here",
        "This LMS does not let its groups be filled from outside. Remove the group rules, or use the LMS's own.",
        "admin",
    ),
    FindingKind(
        "group_missing",
        "A group of the rules was deleted",
        "Open Group rules and choose another group, or create it again. Nobody else is affected.",
        "admin",
    ),
    FindingKind(
        "refused",
        "The LMS refused the change",
        "The reason is the LMS's own. It is tried again at the next sync.",
        "admin",
    ),
)

FINDINGS: dict[str, FindingKind] = {kind.code: kind for kind in _KINDS}
