"""A plan that waits for its admin: nothing throws it away, and a newer sync takes its place only on record."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.core.model.account import AccountState
from connector.core.model.run import RunMode, RunTrigger
from connector.core.model.settings import Limit, Limits, Policy
from connector.errors import OverLimits, Refused, SourceUnavailable
from connector.services.runs.request import PlanPart
from connector.store.tables.connection import Audit
from connector.store.tables.runs import EntryRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire


@pytest.fixture
def portal(tmp_path: Path, clock: Clock, database_url: str) -> Iterator[ConnectedPortal]:
    """The portal of the other tests, on SQLite and on PostgreSQL."""
    portal = ConnectedPortal(tmp_path, clock, url=database_url)
    yield portal
    portal.database.engine.dispose()


@pytest.fixture
def held(portal: ConnectedPortal) -> int:
    """A held sync: it would end the access of two people where a limit allows one."""
    portal.chooses(Policy(limits=Limits(leavers=Limit(1, 0))))
    portal.sync()
    portal.employs(gone(1), gone(2), hire(3))
    run = portal.sync(trigger="daily")
    assert run.status == "held"
    return run.id


def suspended(portal: ConnectedPortal) -> int:
    """How many accounts are suspended."""
    return sum(account.state is AccountState.SUSPENDED for account in portal.host.accounts.values())


def log(portal: ConnectedPortal) -> list[tuple[str, dict[str, int]]]:
    """The settings log: each action with what it is about, the oldest first."""
    return [(row.action, row.detail) for row in sorted(portal.rows(Audit), key=lambda row: row.id)]


def waiting_rows(portal: ConnectedPortal, run_id: int) -> set[str]:
    """The employees with a row of this plan that waits."""
    with portal.database.reading() as session:
        query = sa.select(EntryRow.employee_id)
        return set(
            session.scalars(query.where(EntryRow.run_id == run_id, EntryRow.outcome == "planned")).all()
        )


@pytest.mark.req("D31")
def test_a_held_plan_is_on_record_and_mailed(portal: ConnectedPortal, held: int) -> None:
    """The log names the sync, and the mail the limit, with numbers and no names."""
    (_, subject, text) = portal.lms.letters[-1]

    assert log(portal) == [("run.held", {"run": held})]
    assert subject == "Paycor: a sync waits for you"
    assert "2 people would lose access, and the limit is 1." in text
    assert "Last1" not in text


@pytest.mark.req("D31")
@pytest.mark.parametrize("paused", [False, True])
def test_no_preview_touches_a_held_plan(portal: ConnectedPortal, held: int, *, paused: bool) -> None:
    """Whatever the preview finds, the held plan waits with all its rows and can be released."""
    portal.employs(hire(1), hire(2), hire(3))
    if paused:
        portal.connecting.pause("a", "admin")

    preview = portal.carry_out(portal.runs.request("a", RunMode.PREVIEW, RunTrigger.MANUAL, "admin"))

    assert (preview.status, portal.run(held).status) == ("done", "held")
    assert waiting_rows(portal, held) == {"e1", "e2"}
    assert "run.replaced" not in [action for action, _ in log(portal)]


@pytest.mark.req("D31")
def test_a_nightly_sync_within_the_limits_replaces_the_plan_that_waits(
    portal: ConnectedPortal, held: int
) -> None:
    """Paycor has corrected one of the two: the other one leaves, and the admins are told that nothing waits."""
    portal.employs(hire(1), gone(2), hire(3))

    newer = portal.sync(trigger="daily")

    old = portal.run(held)
    assert (newer.status, suspended(portal)) == ("done", 1)
    assert (old.status, old.replaced_by) == ("replaced", newer.id)
    assert log(portal)[-1] == ("run.replaced", {"run": held, "by": newer.id})
    assert [letter[1] for letter in portal.lms.letters] == [
        "Paycor: a sync waits for you",
        "Paycor: no sync waits for you any more",
    ]


@pytest.mark.req("D31")
def test_a_nightly_sync_over_the_limits_waits_in_its_place(portal: ConnectedPortal, held: int) -> None:
    """The old plan is replaced, and can be read; the new one waits, and the admins are told both."""
    portal.employs(gone(1), gone(2), gone(3))

    newer = portal.sync(trigger="daily")

    assert (portal.run(held).status, newer.status, suspended(portal)) == ("replaced", "held", 0)
    assert waiting_rows(portal, held) == {"e1", "e2"}
    assert log(portal)[-2:] == [
        ("run.replaced", {"run": held, "by": newer.id}),
        ("run.held", {"run": newer.id}),
    ]
    text = portal.lms.letters[-1][2]
    assert "3 people would lose access" in text
    assert "takes the place" in text


@pytest.mark.req("D31")
def test_a_nightly_sync_that_fails_leaves_the_plan_waiting(portal: ConnectedPortal, held: int) -> None:
    """It has decided about nobody."""
    portal.fails(SourceUnavailable("Paycor did not answer."))

    failed = portal.sync(trigger="daily")

    assert (failed.status, portal.run(held).status) == ("failed", "held")


@pytest.mark.req("D31")
@pytest.mark.parametrize("mode", ["due_dates", "mail"])
def test_a_run_that_does_not_read_everybody_leaves_the_plan_waiting(
    portal: ConnectedPortal, held: int, mode: str
) -> None:
    """It has not decided about everybody in the plan."""
    portal.carry_out(portal.queue(mode, "hourly"))

    assert portal.run(held).status == "held"


@pytest.mark.req("D31")
def test_a_replaced_plan_says_by_which(portal: ConnectedPortal, held: int) -> None:
    """An admin who has the old one open is sent to the new one, and changes nothing."""
    newer = portal.sync(trigger="daily")

    for act in (portal.runs.apply, portal.runs.release, portal.runs.discard):
        with pytest.raises(Refused, match=f"replaced by run {newer.id}"):
            act("a", held, "admin")

    assert portal.run(newer.id).status == "held"


@pytest.fixture
def preview(portal: ConnectedPortal) -> int:
    """A preview over a limit: two people would lose access where one may, and one would be added."""
    portal.chooses(Policy(limits=Limits(leavers=Limit(1, 0))))
    portal.sync()
    portal.employs(gone(1), gone(2), hire(3), hire(4))
    return portal.carry_out(portal.runs.request("a", RunMode.PREVIEW, RunTrigger.MANUAL, "admin")).id


@pytest.mark.req("D31", "X2", "X4")
def test_a_preview_over_a_limit_is_not_applied_by_one_click(portal: ConnectedPortal, preview: int) -> None:
    """The error names the limit and the number, with the digest that was shown and without; nothing is queued."""
    for digest in (portal.run(preview).digest, None):
        with pytest.raises(
            OverLimits, match=r"2 people would lose access, and the limit is 1\. .* release it"
        ):
            portal.runs.apply("a", preview, "admin", digest=digest)

    assert [run[0] for run in portal.history()] == ["sync", "preview"]
    assert (suspended(portal), log(portal)) == (0, [])


@pytest.mark.req("D31", "X4")
def test_a_preview_over_a_limit_is_released_as_a_held_sync_is(portal: ConnectedPortal, preview: int) -> None:
    """What is within the limits first, then the rest; the log says that it was over a limit."""
    safe = portal.carry_out(portal.runs.release("a", preview, "admin", part=PlanPart.SAFE))
    after_safe = (len(portal.host.accounts), suspended(portal))
    rest = portal.carry_out(portal.runs.release("a", preview, "admin"))

    assert (safe.status, rest.status) == ("done", "done")
    assert (after_safe, suspended(portal)) == ((4, 0), 2)
    assert log(portal) == [
        ("run.released", {"run": preview, "rows": 1}),
        ("run.released", {"run": preview, "rows": 2}),
    ]


@pytest.mark.req("D31", "X4")
def test_a_held_sync_is_released_and_not_applied(portal: ConnectedPortal, held: int) -> None:
    """Its digest is no way past the guard."""
    with pytest.raises(OverLimits):
        portal.runs.apply("a", held, "admin", digest=portal.run(held).digest)

    assert portal.run(held).status == "held"


@pytest.mark.req("X2", "X30")
def test_the_log_tells_an_applied_preview_from_a_released_sync(portal: ConnectedPortal) -> None:
    """Within the limits nothing was held, so nothing was released."""
    preview = portal.carry_out(portal.runs.request("a", RunMode.PREVIEW, RunTrigger.MANUAL, "admin"))

    portal.carry_out(portal.runs.apply("a", preview.id, "admin", digest=preview.digest))

    assert log(portal) == [("preview.applied", {"run": preview.id, "rows": 3})]
