"""The closed set of findings by code, and who can fix each. Their texts are in `words.findings`."""

from dataclasses import dataclass
from enum import StrEnum


class FixedBy(StrEnum):
    """Who can fix a finding."""

    #: HR, in Paycor.
    HR = "hr"
    #: An admin of the portal, in the LMS.
    ADMIN = "admin"
    #: The operator of the service.
    OPERATOR = "operator"
    #: Nothing is wrong: the finding only explains.
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding."""

    code: str
    fixed_by: FixedBy

    @property
    def needs_action(self) -> bool:
        """Whether it belongs on a to-do list."""
        return self.fixed_by is not FixedBy.NOBODY


_CODES: dict[FixedBy, str] = {
    FixedBy.NOBODY: (
        "inactive not_started leaving on_leave out_of_scope protected other_employment onboarding missing absent"
    ),
    FixedBy.HR: (
        "no_work_email bad_work_email no_work_address no_work_state no_name no_hire_date ambiguous_status contradictory"
        " end_before_start manager_loop unreadable email_shared kept_apart required_empty"
        " identity_refused"
    ),
    FixedBy.ADMIN: (
        "scope_unknown several_accounts not_a_learner account_taken other_key account_removed leaver_has_account"
        " leaver_not_a_learner suspended_by_hand choice_mismatch value_mismatch field_missing mail_not_offered"
        " pending_not_offered permission_missing block_missing attribute_missing groups_not_offered group_missing"
        " refused field_refused value_kept_differently"
    ),
    FixedBy.OPERATOR: "record_without_id list_unavailable host_failed account_unreadable",
}

#: Every finding, by its code.
FINDINGS: dict[str, FindingKind] = {
    code: FindingKind(code, fixed_by) for fixed_by, codes in _CODES.items() for code in codes.split()
}

#: Findings that rest on accounts that are not linked to the person, or on a linked one that is gone: no edit of their
#: own account tells when they end, so the people are decided again at every sync (rule D24).
REST_ON_OTHER_ACCOUNTS = frozenset(
    [
        "account_taken",
        "kept_apart",
        "several_accounts",
        "not_a_learner",
        "other_key",
        "account_removed",
        "leaver_has_account",
    ]
)


def codes_fixed_by(fixed_by: FixedBy) -> frozenset[str]:
    """The codes of the findings that HR, an admin or the operator can fix."""
    return frozenset(code for code, kind in FINDINGS.items() if kind.fixed_by is fixed_by)
