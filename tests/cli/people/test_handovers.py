"""Accounts that change hands, from the shell: list, confirm."""

import pytest

from connector.core.ports.host import Change
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow
from tests.whole import PORTAL, Whole


@pytest.fixture
def waiting(whole: Whole) -> str:
    """The id of an employee who is not linked any more, while the account has the mark of a forgotten person."""
    employee_id = whole.employed()[0]
    with whole.app.app_context():
        with whole.services.database.reading() as session:
            person_key = session.query(EmployeeRow).filter_by(employee_id=employee_id).one().person_key
            link = session.query(LinkRow).filter_by(person_key=person_key).one()
        host = whole.services.lms.host(PORTAL)
        host.update([Change(link.account_id, external_id="forgotten")])
        finding = FindingRow(
            connection_id=link.connection_id,
            person_key=person_key,
            employee_id=employee_id,
            code="account_taken",
            is_skip=True,
            since=whole.services.clock(),
        )
        with whole.services.database.writing() as session:
            session.add(finding)
            session.delete(link)
    return employee_id


@pytest.mark.req("D25")
def test_a_handover_is_listed_and_confirmed(whole: Whole, waiting: str) -> None:
    """It is asked for once more, unless `--yes` says that it need not be."""
    listed = whole.run_command("handover", "list", "--portal", PORTAL)
    asked = whole.run_command("handover", "confirm", waiting, "--portal", PORTAL)
    done = whole.run_command("handover", "confirm", waiting, "--yes", "--portal", PORTAL)
    empty = whole.run_command("handover", "list", "--portal", PORTAL)

    assert listed.stdout.split("\t")[0] == waiting
    assert "not connected any more" in listed.stdout
    assert (asked.exit_code, done.exit_code) == (1, 0)
    assert "Accounts handed over: 1" in done.stdout
    assert empty.stdout == ""


@pytest.mark.req("D25")
@pytest.mark.parametrize("arguments", [(), ("e1", "--all")])
def test_it_is_either_some_people_or_all(whole: Whole, arguments: tuple[str, ...]) -> None:
    """Never all by an empty list."""
    result = whole.run_command("handover", "confirm", *arguments, "--yes", "--portal", PORTAL)

    assert result.exit_code == 2
    assert "Give employee ids, or --all" in result.stderr


@pytest.mark.req("D25")
def test_nobody_employed_is_on_the_list(whole: Whole) -> None:
    """After an ordinary first sync nothing waits."""
    everybody = whole.run_command("handover", "confirm", "--all", "--yes", "--portal", PORTAL)

    assert "Accounts handed over: 0" in everybody.stdout
