"""Moodle's mail for choosing a password, as the welcome or the invitation: invitations in, one outcome each out."""

from collections.abc import Sequence

import msgspec

from connector.core.ports.host import Invitation, Outcome, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts import checks
from connector.hosts.moodle.api import RESET, MoodleApi, converted
from connector.hosts.moodle.batches import NO_ANSWER
from connector.hosts.moodle.lookup import MoodleLookup
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.moodle.users import MoodleUser

#: Within this time Moodle sends a second mail when asked again, but not a third.
RESET_TIME_S = 1800.0

#: Moodle's status when a mail went out or, on most sites, when it does not reveal whether there is such a user.
_SENT = frozenset({"emailresetconfirmsent", "emailpasswordconfirmsent", "emailpasswordconfirmmaybesent"})
_SENT_BEFORE = "emailalreadysent"


class _Reset(msgspec.Struct, gc=False):
    status: str = ""


def invite(
    settings: MoodleSettings, api: MoodleApi, lookup: MoodleLookup, invitations: Sequence[Invitation]
) -> list[Outcome]:
    """SENT, REJECTED, NOT_FOUND, RETRY when Moodle is busy, or UNKNOWN without an answer."""
    users = lookup.users([one.account_id for one in invitations])

    def mail(user: MoodleUser | None) -> Outcome:
        if user is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        if not user.can_sign_in:
            return Outcome(OutcomeStatus.REJECTED, user.account_id, code=checks.SUSPENDED)
        if settings.welcome == "none":
            return Outcome(OutcomeStatus.REJECTED, user.account_id, code="mail.off")
        return _mail(api, user)

    return api.each([users.get(one.account_id) for one in invitations], mail)


def _mail(api: MoodleApi, user: MoodleUser) -> Outcome:
    try:
        reply = api.write(RESET, {"username": user.username})
    except HostUnavailable as error:
        return Outcome(
            OutcomeStatus.RETRY, user.account_id, code="unavailable", retry_after_s=error.retry_after_s
        )
    if not reply.sure:
        return NO_ANSWER
    status = reply.refusal or converted(reply.value, _Reset).status
    if status in _SENT:
        return Outcome(OutcomeStatus.SENT, user.account_id)
    if status == _SENT_BEFORE:
        code = "mail.already_sent"
        return Outcome(OutcomeStatus.RETRY, user.account_id, code=code, retry_after_s=RESET_TIME_S)
    return Outcome(OutcomeStatus.REJECTED, user.account_id, code=f"moodle.{status}")
