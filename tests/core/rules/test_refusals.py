"""What is sent again after a refusal, and what is remembered of it."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from connector.core.model.account import Field
from connector.core.model.operation import Operation, OperationKind
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.rules.refusals import Attempts, next_try

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ALL = {
    "email": "a@example.com",
    "last_name": "King",
    "state": "active",
    "field:title": "x",
    "field:grade": "+4",
}
K = OperationKind


def operation(kind: OperationKind, after: Mapping[str, str | None] = ALL) -> Operation:
    """An operation that writes these values to an account without any."""
    return Operation(kind, "p1", "e1", None if kind is K.CREATE else "1", dict.fromkeys(after), after)


def refusal(code: str, *names: str) -> Outcome:
    """A row that was refused, with the values at fault if the host names them."""
    return Outcome(OutcomeStatus.REJECTED, code=code, refused=dict.fromkeys(names, code))


@pytest.mark.req("D29")
@pytest.mark.parametrize(
    ("kind", "outcome", "is_first", "left"),
    [
        pytest.param(
            K.CREATE, refusal("value", "field:grade"), True, "email last_name state field:title", id="named"
        ),
        pytest.param(K.CREATE, refusal("value"), True, "email last_name state", id="nothing named"),
        pytest.param(
            K.CREATE, refusal("value", "field:title"), False, "email last_name state", id="named again"
        ),
        pytest.param(K.CREATE, refusal("email", "email"), True, None, id="a create without an address"),
        pytest.param(K.CREATE, refusal("email"), True, None, id="an address by its reason"),
        pytest.param(
            K.REACTIVATE, refusal("email"), True, "last_name state field:title field:grade", id="by reason"
        ),
        pytest.param(K.REACTIVATE, refusal("not_a_learner"), True, None, id="the state itself"),
        pytest.param(K.REACTIVATE, refusal("odd"), True, "email last_name state", id="fields first"),
    ],
)
def test_the_next_try_leaves_out_as_little_as_the_host_lets_us_know(
    kind: OperationKind, outcome: Outcome, is_first: bool, left: str | None
) -> None:
    """None: the person is refused, because nothing that can be left out is at fault."""
    smaller = next_try(operation(kind), outcome, is_first=is_first)

    assert (smaller and set(smaller.after)) == (left and set(left.split()))
    assert smaller is None or smaller.before.keys() == smaller.after.keys()


@pytest.mark.req("D29")
def test_tries_come_to_an_end() -> None:
    """Whatever a host answers, each try is smaller than the one before."""
    tried: Operation | None = operation(K.REACTIVATE)
    seen = []
    while tried is not None:
        seen.append(set(tried.after))
        tried = next_try(tried, refusal("odd"), is_first=len(seen) == 1)

    assert seen == [set(ALL), {"email", "last_name", "state"}, {"state"}]


@pytest.mark.req("D29")
@pytest.mark.parametrize(
    ("after", "outcome", "told"),
    [
        pytest.param({"field:title": "x"}, refusal("value"), [("field_refused", "Title", "x")], id="a field"),
        pytest.param(
            {"email": "ä@b"}, refusal("email"), [("identity_refused", "Work email", "ä@b")], id="an address"
        ),
        pytest.param(
            {"email": "a@b"}, refusal("email.taken"), [("refused", "Work email", "a@b")], id="taken"
        ),
        pytest.param({"state": "suspended"}, refusal("not_a_learner"), [("refused", "", "")], id="a state"),
        pytest.param(
            {"state": "suspended"}, refusal("hook"), [("host_failed", "", "")], id="the LMS's own code"
        ),
        pytest.param({"state": "suspended"}, Outcome(OutcomeStatus.RETRY), [], id="no refusal"),
    ],
)
def test_a_refusal_is_told_to_who_can_change_it(
    after: Mapping[str, str | None], outcome: Outcome, told: list[tuple[str, str, str]]
) -> None:
    """HR for names and addresses, an admin for fields and accounts, the operator for the LMS's own errors."""
    attempts = Attempts(1, {"title": Field("title", "Title")})

    found = [finding for _, finding in attempts.refused(operation(K.UPDATE, after), outcome, NOW)]

    assert [(one.code, one.subject, one.detail) for one in found] == told
    assert all(one.hint == outcome.code for one in found)
