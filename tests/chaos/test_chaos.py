"""Killed runs: whatever happens to a sync, the next ones end in the same state as an undisturbed one."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.sandbox.lms.db.tables import User
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import EntryRow
from tests.chaos.ledger_check import ledger_errors
from tests.chaos.simulation import run_chaos
from tests.faults.rig import open_rig

#: A few days are enough for hires, leavers and every kind of write.
DAYS = 4


@pytest.mark.req("D18")
def test_whatever_kills_a_run_the_end_is_the_same(tmp_path: Path) -> None:
    """Kill -9 at random points, a Paycor with faults and an LMS that loses answers: accounts, links, mirror and mails
    end as without them, nothing exists twice, and the ledger is right."""
    result = run_chaos(tmp_path, seed=3, kills=12, days=DAYS)

    assert result.problems == []
    assert result.kills.total() == 12


def test_the_ledger_check_finds_every_error(tmp_path: Path) -> None:
    """A row that never ended, an account that differs from the ledger, a created account without its link."""
    with open_rig(tmp_path) as rig:
        rig.whole.connect()
        assert rig.whole.sync().status == "done"
        errors_before = list(ledger_errors(rig))

        with rig.services.database.writing() as session:
            first, second = session.scalars(sa.select(EntryRow).where(EntryRow.kind == "create").limit(2))
            session.execute(
                sa.update(User).where(User.id == first.account_id).values(first_name="Somebody else")
            )
            session.execute(sa.delete(LinkRow).where(LinkRow.account_id == second.account_id))
            copied = {"after": {}, "before": {}, "outcome": "intended", "mail": "none", "kind": "create"}
            session.add(
                EntryRow(run_id=second.run_id, person_key="p", employee_id="e", account_id=None, **copied)
            )
        errors = set(ledger_errors(rig))

    assert errors_before == []
    assert errors == {
        "an operation was started and never settled",
        "the LMS does not have the last first_name of the ledger",
        "the created accounts and the links with origin created are not the same",
    }
