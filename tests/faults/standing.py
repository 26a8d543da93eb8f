"""What a portal's people have, and what may never become of it: two or three `Standing`s in, sentences out. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: Of a learner: external id, first name, last name, type, state, and custom user data by field.
Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """Learners by email, their mails, links by person, mirror by employee, findings, and what is half done.

    `waiting` are the employees whom the next run has to decide about.
    """

    learners: Mapping[str, Values]
    mails: Counter[tuple[str, str]]
    links: Mapping[str, tuple[object, ...]]
    mirror: Mapping[str, tuple[object, ...]]
    findings: Counter[tuple[str, str, str]]
    waiting: frozenset[str]
    half_done: tuple[str, ...] = ()
    letters_to_admins: int = 0


def harms(before: Standing, after: Standing, twin: Standing, *, ended: bool) -> Iterator[str]:
    """What a fault has done that it may not: one sentence each, without names.

    `twin` is what became of `before` without the fault. `ended` says that the run was ended by the fault: then nothing
    at all may have changed.
    """
    yield from after.half_done
    if ended and _told(before) != _told(after):
        yield "a run that failed has changed something"
    for key, values in before.learners.items():
        rightful = (values, twin.learners.get(key))
        yield from _harms_of_one(after.learners.get(key), [one for one in rightful if one is not None])
    if after.mails - (twin.mails | before.mails):
        yield "a mail was sent twice, or to somebody who should have none"
    strangers = set(after.learners) - set(before.learners) - set(twin.learners)
    if strangers:
        yield f"{len(strangers)} accounts that there should not be"
    if after.letters_to_admins > 1:
        yield f"the admins were mailed {after.letters_to_admins} times"


def differences(healed: Standing, twin: Standing) -> Iterator[str]:
    """What still differs from the undisturbed twin after a healthy sync."""
    for name in ("learners", "mails", "links", "mirror", "findings"):
        mine, theirs = getattr(healed, name), getattr(twin, name)
        if mine != theirs:
            keys = [key for key in {*mine, *theirs} if mine.get(key) != theirs.get(key)]
            yield f"after a healthy sync {len(keys)} {name} differ from the twin's"
    if healed.waiting != twin.waiting:
        yield "after a healthy sync others wait for a decision than with the twin"
    yield from healed.half_done


def _told(standing: Standing) -> tuple[object, ...]:
    return standing.learners, standing.mails, standing.links, standing.mirror


def _harms_of_one(after: Values | None, rightful: list[Values]) -> Iterator[str]:
    """Each value of an account has to be the one it had, or the one it should have."""
    if after is None:
        yield "an account is gone"
        return
    for name, value in after.items():
        allowed = [values.get(name) for values in rightful]
        if value not in allowed:
            yield f"{name}: {'blanked' if not value else 'wrong'}"
    lost = [name for name, value in rightful[0].items() if value and name not in after]
    yield from (f"{name}: blanked" for name in lost if all(values.get(name) for values in rightful))
