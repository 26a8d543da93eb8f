"""What each kind of host can be asked for, told from the code: no input, a table out. Nothing is asked of any LMS."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import sleep

from connector.core.ports.host import Capabilities, Host
from connector.core.ports.optional import (
    SupportsDelete,
    SupportsEffectPreview,
    SupportsGroups,
    SupportsWithdraw,
)
from connector.hosts import learnupon, moodle, scim
from connector.hosts.inprocess import InProcessHost

DONE = "done"
BY_SETTING = "by setting"
NOT_OFFERED = "not offered"

#: What a SCIM service says of itself at the most.
_SCIM = Capabilities(invite=False, pending=False)
_NOWHERE = "https://lms.invalid"


@dataclass(frozen=True, slots=True)
class Described:
    """A kind of host: its class, and its capabilities at the least and at the most; `varies` says what decides."""

    name: str
    kind: type[object]
    least: Capabilities
    most: Capabilities
    varies: str = BY_SETTING


_BY_FLAG: dict[str, Callable[[Capabilities], bool]] = {
    "mail a welcome or an invitation when asked": lambda one: one.invite,
    "accounts that wait for an answer": lambda one: one.pending,
    "keep the connector's key on the account": lambda one: one.keeps_external_id,
    "list the custom fields": lambda one: one.lists_fields,
    "tell who was edited since": lambda one: one.changed_since,
    "tell when somebody was mailed": lambda one: one.tells_told_at,
}

_BY_METHOD: dict[str, type[object]] = {
    "put accounts into groups": SupportsGroups,
    "take an invitation back": SupportsWithdraw,
    "tell what its rules would do": SupportsEffectPreview,
    "delete accounts (after a trial only)": SupportsDelete,
}

_ALWAYS = ("find, without trusting a look-up", "create, silently", "update", "suspend and reactivate")


def _described() -> Sequence[Described]:
    return (
        Described(
            "in the LMS's process",
            InProcessHost,
            Capabilities(),
            Capabilities(changed_since=True, tells_told_at=True),
            "by the LMS",
        ),
        Described(
            "Moodle",
            moodle.MoodleHost,
            _asked(moodle.host, moodle.MoodleSettings(_NOWHERE, "")),
            _asked(moodle.host, moodle.MoodleSettings(_NOWHERE, "", welcome="password_reset")),
        ),
        Described(
            "SCIM 2.0",
            scim.ScimHost,
            replace(_SCIM, lists_fields=False, keeps_external_id=False),
            _SCIM,
            "by the server",
        ),
        Described(
            "LearnUpon",
            learnupon.LearnUponHost,
            _asked(learnupon.host, learnupon.LearnUponSettings(_NOWHERE, "", "")),
            _asked(learnupon.host, learnupon.LearnUponSettings(_NOWHERE, "", "", "Key", invites=True)),
        ),
    )


def head() -> tuple[str, ...]:
    """The names of the columns: the operation, then each kind of host."""
    return ("operation", *(one.name for one in _described()))


def rows() -> Iterator[tuple[str, ...]]:
    """A row an operation: its name, then what it is with each kind of host."""
    described = _described()
    for name in _ALWAYS:
        yield (name, *(DONE for _ in described))
    for name, flag in _BY_FLAG.items():
        yield (name, *(_by_flag(one, flag) for one in described))
    for name, offer in _BY_METHOD.items():
        yield (name, *(_by_method(one, offer) for one in described))


def table() -> Iterator[str]:
    """The rows below their head, for a terminal."""
    lines = [head(), *rows()]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()


def _by_flag(one: Described, flag: Callable[[Capabilities], bool]) -> str:
    if flag(one.least) == flag(one.most):
        return DONE if flag(one.most) else NOT_OFFERED
    return one.varies


def _by_method(one: Described, offer: type[object]) -> str:
    """A class that an LMS's own developer extends may have the method or not."""
    if issubclass(one.kind, offer):
        return DONE
    return one.varies if one.kind is InProcessHost else NOT_OFFERED


def _asked(host: Callable[..., Host], settings: object) -> Capabilities:
    """What a host says of itself under these settings; it is asked before it has reached any LMS."""
    return host(settings, clock=lambda: datetime.now(UTC), sleep=sleep).capabilities()
