"""What is left out when the LMS refuses a value or keeps it differently, and when it is sent again (rule D29).

A refused value costs itself: the rest of the person is sent again without it. What was refused is not sent again while
the value, the settings, the field and the account are the same, but for one try a week. A value that the LMS keeps
differently (cut, clamped, filtered) is not sent again while it is the same in Paycor.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from connector.core.model.account import Account, Field
from connector.core.model.attributes import label_of
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Value
from connector.core.model.operation import FIELD, Finding, Operation, OperationKind, Refusal, RefusalCode
from connector.core.ports.host import Outcome, OutcomeStatus

#: Made once, because every value that is sent gets a digest.
_encode = json.JSONEncoder(separators=(",", ":"), default=asdict).encode

#: After this time a refused value is sent again although nothing has changed: the LMS may have.
RETRY_AFTER = timedelta(days=7)

#: The names and the address, with the attributes that they come from.
_IDENTITY = {"first_name": "first_name", "last_name": "last_name", "email": "work_email"}
#: Reasons that the operator of the LMS has to look into.
_FAULTS = (RefusalCode.HOOK, RefusalCode.CONSTRAINT)
#: The values that a reason is about, for a host that gives the reason only.
_ABOUT: Mapping[str, tuple[str, ...]] = {
    RefusalCode.EMAIL: ("email",),
    RefusalCode.EMAIL_TAKEN: ("email",),
    RefusalCode.NAME: ("first_name", "last_name"),
    RefusalCode.EXTERNAL_ID: ("external_id",),
    RefusalCode.EXTERNAL_ID_TAKEN: ("external_id",),
    RefusalCode.NOT_A_LEARNER: ("state",),
    RefusalCode.STATE: ("state",),
}
#: Reasons that rest on another account: only the LMS knows whether they still hold.
_OF_OTHERS = (RefusalCode.EMAIL_TAKEN, RefusalCode.EXTERNAL_ID_TAKEN, RefusalCode.NOT_FOUND)
#: The outcomes of what was refused.
_REFUSALS = (OutcomeStatus.REJECTED, OutcomeStatus.EXISTS, OutcomeStatus.NOT_FOUND)
#: The outcomes after which an account has what was sent, as far as the LMS keeps it.
_WRITTEN = (OutcomeStatus.CREATED, OutcomeStatus.UPDATED, OutcomeStatus.UNCHANGED)


def without(operation: Operation, names: Collection[str]) -> Operation:
    """The operation without the values of these names."""
    before = {name: value for name, value in operation.before.items() if name not in names}
    after = {name: value for name, value in operation.after.items() if name not in names}
    return replace(operation, before=before, after=after)


def next_try(operation: Operation, outcome: Outcome, *, is_first: bool) -> Operation | None:
    """What to send after a refusal; None if there is nothing that can be left out.

    First without the values that the host named, or without all custom user data where it named none; then without
    all custom user data; then without a change of names and address.
    """
    optional = {name for name in operation.after if _is_optional(operation.kind, name)}
    named = {*outcome.refused, *_ABOUT.get(outcome.code, ())} & operation.after.keys()
    if outcome.status is not OutcomeStatus.REJECTED or named - optional:
        return None
    fields = {name for name in optional if name.startswith(FIELD)}
    left_out = (named if is_first else set()) or fields | named or optional
    if not left_out or (left_out == operation.after.keys() and operation.kind is not OperationKind.LINK):
        return None
    return without(operation, left_out)


def _is_optional(kind: OperationKind, name: str) -> bool:
    """Whether an operation makes sense without this value: there is no account without its names and address."""
    return name.startswith(FIELD) or (kind is not OperationKind.CREATE and name in _IDENTITY)


@dataclass(frozen=True, slots=True)
class Attempts:
    """How what was sent is recognised: by the settings and the LMS's fields that it was sent under."""

    settings_version: int
    fields: Mapping[str, Field]

    def of_value(self, name: str, existing: Value, desired: Value) -> str:
        """The digest of sending one value to an account that has `existing`."""
        return digest_of(self.settings_version, self._field(name), name, existing, desired)

    def of_operation(self, operation: Operation) -> str:
        """The digest of sending a whole operation."""
        values = sorted(operation.before.items()), sorted(operation.after.items())
        return digest_of(self.settings_version, operation.kind, operation.account_id, *values)

    def refused(self, operation: Operation, outcome: Outcome, at: datetime) -> list[tuple[Refusal, Finding]]:
        """What of this operation the LMS refused, to be remembered and to be told."""
        if outcome.status.is_done:
            return [self._value(operation, name, code, at) for name, code in outcome.refused.items()]
        if outcome.status not in _REFUSALS:
            return []
        rests_on_others = outcome.status is not OutcomeStatus.REJECTED or outcome.code in _OF_OTHERS
        if not rests_on_others and all(_is_optional(operation.kind, name) for name in operation.after):
            codes = {name: outcome.refused.get(name, outcome.code) for name in operation.after}
            return [self._value(operation, name, code, at) for name, code in codes.items()]
        digest = "" if rests_on_others else self.of_operation(operation)
        refusal = Refusal(operation.person_key, "", digest, outcome.code, at, outcome.version)
        return [(refusal, self.of_refused(operation, outcome.code))]

    def finding(self, employee_id: str, name: str, code: str, value: Value = None) -> Finding:
        """The finding about a value that was not accepted, or about a whole operation if the name is empty."""
        return Finding(_finding_code(name, code), employee_id, self._label(name), value or "", code)

    def of_refused(self, operation: Operation, code: str) -> Finding:
        """The finding about an operation of which nothing was done; it names the value if there is only one."""
        name = next(iter(operation.after)) if len(operation.after) == 1 else ""
        value = operation.after.get(name) if _is_optional(operation.kind, name) else None
        return self.finding(operation.employee_id, name, code, value)

    def _value(self, operation: Operation, name: str, code: str, at: datetime) -> tuple[Refusal, Finding]:
        value = operation.after.get(name)
        digest = "" if code in _OF_OTHERS else self.of_value(name, operation.before.get(name), value)
        return (
            Refusal(operation.person_key, name, digest, code, at),
            self.finding(operation.employee_id, name, code, value),
        )

    def _label(self, name: str) -> str:
        if name in _IDENTITY:
            return label_of(_IDENTITY[name])
        of_lms = self._field(name)
        return of_lms.label if of_lms else ""

    def _field(self, name: str) -> Field | None:
        return self.fields.get(name.removeprefix(FIELD)) if name.startswith(FIELD) else None


@dataclass(slots=True)
class Sendable:
    """What of the values that differ is sent now; the rest with its findings, and when it is tried again.

    `kept` are the values that turned out to be kept differently.
    """

    after: dict[str, Value] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    kept: list[Refusal] = field(default_factory=list)
    due_at: datetime | None = None


def sendable(
    inputs: DecisionInput,
    employee_id: str,
    account: Account | None,
    existing: Mapping[str, Value],
    differing: Mapping[str, Value],
    attempts: Attempts,
    now: datetime,
) -> Sendable:
    """The values to send of those that differ from the account's; the others were tried before."""
    remembered = {one.name: one for one in inputs.refusals}
    result = Sendable()
    for name, value in differing.items():
        old = remembered.get(name)
        if _was_kept_differently(inputs, account, old, name, existing.get(name), value):
            code = RefusalCode.KEPT_DIFFERENTLY.value
            pair = _kept_digest(name, existing.get(name), value)
            result.kept.append(Refusal(inputs.person.key, name, pair, code, now))
        elif (
            old and old.digest == attempts.of_value(name, existing.get(name), value) and _is_recent(old, now)
        ):
            code = old.code
            result.due_at = min(filter(None, (result.due_at, old.at + RETRY_AFTER)))
        else:
            result.after[name] = value
            continue
        result.findings.append(attempts.finding(employee_id, name, code, value))
    return result


def last_refusal(
    inputs: DecisionInput, operation: Operation, account: Account | None, attempts: Attempts, now: datetime
) -> Refusal | None:
    """The recent refusal of the very same operation; None if it may be sent."""
    old = next((one for one in inputs.refusals if not one.name), None)
    if old is None or not _is_recent(old, now) or old.digest != attempts.of_operation(operation):
        return None
    is_edited = account is not None and old.version not in ("", account.version)
    return None if is_edited else old


def digests_of_sent(operation: Operation, outcome: Outcome) -> dict[str, str]:
    """The digest of each value that an account was given, by name: what it has instead is the LMS's own doing."""
    if outcome.status not in _WRITTEN:
        return {}
    return {
        name: digest_of(value)
        for name, value in operation.after.items()
        if name.startswith(FIELD) or name in _IDENTITY
    }


def digest_of(*parts: object) -> str:
    """A short digest of plain values."""
    return hashlib.blake2b(_encode(parts).encode(), digest_size=8).hexdigest()


def _was_kept_differently(
    inputs: DecisionInput,
    account: Account | None,
    old: Refusal | None,
    name: str,
    existing: Value,
    value: Value,
) -> bool:
    """Whether the account has its value although it was given another, and nobody has edited it since."""
    if old and old.code == RefusalCode.KEPT_DIFFERENTLY:
        return old.digest == _kept_digest(name, existing, value)
    link = inputs.link
    if account is None or link is None or not account.version or account.version != link.version:
        return False
    return link.sent.get(name) == digest_of(value)


def _kept_digest(name: str, existing: Value, value: Value) -> str:
    return digest_of(name, existing, value)


def _is_recent(refusal: Refusal, now: datetime) -> bool:
    return now < refusal.at + RETRY_AFTER


def _finding_code(name: str, code: str) -> str:
    """The kind of finding, which says who can fix it."""
    if code == RefusalCode.KEPT_DIFFERENTLY:
        return "value_kept_differently"
    if code in _FAULTS:
        return "host_failed"
    if name.startswith(FIELD):
        return "field_refused"
    is_identity = name in _IDENTITY or code in (RefusalCode.EMAIL, RefusalCode.NAME)
    return "identity_refused" if is_identity and code not in _OF_OTHERS else "refused"
