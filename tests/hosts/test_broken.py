"""Every promise can be broken: a host that breaks one is found out, by the promise that it breaks."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from connector.core.ports.host import (
    Change,
    Found,
    Invitation,
    Key,
    KeyKind,
    NewAccount,
    Outcome,
    OutcomeStatus,
    Unknown,
)
from connector.hosts import Failure, Fault, MemoryHost
from connector.hosts.contract import CHECKS, ContractBroken, Names, NotOffered, NotTried, Rig
from tests.clock import Clock
from tests.hosts.memory_rig import FIELDS

BY_NAME = {check.name: check for check in CHECKS}


class Host(MemoryHost):
    """The host in a dict, with parts that can be replaced by worse ones."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(FIELDS, clock=clock)


class Shuffled(Host):
    """Answers in another order."""

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """The last one first."""
        return list(reversed(super().create(rows)))


class AllOrNobody(Host):
    """One bad row loses the batch."""

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Made, unless one of them cannot be."""
        outcomes = super().create(rows)
        if all(one.status is OutcomeStatus.CREATED for one in outcomes):
            return outcomes
        self.delete([one.account_id or "" for one in outcomes if one.status is OutcomeStatus.CREATED])
        return [Outcome(OutcomeStatus.REJECTED, code="invalidparameter")] * len(rows)


class Mailing(Host):
    """Mails whoever is made."""

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """With a mail."""
        outcomes = super().create(rows)
        self.mails += [Invitation(one.account_id or "", None) for one in outcomes]  # type: ignore[arg-type]
        return outcomes


class Twice(Host):
    """Makes somebody with an address in capitals once more."""

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Capitals are another address."""
        return super().create([replace(row, email=row.email.replace("BOB", "bob2").strip()) for row in rows])


class Stranger(Host):
    """Ignores what is looked for."""

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """Everybody, whatever the key."""
        return {key: list(self.accounts.values()) for key in keys}


class CaseBlind(Host):
    """Takes keys for words."""

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """By key, in any letters."""
        folded = {(account.external_id or "").casefold(): account for account in self.accounts.values()}
        found = dict(super().find(keys))  # type: ignore[arg-type]
        for key in keys:
            if key.kind is KeyKind.EXTERNAL_ID and key.value.casefold() in folded:
                found[key] = [folded[key.value.casefold()]]
        return found


class Erasing(Host):
    """Takes a value that is no choice, and empties the field."""

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Without a word."""
        wrong = "employment_type"
        return super().update(
            [
                replace(change, fields={wrong: None}) if wrong in change.fields else change
                for change in changes
            ]
        )


class Flagged(Host):
    """Sets a flag for the suspended, which nobody looks at."""


class Lenient(Host):
    """Suspends whoever it is told to."""

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Admins among them."""
        for change in changes:
            if change.account_id in self.accounts and change.state:
                self.edit(change.account_id, state=change.state)
        return super().update(changes)


class KeyKeeping(Host):
    """Never lets go of a key."""

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """The empty text leaves it alone."""
        return super().update([replace(change, external_id=change.external_id or None) for change in changes])


class Restless(Host):
    """Counts a change that changed nothing."""

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Edited, whatever it was."""
        outcomes = super().update(changes)
        return [
            replace(one, version=self.edit(one.account_id).version) if one.account_id else one
            for one in outcomes
        ]


BROKEN = (
    (Shuffled, "outcomes_come_in_the_order_of_the_rows"),
    (AllOrNobody, "a_refused_row_takes_nobody_with_it"),
    (AllOrNobody, "a_row_that_exists_takes_nobody_with_it"),
    (Mailing, "a_new_account_causes_no_mail"),
    (Twice, "whoever_has_the_address_is_not_made_twice"),
    (Stranger, "every_key_that_is_asked_is_answered"),
    (Stranger, "no_address_is_found_by_a_wildcard_or_a_part_of_it"),
    (CaseBlind, "an_external_id_is_found_letter_by_letter"),
    (Erasing, "a_value_that_is_no_choice_is_refused_before_anything_is_written"),
    (Flagged, "whoever_is_suspended_cannot_sign_in"),
    (Lenient, "whoever_is_more_than_a_learner_is_never_suspended"),
    (KeyKeeping, "an_external_id_can_be_taken_off"),
    (Restless, "a_change_to_what_is_there_changes_nothing"),
)


def rig(host: MemoryHost, clock: Clock, signs_in: Callable[[str], bool]) -> Rig:
    """The host with every window onto it."""
    return Rig(
        host,
        mailed=lambda: [mail.account_id for mail in host.mails],
        promote=lambda account_id: host.edit(account_id, is_learner=False),
        now=lambda: clock.advance(timedelta(seconds=1)),
        signs_in=signs_in,
    )


@pytest.mark.parametrize(("host_class", "name"), BROKEN)
def test_a_host_that_breaks_a_promise_is_found_out(clock: Clock, host_class: type[Host], name: str) -> None:
    """By a sentence that has no value of an account in it."""
    with pytest.raises(ContractBroken) as broken:
        BY_NAME[name](rig(host_class(clock), clock, lambda account_id: True), Names())

    assert str(broken.value).endswith(".")
    assert "@" not in str(broken.value)


def test_a_create_that_is_repeated_is_found_out(clock: Clock) -> None:
    """A host that makes somebody twice after a time-out breaks the promise of UNKNOWN."""

    class Repeating(Host):
        def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
            first = super().create(rows)
            again = [replace(row, email=f"x{row.email}", external_id=f"x{row.external_id}") for row in rows]
            return super().create(again) if first[0].status is OutcomeStatus.UNKNOWN else first

    host = Repeating(clock)
    lost = replace(
        rig(host, clock, lambda account_id: True),
        loses_answer=lambda: host.faults.append(Fault("create", Failure.UNKNOWN)),
    )

    with pytest.raises(ContractBroken):
        BY_NAME["what_became_of_a_create_without_an_answer_is_looked_up"](lost, Names())


def test_what_a_host_lacks_is_told_before_what_cannot_be_seen(clock: Clock) -> None:
    """The host's own word counts for more than a window that a test has not."""
    bare = MemoryHost(clock=clock, capabilities=replace(MemoryHost().capabilities(), invite=False))

    with pytest.raises(NotOffered, match="not offered by the host: mail on request"):
        BY_NAME["an_invitation_is_one_mail"](Rig(bare), Names())
    with pytest.raises(NotTried, match="missing: a try at signing in"):
        BY_NAME["whoever_is_suspended_cannot_sign_in"](Rig(bare), Names())


def test_no_two_promises_have_one_name() -> None:
    """The table and the tests go by them; each says in its docstring what more there is to it."""
    assert len(BY_NAME) == len(CHECKS)
    assert all(check.promise for check in CHECKS)
