"""What takes a row back, and when it is left as it is: the truth table of an undo."""

from dataclasses import replace

import pytest

from connector.core.model.account import Account, AccountState, Link, Mail
from connector.core.model.employee import Value
from connector.core.model.operation import Operation, OperationKind
from connector.core.ports.ledger import AppliedEntry
from connector.core.rules import plan
from connector.core.rules.undo import LEFT, reverse
from tests.core.make import account, link

ACTIVE, PENDING, SUSPENDED = (state.value for state in AccountState)


def done(
    kind: OperationKind,
    before: dict[str, Value],
    after: dict[str, Value],
    *,
    linked: Link | None = None,
    later: bool = False,
) -> AppliedEntry:
    """A row about Ada that was carried out; linked, unless told otherwise."""
    return AppliedEntry(Operation(kind, "p1", "e1", "a1", before, after, Mail.NONE), linked or link(), later)


def created(state: str = ACTIVE, **values: Value) -> AppliedEntry:
    """Ada's account was made."""
    return done(
        OperationKind.CREATE, {}, {"external_id": "p1", "first_name": "Ada", "state": state, **values}
    )


UPDATED = done(OperationKind.UPDATE, {"first_name": "Adah"}, {"first_name": "Ada"})
LINKED = done(
    OperationKind.LINK, {"external_id": None, "last_name": "B."}, {"external_id": "p1", "last_name": "Byron"}
)
LEFT_US = done(
    OperationKind.SUSPEND, {"state": ACTIVE}, {"state": SUSPENDED}, linked=link(AccountState.SUSPENDED)
)
CAME_BACK = done(
    OperationKind.REACTIVATE, {"state": SUSPENDED, "last_name": "B."}, {"state": ACTIVE, "last_name": "Byron"}
)
OUT = account(state=AccountState.SUSPENDED)


@pytest.mark.req("X6")
@pytest.mark.parametrize(
    ("was", "now", "kind", "restored"),
    [
        pytest.param(UPDATED, account(), OperationKind.UPDATE, {"first_name": "Adah"}, id="values"),
        pytest.param(
            LINKED, account(), OperationKind.UNLINK, {"external_id": None, "last_name": "B."}, id="a link"
        ),
        pytest.param(LEFT_US, OUT, OperationKind.REACTIVATE, {"state": ACTIVE}, id="a suspension"),
        pytest.param(
            done(OperationKind.SUSPEND, {"state": PENDING}, {"state": SUSPENDED}),
            OUT,
            OperationKind.REACTIVATE,
            {"state": PENDING},
            id="a suspension of somebody pending",
        ),
        pytest.param(
            CAME_BACK,
            account(),
            OperationKind.SUSPEND,
            {"state": SUSPENDED, "last_name": "B."},
            id="a return",
        ),
        pytest.param(created(), account(), OperationKind.SUSPEND, {"state": SUSPENDED}, id="an account"),
        pytest.param(
            created(),
            account(first_name="Queen"),
            OperationKind.SUSPEND,
            {"state": SUSPENDED},
            id="a renamed account",
        ),
    ],
)
def test_a_row_is_taken_back(
    was: AppliedEntry, now: Account, kind: OperationKind, restored: dict[str, Value]
) -> None:
    """What was there before, and nothing else, is written; an account that was made is closed."""
    reversal = reverse(was, now)

    assert reversal.left == ""
    assert (kind, restored) == (reversal.operation.kind, reversal.operation.after)
    assert (reversal.operation.account_id, reversal.operation.mail) == ("a1", Mail.NONE)


@pytest.mark.req("X6")
@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        pytest.param(UPDATED, None, "removed", id="the account is gone"),
        pytest.param(replace(UPDATED, link=None), account(), "unlinked", id="it is not ours any more"),
        pytest.param(UPDATED, account(first_name="Queen"), "edited", id="a value was edited"),
        pytest.param(UPDATED, account(last_name="King"), "", id="another value was edited"),
        pytest.param(
            done(OperationKind.UPDATE, {"email": "a@x.example"}, {"email": "Ada@ACME.example"}),
            account(),
            "",
            id="the host wrote the address in small letters",
        ),
        pytest.param(
            done(OperationKind.UPDATE, {}, {"field:title": None}),
            account(),
            "",
            id="what was emptied is empty",
        ),
        pytest.param(
            done(OperationKind.UPDATE, {}, {"group:7": "member"}, linked=link(groups=("7",))),
            account(),
            "",
            id="still in the group",
        ),
        pytest.param(
            done(OperationKind.UPDATE, {}, {"group:7": "member"}), account(), "edited", id="out of the group"
        ),
        pytest.param(LEFT_US, account(), "edited", id="let in again by hand"),
        pytest.param(
            LEFT_US,
            account(state=AccountState.SUSPENDED, is_learner=False),
            "not_a_learner",
            id="promoted while suspended",
        ),
        pytest.param(created(), account(is_learner=False), "not_a_learner", id="promoted since it was made"),
        pytest.param(created(), OUT, "suspended", id="closed already"),
        pytest.param(replace(created(), later=True), account(), "later_run", id="made, then changed by us"),
        pytest.param(replace(LINKED, later=True), account(), "later_run", id="linked, then changed by us"),
        pytest.param(replace(UPDATED, later=True), account(), "", id="other values changed by us"),
    ],
)
def test_what_has_changed_since_is_left(was: AppliedEntry, now: Account | None, why: str) -> None:
    """Whoever changed it: an undo takes back what the run wrote, never what came after it."""
    assert why == reverse(was, now).left
    assert why in ("", *LEFT)


@pytest.mark.req("X6")
def test_what_takes_a_row_back_is_remembered_of_whoever_is_linked_now() -> None:
    """A human whose person id has changed keeps their link under the new one."""
    moved = replace(UPDATED, link=link(person_key="p9"))

    assert reverse(moved, account()).operation.person_key == "p9"


@pytest.mark.req("X6")
def test_our_key_is_taken_off_a_link_that_is_undone() -> None:
    """The empty text takes it off, where None would leave it alone."""
    change = plan.change(reverse(LINKED, account()).operation)

    assert (change.external_id, change.last_name, change.state) == ("", "B.", None)


@pytest.mark.req("X6")
def test_who_has_answered_since_is_closed_as_they_are_now() -> None:
    """An account that was made pending and is active has no invitation to take back."""
    assert reverse(created(PENDING), account()).operation.before == {"state": ACTIVE}
