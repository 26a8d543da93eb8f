"""What all commands have in common: the portal, and how an error is shown."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from connector.cli import commands
from connector.errors import ConfigurationError
from connector.sandbox.lms.db.tables import Portal
from connector.store import schema
from tests.whole import Whole, opened, plain_line

NEEDS_A_PORTAL = [("sync",), ("preview",), ("runs",), ("disconnect", "--yes")]


@pytest.mark.parametrize("words", NEEDS_A_PORTAL, ids=lambda words: words[0])
def test_one_of_several_portals_has_to_be_named(whole: Whole, words: tuple[str, ...]) -> None:
    """The message lists their ids."""
    result = whole.run_command(*words)

    assert result.exit_code == 1
    assert plain_line(result) == "Name the portal with --portal. The integration is switched on in: 1, 2."


def test_the_only_portal_need_not_be_named(whole: Whole) -> None:
    """Most installations have one."""
    with whole.services.database.writing() as session:
        session.get_one(Portal, 2).integrations = False

    assert whole.run_command("runs").exit_code == 0


@pytest.mark.parametrize("portal_id", ["2", "99", "x"])
@pytest.mark.req("A43")
def test_a_portal_that_is_switched_off_cannot_be_named(whole: Whole, portal_id: str) -> None:
    """Nor can one that does not exist."""
    with whole.services.database.writing() as session:
        session.get_one(Portal, 2).integrations = False

    result = whole.run_command("sync", "--portal", portal_id)

    assert result.exit_code == 1
    assert "no portal" in plain_line(result)
    assert "switched off" in plain_line(result)


@pytest.mark.parametrize("words", NEEDS_A_PORTAL, ids=lambda words: words[0])
def test_before_the_upgrade_a_command_says_what_to_run(whole: Whole, words: tuple[str, ...]) -> None:
    """Instead of which table is missing."""
    schema.downgrade(whole.services.database.engine)

    result = whole.run_command(*words, "--portal", "1")

    assert result.exit_code == 1
    assert "flask connector db upgrade" in plain_line(result)
    assert "[schema_behind]" in plain_line(result)


@pytest.mark.parametrize("words", [("doctor",), ("db", "check"), ("sync",)], ids=" ".join)
def test_an_app_that_cannot_start_says_why(words: tuple[str, ...]) -> None:
    """A wrong setting is one line, before any command starts."""

    def refuse() -> Flask:
        raise ConfigurationError("CONNECTOR_SECRET_KEYS is not set. Make a key.")

    result = CliRunner().invoke(commands, words, obj=ScriptInfo(create_app=refuse))

    assert result.exit_code == 1
    assert plain_line(result) == "CONNECTOR_SECRET_KEYS is not set. Make a key. [configuration]"


def test_in_an_app_without_the_connector_a_command_says_how_to_install_it() -> None:
    """The commands exist as soon as the distribution is installed."""
    result = CliRunner().invoke(commands, ["doctor"], obj=ScriptInfo(create_app=lambda: Flask("bare")))

    assert result.exit_code == 1
    assert "Connector().init_app(app" in plain_line(result)


@pytest.mark.parametrize("words", [("doctor",), ("db", "check"), ("runs", "--portal", "1")], ids=" ".join)
def test_a_missing_database_is_one_line(whole: Whole, words: tuple[str, ...]) -> None:
    """It names what to check, and not the statement that failed."""
    whole.close()
    (whole.folder / "lms.sqlite").unlink()
    (whole.folder / "lms.sqlite").mkdir()

    result = whole.run_command(*words)

    assert result.exit_code == 1
    assert "SQLALCHEMY_DATABASE_URI" in plain_line(result)


def test_a_real_process_says_why_it_cannot_start(whole: Whole) -> None:
    """No traceback, even when flask itself loads the app."""
    running = whole.start("doctor", CONNECTOR_DAILY_HOUR="24")
    stdout, stderr = running.communicate(timeout=60)

    assert (running.returncode, stdout) == (1, "")
    assert stderr.startswith("Error: CONNECTOR_DAILY_HOUR must be a whole number from 0 to 23")
    assert stderr.count("\n") == 1


def test_no_command_leaves_jobs_running(whole: Whole, tmp_path: Path) -> None:
    """A command that ends starts no scheduler, whatever the setting says."""
    folder = tmp_path / "fresh"
    with opened(whole.paycor, folder):
        running = whole.start("db", "check", CONNECTOR_SCHEDULER="true")

        assert running.communicate(timeout=60)[1] == ""
    assert running.returncode == 0
