"""Every promise can fail: a host that breaks one is caught by the promise that it breaks."""

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
    """The host in memory, for subclasses that break a promise."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(FIELDS, clock=clock)


class Shuffled(Host):
    """Answers in another order."""

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Last row first."""
        return list(reversed(super().create(rows)))


class AllOrNobody(Host):
    """One bad row fails the batch."""

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """All rows or none."""
        outcomes = super().create(rows)
        if all(one.status is OutcomeStatus.CREATED for one in outcomes):
            return outcomes
        self.delete([one.account_id or "" for one in outcomes if one.status is OutcomeStatus.CREATED])
        return [Outcome(OutcomeStatus.REJECTED, code="invalidparameter")] * len(rows)


class Mailing(Host):
    """Mails every new account."""

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """With a mail."""
        outcomes = super().create(rows)
        self.mails += [Invitation(one.account_id or "", None) for one in outcomes]  # type: ignore[arg-type]
        return outcomes


class CaseSensitive(Host):
    """Creates a second account for an address in capitals."""

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Capitals make another address."""
        return super().create([replace(row, email=row.email.replace("BOB", "bob2").strip()) for row in rows])


class Unfiltered(Host):
    """Ignores the key of a look-up."""

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts, whatever the key."""
        return {key: list(self.accounts.values()) for key in keys}


class CaseBlind(Host):
    """Ignores the case of external ids."""

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """By key, in any case."""
        folded = {(account.external_id or "").casefold(): account for account in self.accounts.values()}
        found = dict(super().find(keys))  # type: ignore[arg-type]
        for key in keys:
            if key.kind is KeyKind.EXTERNAL_ID and key.value.casefold() in folded:
                found[key] = [folded[key.value.casefold()]]
        return found


class Erasing(Host):
    """Accepts a value outside the choices, and empties the field."""

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Silently."""
        key = "employment_type"
        return super().update(
            [replace(change, fields={key: None}) if key in change.fields else change for change in changes]
        )


class FlagOnly(Host):
    """Suspends with a flag that the sign-in ignores."""


class Lenient(Host):
    """Suspends every account it is asked to."""

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Including admins."""
        for change in changes:
            if change.account_id in self.accounts and change.state:
                self.edit(change.account_id, state=change.state)
        return super().update(changes)


class KeyKeeping(Host):
    """Never removes an external id."""

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """The empty text changes nothing."""
        return super().update([replace(change, external_id=change.external_id or None) for change in changes])


class Restless(Host):
    """Gives a new version after a change without new values."""

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """With a new version for every row."""
        outcomes = super().update(changes)
        return [
            replace(one, version=self.edit(one.account_id).version) if one.account_id else one
            for one in outcomes
        ]


BROKEN = (
    (Shuffled, "outcomes_come_in_the_order_of_the_rows"),
    (AllOrNobody, "a_refused_row_does_not_affect_the_others"),
    (AllOrNobody, "an_existing_account_does_not_affect_the_other_rows"),
    (Mailing, "a_new_account_causes_no_mail"),
    (CaseSensitive, "an_account_with_the_address_is_not_created_twice"),
    (Unfiltered, "every_key_gets_an_answer"),
    (Unfiltered, "no_address_is_found_by_a_wildcard_or_a_part_of_it"),
    (CaseBlind, "an_external_id_is_matched_exactly"),
    (Erasing, "a_value_outside_the_choices_is_refused_before_anything_is_written"),
    (FlagOnly, "a_suspended_account_cannot_sign_in"),
    (Lenient, "an_account_that_is_more_than_a_learner_is_never_suspended"),
    (KeyKeeping, "an_external_id_can_be_removed"),
    (Restless, "a_change_without_new_values_changes_nothing"),
)


def rig(host: MemoryHost, clock: Clock, signs_in: Callable[[str], bool]) -> Rig:
    """A rig with all access to the host."""
    return Rig(
        host,
        mailed=lambda: [mail.account_id for mail in host.mails],
        promote=lambda account_id: host.edit(account_id, is_learner=False),
        now=lambda: clock.advance(timedelta(seconds=1)),
        signs_in=signs_in,
    )


@pytest.mark.parametrize(("host_class", "name"), BROKEN)
def test_a_host_that_breaks_a_promise_is_caught(clock: Clock, host_class: type[Host], name: str) -> None:
    """By a sentence without a value of any account."""
    with pytest.raises(ContractBroken) as broken:
        BY_NAME[name](rig(host_class(clock), clock, lambda account_id: True), Names())

    assert str(broken.value).endswith(".")
    assert "@" not in str(broken.value)


def test_a_host_that_creates_twice_after_a_time_out_is_caught(clock: Clock) -> None:
    """It breaks the promise about UNKNOWN."""

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
        BY_NAME["a_create_without_an_answer_is_unknown_and_looked_up"](lost, Names())


def test_what_a_host_does_not_offer_is_reported_before_what_cannot_be_tried(clock: Clock) -> None:
    """Its capabilities come before what the test has no access to."""
    bare = MemoryHost(clock=clock, capabilities=replace(MemoryHost().capabilities(), invite=False))

    with pytest.raises(NotOffered, match="not offered by the host: mail on request"):
        BY_NAME["an_invitation_is_one_mail"](Rig(bare), Names())
    with pytest.raises(NotTried, match="missing: a way to sign in"):
        BY_NAME["a_suspended_account_cannot_sign_in"](Rig(bare), Names())


def test_no_two_promises_have_one_name() -> None:
    """The table and the tests use the names; the docstring of each adds the details."""
    assert len(BY_NAME) == len(CHECKS)
    assert all(check.promise for check in CHECKS)
