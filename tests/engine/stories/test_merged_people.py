"""Two person ids that an admin has said to be one person's: in later reads too (rule D25), on both databases."""

import pytest

from connector.core.model.account import AccountState
from connector.hosts.memory import MemoryHost
from connector.store.mirror import person_id_changes
from connector.store.tables.people import EmployeeRow, PersonAliasRow
from tests.engine.company import leaver, worker
from tests.engine.workbench import Desk

pytestmark = pytest.mark.req("D25")

#: The first employee under new ids.
BACK = worker(9, email="p1@example.com")


def merge(desk: Desk, old: str, new: str, *dropped: str) -> None:
    """The admin's word."""
    with desk.database.writing() as session:
        person_id_changes.merge(session, desk.connection_id, old, new, dropped)


def test_records_under_the_old_id_are_read_as_the_new_persons(desk: Desk, host: MemoryHost) -> None:
    """Changed or not, they never start a person of their own again."""
    desk.sync([worker(1)])
    desk.sync([leaver(worker(1)), BACK])
    merge(desk, "p001", "p009")
    desk.sync([leaver(worker(1, last_name="Changed")), BACK])

    [account] = host.accounts.values()
    assert {row.person_key for row in desk.rows(EmployeeRow)} == {"p009"}
    assert (account.external_id, account.state) == ("p009", AccountState.ACTIVE)
    assert desk.links().keys() == {"p009"}


def test_a_chain_of_ids_ends_at_the_last_one(desk: Desk) -> None:
    """Hired a third time: the first id is the third person's as well."""
    desk.sync([worker(1)])
    merge(desk, "p001", "p009")
    merge(desk, "p009", "p017")
    desk.sync([worker(1, last_name="Changed")])

    assert {(row.person_key, row.used_key) for row in desk.rows(PersonAliasRow)} == {
        ("p001", "p017"),
        ("p009", "p017"),
    }
    assert [row.person_key for row in desk.rows(EmployeeRow)] == ["p017"]


def test_employments_that_no_read_brings_are_deleted(desk: Desk) -> None:
    """They would otherwise count as missing and keep the decision waiting."""
    desk.sync([worker(1), worker(2)])
    merge(desk, "p001", "p009", "e001")

    assert [row.employee_id for row in desk.rows(EmployeeRow)] == ["e002"]
