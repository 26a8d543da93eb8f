"""Commands of other packages: found by name, loaded late, honest about what is missing."""

import subprocess
import sys
from importlib.metadata import Distribution, EntryPoint

import click
import pytest
from click.testing import CliRunner

from connector.cli import commands
from connector.cli.frame.added import GROUP, OpenGroup, installed

pytestmark = pytest.mark.req("X23")


@click.command()
def hello() -> None:
    """Say hello."""
    click.echo("hello")


def entry(name: str, value: str) -> EntryPoint:
    """An entry point of the group."""
    return EntryPoint(name, value, GROUP)


def group(*entries: EntryPoint) -> OpenGroup:
    """A group with one command of its own, called `own`."""
    opened = OpenGroup("connector", entry_points=lambda: entries)
    opened.add_command(click.Command("own", callback=lambda: click.echo("mine"), help="Be its own."))
    return opened


def test_an_added_command_is_listed_and_runs() -> None:
    """In alphabetical order, under the name of its entry point."""
    opened = group(entry("greet", f"{__name__}:hello"))
    runner = CliRunner()
    listed = runner.invoke(opened, ["--help"]).output.partition("Commands:")[2].split()

    assert listed == ["greet", "Say", "hello.", "own", "Be", "its", "own."]
    assert runner.invoke(opened, ["greet"]).output == "hello\n"


def test_the_connectors_own_command_wins_over_an_added_one() -> None:
    """No package can replace `connect` with its own."""
    opened = group(entry("own", f"{__name__}:hello"))

    assert CliRunner().invoke(opened, ["own"]).output == "mine\n"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("no_such_package.cli:main", "No module named 'no_such_package'"),
        ("connector.cli.frame.added:GROUP", "is not a command"),
    ],
)
def test_a_command_that_cannot_be_loaded_says_why_and_breaks_no_other(value: str, words: str) -> None:
    """The help still lists the others; calling it prints one line."""
    opened = group(entry("broken", value))
    runner = CliRunner()
    called = runner.invoke(opened, ["broken"])

    assert (runner.invoke(opened, ["--help"]).exit_code, runner.invoke(opened, ["own"]).output) == (
        0,
        "mine\n",
    )
    assert (called.exit_code, words in called.output, "Traceback" in called.output) == (1, True, False)


def test_a_missing_package_is_named_with_what_to_install() -> None:
    """The extra comes from the entry point."""
    [sandbox] = [one for one in installed() if one.name == "sandbox"]
    broken = EntryPoint("sandbox", "no_such_package:main [sandbox]", GROUP)
    vars(broken).update(dist=Distribution.from_name("lms-paycor-connector"))

    assert sandbox.extras == ["sandbox"]
    assert "Install lms-paycor-connector[sandbox]." in CliRunner().invoke(group(broken), ["sandbox"]).output


def test_an_unknown_name_is_no_command() -> None:
    """With click's own message and exit code."""
    assert CliRunner().invoke(group(), ["nothing"]).exit_code == 2


def test_the_sandbox_is_a_command_of_the_connector() -> None:
    """`flask connector sandbox` has the options of the module, faults included."""
    shown = CliRunner().invoke(commands, ["sandbox", "--help"]).output

    assert [option for option in ("--people", "--seed", "--fault", "--json") if option not in shown] == []


def test_the_connector_does_not_import_the_sandbox() -> None:
    """The command exists, and the sandbox is loaded only when it is called."""
    code = (
        "import sys, connector.cli;"
        "print([name for name in sys.modules if name.startswith('connector.sandbox')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
