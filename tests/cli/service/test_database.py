"""`flask connector db`: upgrade, downgrade, check."""

import sqlalchemy as sa

from connector.store import schema
from tests.whole import Whole, plain_line


def ours(whole: Whole) -> list[str]:
    """The connector's tables that exist."""
    names = sa.inspect(whole.services.database.engine).get_table_names()
    return [name for name in names if name.startswith("connector_")]


def test_the_tables_come_and_go(whole: Whole) -> None:
    """A downgrade asks first; a second upgrade changes nothing; the LMS's own tables stay."""
    down = whole.run_command("db", "downgrade", answer="y\n")
    gone = ours(whole)
    up = [whole.run_command("db", "upgrade") for _ in range(2)]
    check = whole.run_command("db", "check")

    assert (down.exit_code, gone) == (0, [])
    assert [(one.exit_code, one.output) for one in up] == [
        (0, f"The connector's tables are at revision {schema.head()}.\n")
    ] * 2
    assert (check.exit_code, check.output) == (
        0,
        f"The connector's tables are at revision {schema.head()}, as this release needs them.\n",
    )
    assert len(whole.learners()) > 20


def test_a_downgrade_that_is_not_confirmed_changes_nothing(whole: Whole) -> None:
    """It would delete every link."""
    before = ours(whole)

    assert whole.run_command("db", "downgrade", answer="n\n").exit_code == 1
    assert ours(whole) == before


def test_a_database_without_our_tables_is_behind(whole: Whole) -> None:
    """The check exits with 1 and names the command."""
    whole.run_command("db", "downgrade", "--yes")

    result = whole.run_command("db", "check")

    assert result.exit_code == 1
    assert "run `flask connector db upgrade`" in plain_line(result)


def test_the_check_finds_a_changed_table(whole: Whole) -> None:
    """It looks at columns, not only at the revision."""
    with whole.services.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE connector_run DROP COLUMN phase")

    result = whole.run_command("db", "check")

    assert result.exit_code == 1
    assert "phase" in plain_line(result)


def test_a_real_process_upgrades(whole: Whole) -> None:
    """The command of the install page."""
    whole.run_command("db", "downgrade", "--yes")
    running = whole.start("db", "upgrade")

    assert running.communicate(timeout=60) == (
        f"The connector's tables are at revision {schema.head()}.\n",
        "",
    )
    assert schema.current(whole.services.database.engine) == schema.head()
