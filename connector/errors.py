"""Every error class. Only what stops a run is raised: one bad employee is a Finding, one refused row an Outcome.

    ConnectorError                code, remedy: who can fix it
    |- ConfigurationError         a setting is missing or wrong; names the key
    |- SourceError                Paycor
    |  |- SourceAuthError         consent is gone or a secret is wrong: connect again
    |  |- SourceForbidden         the consent does not cover this; names the permission or the legal entity
    |  |- SourceUnavailable       time-out, 429 or 5xx after the retries
    |  `- SourceContractError     an answer that differs from the documentation
    |- HostError                  the LMS
    |  |- HostAuthError | HostUnavailable | HostContractError
    |- ConsentError               a consent at Paycor that was denied, is too old or was started by another admin
    |- Refused                    the request is not allowed now; says when it will be
    |  |- TooSoon                 a second manual sync within the hour
    |  |- EntityTaken             another portal is connected to this legal entity
    |  |- SettingsConflict        the settings were saved by somebody else meanwhile; has both versions
    |  |- OverLimits              a plan over a limit is applied by a release only; says which limits
    |  `- RunInProgress           another run holds the lease; says which process, until when
    |- LeaseLost                  another run has taken over: this one must stop writing
    |- Stopped                    the process is about to end: the run goes on in the next one
    |- UnsafePlan                 the approved plan is not the current one
    `- SchemaBehind               run `flask connector db upgrade`

A message says what happened, what it means and what to do, with the number and the limit. It never has a response
body, a token, a name or an email address: only ids.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from traceback import extract_tb
from typing import Any


class Remedy(StrEnum):
    """Who can fix an error."""

    #: An admin of the portal, in Paycor or on the connector's pages.
    ADMIN = "admin"
    #: The operator, who runs the service.
    OPERATOR = "operator"
    #: No person has to: it passes, and the connector tries again.
    RETRY = "retry"
    #: The developers of the connector, or of the Host class.
    DEVELOPER = "developer"


class ConnectorError(Exception):
    """The base class: every error of the connector has a stable `code` and a `remedy`."""

    code = "connector"
    remedy: Remedy = Remedy.DEVELOPER

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ConfigurationError(ConnectorError):
    """A setting is missing or wrong; the message names its key."""

    code = "configuration"
    remedy: Remedy = Remedy.OPERATOR


class SourceError(ConnectorError):
    """Paycor could not be read."""

    code = "source"
    remedy: Remedy = Remedy.RETRY


class SourceAuthError(SourceError):
    """Paycor no longer accepts this connection, or one of its secrets is wrong."""

    code = "source.auth"
    remedy: Remedy = Remedy.ADMIN


class SourceForbidden(SourceError):
    """The consent does not cover this request."""

    code = "source.forbidden"
    remedy: Remedy = Remedy.ADMIN


class SourceUnavailable(SourceError):
    """Paycor gave no usable answer within the retries; `retry_after_s` is the pause it asked for."""

    code = "source.unavailable"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class SourceContractError(SourceError):
    """Paycor's answer differs from its documentation."""

    code = "source.contract"
    remedy: Remedy = Remedy.DEVELOPER


class HostError(ConnectorError):
    """The LMS could not answer for a whole batch."""

    code = "host"
    remedy: Remedy = Remedy.RETRY


class HostAuthError(HostError):
    """The LMS refuses the account that the connector uses."""

    code = "host.auth"
    remedy: Remedy = Remedy.OPERATOR


class HostUnavailable(HostError):
    """The LMS did not answer, or its search cannot be trusted now; `retry_after_s` is the pause it asked for."""

    code = "host.unavailable"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class HostContractError(HostError):
    """The Host class broke the protocol: for example, it gave fewer outcomes than rows."""

    code = "host.contract"
    remedy: Remedy = Remedy.DEVELOPER


class ConsentError(ConnectorError):
    """A consent was denied, came too late, came twice or was started by another admin."""

    code = "consent"
    remedy: Remedy = Remedy.ADMIN


class Refused(ConnectorError):
    """The request is not allowed now."""

    code = "refused"
    remedy: Remedy = Remedy.ADMIN


class TooSoon(Refused):
    """A second manual sync within the hour, or too many of one person; `allowed_at` is when the next can start."""

    code = "refused.too_soon"

    def __init__(self, message: str, allowed_at: datetime) -> None:
        super().__init__(message)
        self.allowed_at = allowed_at


class EntityTaken(Refused):
    """Another portal is already connected to one of these legal entities."""

    code = "refused.entity_taken"


class SettingsConflict(Refused):
    """Somebody else has saved these settings since they were shown.

    `changes` has their value and the refused one of each setting that differs, by its path; `version` is the version
    that a form has to carry to save over theirs.
    """

    code = "refused.settings_conflict"

    def __init__(self, message: str, changes: Mapping[str, tuple[Any, Any]], version: str) -> None:
        super().__init__(message)
        self.changes = changes
        self.version = version


class OverLimits(Refused):
    """A plan over a limit, or from a list that looks incomplete, is applied by a release only."""

    code = "refused.over_limits"


class RunInProgress(Refused):
    """Another run holds the lease of this connection."""

    code = "refused.run_in_progress"
    remedy: Remedy = Remedy.RETRY

    def __init__(self, message: str, owner: str, until: datetime) -> None:
        super().__init__(message)
        self.owner = owner
        self.until = until


class LeaseLost(ConnectorError):
    """The lease ran out and another run holds it now: this run must not write anything more."""

    code = "lease_lost"
    remedy: Remedy = Remedy.RETRY


class Stopped(ConnectorError):
    """The process that carries out the run is about to end: what is done is kept, the next process does the rest."""

    code = "stopped"
    remedy: Remedy = Remedy.RETRY


class UnsafePlan(ConnectorError):
    """The approved plan is not the current plan."""

    code = "unsafe_plan"
    remedy: Remedy = Remedy.ADMIN


class SchemaBehind(ConnectorError):
    """The database has not been upgraded to this release."""

    code = "schema_behind"
    remedy: Remedy = Remedy.OPERATOR


def without_text(error: BaseException) -> str:
    """The type of an error and where it was raised, for the log: never its text, which may name a person."""
    frames = [(frame, frame.filename.replace("\\", "/")) for frame in extract_tb(error.__traceback__)]
    places = (f"{path.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame, path in frames)
    return f"{type(error).__name__}, raised at {' > '.join(places)}"
