"""The table of what each kind of host can do, made from the code: no input, no call to any LMS."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import sleep

from connector.core.ports.host import Capabilities, Host
from connector.core.ports.optional import (
    ReportsDeleted,
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

#: The most that a SCIM service offers.
_SCIM = Capabilities(invite=False, pending=False)
_NOWHERE = "https://lms.invalid"


@dataclass(frozen=True, slots=True)
class HostKind:
    """A kind of host: its class, and the least and the most it can do; `varies` says who decides between the two."""

    name: str
    host_class: type[object]
    least: Capabilities
    most: Capabilities
    varies: str = BY_SETTING


_BY_FLAG: dict[str, Callable[[Capabilities], bool]] = {
    "mail a welcome or an invitation when asked": lambda one: one.invite,
    "pending accounts": lambda one: one.pending,
    "keep the connector's key on the account": lambda one: one.keeps_external_id,
    "list the custom fields": lambda one: one.lists_fields,
    "report edited accounts": lambda one: one.changed_since,
    "report when an account was last mailed": lambda one: one.reports_last_mailed_at,
}

_BY_PROTOCOL: dict[str, type[object]] = {
    "add accounts to groups": SupportsGroups,
    "take back an invitation": SupportsWithdraw,
    "report deleted accounts at little cost": ReportsDeleted,
    "preview what its rules would do": SupportsEffectPreview,
    "delete accounts (after a trial only)": SupportsDelete,
}

_ALWAYS = ("find, with every match checked", "create without a mail", "update", "end and restore access")


def _host_kinds() -> Sequence[HostKind]:
    return (
        HostKind(
            "in the LMS's process",
            InProcessHost,
            Capabilities(),
            Capabilities(changed_since=True, reports_last_mailed_at=True),
            "by the LMS",
        ),
        HostKind(
            "Moodle",
            moodle.MoodleHost,
            _capabilities(moodle.host, moodle.MoodleSettings(_NOWHERE, "", owns_id_number=False)),
            _capabilities(moodle.host, moodle.MoodleSettings(_NOWHERE, "", welcome="password_reset")),
        ),
        HostKind(
            "SCIM 2.0",
            scim.ScimHost,
            replace(_SCIM, lists_fields=False, keeps_external_id=False),
            _SCIM,
            "by the server",
        ),
        HostKind(
            "LearnUpon",
            learnupon.LearnUponHost,
            _capabilities(learnupon.host, learnupon.LearnUponSettings(_NOWHERE, "", "")),
            _capabilities(learnupon.host, learnupon.LearnUponSettings(_NOWHERE, "", "", "Key", invites=True)),
        ),
    )


def head() -> tuple[str, ...]:
    """The column names: the operation, then each kind of host."""
    return ("operation", *(one.name for one in _host_kinds()))


def rows() -> Iterator[tuple[str, ...]]:
    """One row per operation: its name, then whether each kind of host offers it."""
    kinds = _host_kinds()
    for name in _ALWAYS:
        yield (name, *(DONE for _ in kinds))
    for name, flag in _BY_FLAG.items():
        yield (name, *(_by_flag(one, flag) for one in kinds))
    for name, protocol in _BY_PROTOCOL.items():
        yield (name, *(_by_protocol(one, protocol) for one in kinds))


def table() -> Iterator[str]:
    """The table as lines for a terminal."""
    lines = [head(), *rows()]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()


def _by_flag(one: HostKind, flag: Callable[[Capabilities], bool]) -> str:
    if flag(one.least) == flag(one.most):
        return DONE if flag(one.most) else NOT_OFFERED
    return one.varies


def _by_protocol(one: HostKind, protocol: type[object]) -> str:
    """An LMS's developer extends `InProcessHost`, so it depends on the LMS whether the method is there."""
    if issubclass(one.host_class, protocol):
        return DONE
    return one.varies if one.host_class is InProcessHost else NOT_OFFERED


def _capabilities(host: Callable[..., Host], settings: object) -> Capabilities:
    """The capabilities of a host with these settings; no call to the LMS is made."""
    return host(settings, clock=lambda: datetime.now(UTC), sleep=sleep).capabilities()
