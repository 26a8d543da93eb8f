"""What became of a mail whose sending raised: the error in, the outcome out."""

import smtplib
import socket

from connector.core.ports.host import Outcome, OutcomeStatus

#: Raised before anything was handed over: it may be tried again.
_NOT_HANDED_OVER = (ConnectionRefusedError, socket.gaierror, smtplib.SMTPConnectError, smtplib.SMTPHeloError)
#: The mail server's own no.
_REFUSED = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError)


def outcome_of(failure: OSError, account_id: str) -> Outcome:
    """Not sent, refused, or, as after a time-out, not known. smtplib's own errors are OSErrors."""
    if isinstance(failure, _NOT_HANDED_OVER):
        return Outcome(OutcomeStatus.RETRY, account_id, code="mail.unreachable")
    if isinstance(failure, _REFUSED):
        return Outcome(OutcomeStatus.REJECTED, account_id, code="mail.refused")
    return Outcome(OutcomeStatus.UNKNOWN, account_id, code="mail.unknown")
