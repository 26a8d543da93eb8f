"""How an undo takes a row back, and when it leaves the row alone: the truth table of an undo."""

from dataclasses import replace

import pytest

from connector.core.model.account import Account, AccountState, Link, Mail
from connector.core.model.employee import Value
from connector.core.model.operation import Operation, OperationKind
from connector.core.model.run import LeftReason
from connector.core.ports.ledger import AppliedEntry
from connector.core.rules import plan
from connector.core.rules.undo import reverse
from tests.core.builders import account, link

ACTIVE, PENDING, SUSPENDED = (state.value for state in AccountState)


def applied(
    kind: OperationKind,
    before: dict[str, Value],
    after: dict[str, Value],
    *,
    linked: Link | None = None,
    later: bool = False,
) -> AppliedEntry:
    """An applied row about Ada; linked by default."""
    return AppliedEntry(Operation(kind, "p1", "e1", "a1", before, after, Mail.NONE), linked or link(), later)


def created(state: str = ACTIVE, **values: Value) -> AppliedEntry:
    """The row that created Ada's account."""
    return applied(
        OperationKind.CREATE, {}, {"external_id": "p1", "first_name": "Ada", "state": state, **values}
    )


UPDATED = applied(OperationKind.UPDATE, {"first_name": "Adah"}, {"first_name": "Ada"})
LINKED = applied(
    OperationKind.LINK, {"external_id": None, "last_name": "B."}, {"external_id": "p1", "last_name": "Byron"}
)
SUSPENDED_ROW = applied(
    OperationKind.SUSPEND, {"state": ACTIVE}, {"state": SUSPENDED}, linked=link(AccountState.SUSPENDED)
)
REACTIVATED_ROW = applied(
    OperationKind.REACTIVATE, {"state": SUSPENDED, "last_name": "B."}, {"state": ACTIVE, "last_name": "Byron"}
)
SUSPENDED_ACCOUNT = account(state=AccountState.SUSPENDED)


@pytest.mark.req("X6")
@pytest.mark.parametrize(
    ("row", "now", "kind", "restored"),
    [
        pytest.param(UPDATED, account(), OperationKind.UPDATE, {"first_name": "Adah"}, id="values"),
        pytest.param(
            LINKED, account(), OperationKind.UNLINK, {"external_id": None, "last_name": "B."}, id="a link"
        ),
        pytest.param(
            SUSPENDED_ROW, SUSPENDED_ACCOUNT, OperationKind.REACTIVATE, {"state": ACTIVE}, id="a suspension"
        ),
        pytest.param(
            applied(OperationKind.SUSPEND, {"state": PENDING}, {"state": SUSPENDED}),
            SUSPENDED_ACCOUNT,
            OperationKind.REACTIVATE,
            {"state": PENDING},
            id="a suspension of a pending account",
        ),
        pytest.param(
            REACTIVATED_ROW,
            account(),
            OperationKind.SUSPEND,
            {"state": SUSPENDED, "last_name": "B."},
            id="a reactivation",
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
def test_undo_writes_the_values_before(
    row: AppliedEntry, now: Account, kind: OperationKind, restored: dict[str, Value]
) -> None:
    """It writes exactly the values before; a created account is suspended."""
    reversal = reverse(row, now)

    assert reversal.left is None
    assert (kind, restored) == (reversal.operation.kind, reversal.operation.after)
    assert (reversal.operation.account_id, reversal.operation.mail) == ("a1", Mail.NONE)


@pytest.mark.req("X6")
@pytest.mark.parametrize(
    ("row", "now", "reason"),
    [
        pytest.param(UPDATED, None, LeftReason.REMOVED, id="the account is gone"),
        pytest.param(
            replace(UPDATED, link=None), account(), LeftReason.UNLINKED, id="it is no longer linked"
        ),
        pytest.param(UPDATED, account(first_name="Queen"), LeftReason.EDITED, id="a value was edited"),
        pytest.param(UPDATED, account(last_name="King"), None, id="another value was edited"),
        pytest.param(
            applied(OperationKind.UPDATE, {"email": "a@x.example"}, {"email": "Ada@ACME.example"}),
            account(),
            None,
            id="the host wrote the address in small letters",
        ),
        pytest.param(
            applied(OperationKind.UPDATE, {}, {"field:title": None}),
            account(),
            None,
            id="the emptied value is still empty",
        ),
        pytest.param(
            applied(OperationKind.UPDATE, {}, {"group:7": "member"}, linked=link(groups=("7",))),
            account(),
            None,
            id="still in the group",
        ),
        pytest.param(
            applied(OperationKind.UPDATE, {}, {"group:7": "member"}),
            account(),
            LeftReason.EDITED,
            id="out of the group",
        ),
        pytest.param(SUSPENDED_ROW, account(), LeftReason.EDITED, id="access restored by hand"),
        pytest.param(
            SUSPENDED_ROW,
            account(state=AccountState.SUSPENDED, is_learner=False),
            LeftReason.NOT_A_LEARNER,
            id="promoted while suspended",
        ),
        pytest.param(
            created(), account(is_learner=False), LeftReason.NOT_A_LEARNER, id="promoted since it was created"
        ),
        pytest.param(created(), SUSPENDED_ACCOUNT, LeftReason.SUSPENDED, id="already suspended"),
        pytest.param(
            replace(created(), later=True),
            account(),
            LeftReason.LATER_RUN,
            id="created, then changed by a later run",
        ),
        pytest.param(
            replace(LINKED, later=True),
            account(),
            LeftReason.LATER_RUN,
            id="linked, then changed by a later run",
        ),
        pytest.param(replace(UPDATED, later=True), account(), None, id="other values changed by a later run"),
    ],
)
def test_row_that_was_changed_since_is_left_alone(
    row: AppliedEntry, now: Account | None, reason: LeftReason | None
) -> None:
    """An undo takes back what the run wrote, never a later change."""
    assert reverse(row, now).left is reason


@pytest.mark.req("X6")
def test_reversal_is_stored_under_the_current_person_key() -> None:
    """A person whose person id changed keeps their link under the new one."""
    moved = replace(UPDATED, link=link(person_key="p9"))

    assert reverse(moved, account()).operation.person_key == "p9"


@pytest.mark.req("X6")
def test_undone_link_loses_its_external_id() -> None:
    """An empty text removes it, where None would leave it alone."""
    change = plan.change(reverse(LINKED, account()).operation)

    assert (change.external_id, change.last_name, change.state) == ("", "B.", None)


@pytest.mark.req("X6")
def test_undo_of_a_create_uses_the_current_state() -> None:
    """An account that was created pending and is active now has no invitation to withdraw."""
    assert reverse(created(PENDING), account()).operation.before == {"state": ACTIVE}
