"""Snapshots of a portal's people, and what a fault must never do to them: snapshots in, sentences out. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: A learner's external id, first name, last name, type, state, and custom user data by field.
Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Learners by email, their mails, links by person, mirror by employee, findings, and half-done work.

    `waiting` are the employees that the next run has to decide about.
    """

    learners: Mapping[str, Values]
    mails: Counter[tuple[str, str]]
    links: Mapping[str, tuple[object, ...]]
    mirror: Mapping[str, tuple[object, ...]]
    findings: Counter[tuple[str, str, str]]
    waiting: frozenset[str]
    half_done: tuple[str, ...] = ()
    admin_mails: int = 0


def harms(before: Snapshot, after: Snapshot, baseline: Snapshot, *, ended: bool) -> Iterator[str]:
    """The harm that a fault has done: one sentence each, without names.

    `baseline` is the snapshot after the same moment without the fault. `ended` says that the fault ended the run: then
    nothing at all may have changed.
    """
    yield from after.half_done
    if ended and _visible(before) != _visible(after):
        yield "a run that failed has changed something"
    for key, values in before.learners.items():
        allowed = (values, baseline.learners.get(key))
        yield from _harms_of_one(after.learners.get(key), [one for one in allowed if one is not None])
    if after.mails - (baseline.mails | before.mails):
        yield "a mail was sent twice, or to a person who should get none"
    strangers = set(after.learners) - set(before.learners) - set(baseline.learners)
    if strangers:
        yield f"{len(strangers)} accounts that there should not be"
    if after.admin_mails > 1:
        yield f"the admins were mailed {after.admin_mails} times"


def differences(repaired: Snapshot, baseline: Snapshot) -> Iterator[str]:
    """What still differs from the baseline after a healthy sync: one sentence each."""
    for name in ("learners", "mails", "links", "mirror", "findings"):
        actual, expected = getattr(repaired, name), getattr(baseline, name)
        if actual != expected:
            keys = [key for key in {*actual, *expected} if actual.get(key) != expected.get(key)]
            yield f"after a healthy sync {len(keys)} {name} differ from the baseline"
    if repaired.waiting != baseline.waiting:
        yield "after a healthy sync other employees wait for a decision than in the baseline"
    yield from repaired.half_done


def _visible(snapshot: Snapshot) -> tuple[object, ...]:
    return snapshot.learners, snapshot.mails, snapshot.links, snapshot.mirror


def _harms_of_one(after: Values | None, allowed: list[Values]) -> Iterator[str]:
    """The harm to one account: each value must be one of the `allowed`, the old one or the one without the fault."""
    if after is None:
        yield "an account is gone"
        return
    for name, value in after.items():
        if value not in [values.get(name) for values in allowed]:
            yield f"{name}: {'blanked' if not value else 'wrong'}"
    lost = [name for name, value in allowed[0].items() if value and name not in after]
    yield from (f"{name}: blanked" for name in lost if all(values.get(name) for values in allowed))
