"""Runs that are killed: whatever is done to a sync, the next ones end where an undisturbed one does."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.sandbox.lms.db.tables import User
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import EntryRow
from tests.chaos.killing import torment
from tests.chaos.truth import lies
from tests.faults.stage import opened

#: A few days are enough for hires, leavers and everything that is written.
DAYS = 4


@pytest.mark.req("D18")
def test_whatever_kills_a_run_the_end_is_the_same(tmp_path: Path) -> None:
    """Kill -9 at random points, a Paycor with faults and an LMS that forgets to answer: accounts, links, mirror and
    mails end as without them, nothing is there twice, and the ledger tells the truth."""
    seen = torment(tmp_path, seed=3, kills=12, days=DAYS)

    assert seen.wrong == []
    assert seen.kills.total() == 12


def test_a_lie_of_the_ledger_is_seen(tmp_path: Path) -> None:
    """A row that never ended, an account that is not as was written, somebody made twice: the judge is not blind."""
    with opened(tmp_path) as stage:
        stage.whole.connect()
        assert stage.whole.sync().status == "done"
        honest = list(lies(stage))

        with stage.services.database.writing() as session:
            first, second = session.scalars(sa.select(EntryRow).where(EntryRow.kind == "create").limit(2))
            session.execute(
                sa.update(User).where(User.id == first.account_id).values(first_name="Somebody else")
            )
            session.execute(sa.delete(LinkRow).where(LinkRow.account_id == second.account_id))
            copied = {"after": {}, "before": {}, "outcome": "intended", "mail": "none", "kind": "create"}
            session.add(
                EntryRow(run_id=second.run_id, person_key="p", employee_id="e", account_id=None, **copied)
            )
        told = set(lies(stage))

    assert honest == []
    assert told == {
        "an operation was begun and never settled",
        "the last that was written as first_name is not what is there",
        "who was made and who is linked as made are not the same",
    }
