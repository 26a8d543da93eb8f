"""The whole error tree. Only what stops a run is raised; one bad employee is a Finding, one refused row an Outcome.

    ConnectorError                code, remedy: who can mend it
    |- ConfigurationError         a setting is missing or wrong; names the key
    |- SourceError                Paycor
    |  |- SourceAuthError         consent is gone or a secret is wrong: connect again
    |  |- SourceForbidden         the consent does not cover this; names the permission or the legal entity
    |  |- SourceUnavailable       time-out, 429 or 5xx after the retries
    |  `- SourceContractError     their answer breaks the documented form
    |- HostError                  the LMS
    |  |- HostAuthError | HostUnavailable | HostContractError
    |- ConsentError               a consent at Paycor that was denied, out of date or not ours
    |- Refused                    what was asked for is not allowed now, and when it will be
    |  |- TooSoon                 a manual sync inside the hour
    |  |- EntityTaken             another portal is connected to this Paycor company
    |  `- RunInProgress           the lease is held; says by whom and until when
    |- LeaseLost                  another run has taken over: this one must stop writing
    |- UnsafePlan                 the plan asked for is not the plan there is
    `- SchemaBehind               run `flask connector db upgrade`

A message has the subject, the number, the limit and the next step. It never has a response body, a token, a name or
an e-mail address: ids only.
"""

from datetime import datetime
from typing import Literal

#: Who can mend it: the portal's admin at Paycor or on our pages, nobody but time, or whoever runs the service.
Remedy = Literal["admin", "operator", "retry", "developer"]


class ConnectorError(Exception):
    """The root: every error of the connector has a stable `code` and a `remedy`."""

    code = "connector"
    remedy: Remedy = "developer"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ConfigurationError(ConnectorError):
    """A setting is missing or wrong; the message names its key."""

    code = "configuration"
    remedy: Remedy = "operator"


class SourceError(ConnectorError):
    """Paycor could not be read."""

    code = "source"
    remedy: Remedy = "retry"


class SourceAuthError(SourceError):
    """Paycor no longer accepts this connection, or a secret of it is wrong."""

    code = "source.auth"
    remedy: Remedy = "admin"


class SourceForbidden(SourceError):
    """The consent does not cover what was asked for."""

    code = "source.forbidden"
    remedy: Remedy = "admin"


class SourceUnavailable(SourceError):
    """No usable answer within the retries; `retry_after_s` is what Paycor asked for, if it did."""

    code = "source.unavailable"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class SourceContractError(SourceError):
    """Paycor answered, but not in the documented form."""

    code = "source.contract"
    remedy: Remedy = "developer"


class HostError(ConnectorError):
    """The LMS could not do its part for a whole batch."""

    code = "host"
    remedy: Remedy = "retry"


class HostAuthError(HostError):
    """The LMS refuses the connector's own account."""

    code = "host.auth"
    remedy: Remedy = "operator"


class HostUnavailable(HostError):
    """The LMS did not answer, or its look-up cannot be trusted now; `retry_after_s` is what it asked for, if it did."""

    code = "host.unavailable"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class HostContractError(HostError):
    """The Host class broke the protocol, such as fewer outcomes than rows."""

    code = "host.contract"
    remedy: Remedy = "developer"


class ConsentError(ConnectorError):
    """A consent that was denied, came too late, came twice or was started by somebody else."""

    code = "consent"
    remedy: Remedy = "admin"


class Refused(ConnectorError):
    """What was asked for is not allowed now."""

    code = "refused"
    remedy: Remedy = "admin"


class TooSoon(Refused):
    """A manual sync inside the hour, or too many of one person; `allowed_at` is when the next may start."""

    code = "refused.too_soon"

    def __init__(self, message: str, allowed_at: datetime) -> None:
        super().__init__(message)
        self.allowed_at = allowed_at


class EntityTaken(Refused):
    """Another portal is already connected to one of these legal entities."""

    code = "refused.entity_taken"


class RunInProgress(Refused):
    """The lease of this connection is held by another run."""

    code = "refused.run_in_progress"
    remedy: Remedy = "retry"

    def __init__(self, message: str, owner: str, until: datetime) -> None:
        super().__init__(message)
        self.owner = owner
        self.until = until


class LeaseLost(ConnectorError):
    """The lease ran out and another run holds it now: nothing more may be written."""

    code = "lease_lost"
    remedy: Remedy = "retry"


class UnsafePlan(ConnectorError):
    """The plan that was approved is not the plan there is now."""

    code = "unsafe_plan"
    remedy: Remedy = "admin"


class SchemaBehind(ConnectorError):
    """The database has not been upgraded to this release."""

    code = "schema_behind"
    remedy: Remedy = "operator"
