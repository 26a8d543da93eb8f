"""Faults on request: which call goes wrong, how, and how often.

A fault is planted for calls whose path matches a shell pattern. It strikes from the `nth` such call on,
`times` times, or at every one. `status-NNN` takes any HTTP error status. The kinds that begin with `stored-`
carry out the call and then spoil the answer, so that a client that writes again writes twice.
"""

import fnmatch
import re
import threading
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

import msgspec

Kind = Literal[
    "html-504",
    "html-200",
    "reset",
    "slow",
    "error-as-200",
    "empty-as-400",
    "rate-limit",
    "token-refused",
    "truncated-json",
    "stored-500",
    "stored-504",
    "stored-reset",
    "repeat-token",
    "empty-page",
    "empty-last-page",
    "records-null",
    "page-shrinks",
    "has-more-as-text",
]
_STATUS = re.compile(r"status-[45]\d\d")
KINDS: tuple[str, ...] = ("status-500", *get_args(Kind))


class Fault(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A planted fault. `seconds` is how long `slow` waits; `seen` and `struck` count the calls."""

    kind: str
    path: str = "*"
    method: str | None = None
    nth: Annotated[int, msgspec.Meta(ge=1)] = 1
    every: bool = False
    times: Annotated[int, msgspec.Meta(ge=1)] = 1
    seconds: Annotated[float, msgspec.Meta(ge=0, le=600)] = 5
    seen: int = 0
    struck: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Whether the fault strikes this call; counts the call either way."""
        if self.method not in (None, method) or not fnmatch.fnmatchcase(path.lower(), self.path.lower()):
            return False
        self.seen += 1
        if self.seen < self.nth or (not self.every and self.struck >= self.times):
            return False
        self.struck += 1

        return True


def parse_fault(text: str) -> Fault:
    """A fault from a command line: `KIND`, or `KIND:name=value,...` with the fields of `Fault`.

    `every` needs no value. Raises msgspec.ValidationError, naming the problem.
    """
    kind, _, rest = text.partition(":")
    fields: dict[str, str] = {"kind": kind}
    for part in filter(None, rest.split(",")):
        name, is_given, value = part.partition("=")
        fields[name.strip()] = value.strip() if is_given else "true"

    return _checked(msgspec.convert(fields, Fault, strict=False))


def _checked(fault: Fault) -> Fault:
    if fault.kind not in KINDS and not _STATUS.fullmatch(fault.kind):
        raise msgspec.ValidationError(f"kind {fault.kind!r} is unknown; use one of: {', '.join(KINDS)}")

    return fault


class Faults:
    """The planted faults."""

    def __init__(self) -> None:
        """No faults."""
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def plant(self, fields: Mapping[str, Any] | Fault) -> Fault:
        """Plant a fault. Raises msgspec.ValidationError, naming the invalid field."""
        fault = fields if isinstance(fields, Fault) else _checked(msgspec.convert(fields, Fault))
        with self._lock:
            self._faults.append(fault)
        return fault

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this call; those planted after it do not see the call."""
        with self._lock:
            return next((fault for fault in self._faults if fault.strikes(method, path)), None)

    def planted(self) -> list[dict[str, Any]]:
        """The faults, each with the number of calls it saw and struck."""
        with self._lock:
            return [msgspec.structs.asdict(fault) for fault in self._faults]

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults.clear()
