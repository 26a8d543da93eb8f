"""The migrations, on SQLite and PostgreSQL, alone and next to the LMS's own Alembic."""

import ast
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine

from connector.errors import ConfigurationError
from connector.store import schema

ROOT = Path(__file__).parents[2]
VERSIONS = sorted((ROOT / "migrations" / "versions").glob("[0-9]*.py"))


def tables(engine: Engine) -> set[str]:
    """The names of all tables of the database."""
    return set(sa.inspect(engine).get_table_names())


def test_an_upgrade_from_nothing_creates_exactly_the_tables_of_the_models(engine: Engine) -> None:
    """Then the database is current and does not differ from the models."""
    schema.upgrade(engine)

    assert tables(engine) == {*schema.METADATA.tables, schema.VERSION_TABLE}
    assert schema.current(engine) == schema.head()
    assert schema.drift(engine) == []


def test_a_downgrade_leaves_nothing_of_ours(engine: Engine) -> None:
    """It drops every table, that of the revision too, and another upgrade creates them again."""
    schema.upgrade(engine)
    schema.downgrade(engine)
    left = tables(engine)
    schema.upgrade(engine)

    assert left == set()
    assert schema.drift(engine) == []


def test_an_upgrade_of_a_current_database_changes_nothing(engine: Engine) -> None:
    """Rows stay, and so does the revision."""
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO connector_audit VALUES (1, 'p', '2026-03-02', NULL, 'a', '{}')")
        )
    schema.upgrade(engine)

    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM connector_audit")) == 1


def test_a_missing_column_is_drift(engine: Engine) -> None:
    """The drift check can fail, and names table and column."""
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE connector_run DROP COLUMN phase"))

    (line,) = schema.drift(engine)
    assert "connector_run" in line
    assert "phase" in line


def test_a_database_is_current_after_the_upgrade_and_no_longer_after_the_downgrade(engine: Engine) -> None:
    """A downgrade clears the cached answer."""
    before = schema.is_current(engine)
    schema.upgrade(engine)
    between = schema.is_current(engine)
    schema.downgrade(engine)

    assert [before, between, schema.is_current(engine)] == [False, True, False]


def test_the_answer_that_a_database_is_current_is_cached(engine: Engine) -> None:
    """Every request needs it, so the second one costs no query."""
    schema.upgrade(engine)
    schema.is_current(engine)
    queries: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *arguments: queries.append(arguments[2]))

    assert schema.is_current(engine)
    assert queries == []


def stamp(engine: Engine, revision: str) -> None:
    """Write a revision into the database as another release would."""
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '{revision}'"))  # noqa: S608


def test_the_release_before_works_with_a_newer_database_but_does_not_change_it(engine: Engine) -> None:
    """Usually a migration keeps what the release before needs, so that workers can be replaced one by one."""
    schema.upgrade(engine)
    stamp(engine, "9999")

    assert schema.is_current(engine)
    with pytest.raises(ConfigurationError, match="9999 of a newer release"):
        schema.upgrade(engine)
    with pytest.raises(ConfigurationError, match="9999 of a newer release"):
        schema.downgrade(engine)


def test_upgrades_at_once_wait_for_each_other(engine: Engine) -> None:
    """Four workers that start together end with one schema and no error."""
    together = Barrier(4)

    def start(_: int) -> None:
        worker = sa.create_engine(engine.url)
        together.wait(timeout=30)
        schema.upgrade(worker)
        worker.dispose()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(start, range(4)))

    assert schema.drift(engine) == []


def test_a_failed_upgrade_leaves_the_database_as_it_was(engine: Engine) -> None:
    """An existing table makes the upgrade fail, and none of the tables before it remain."""
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE connector_run (id INTEGER)"))

    with pytest.raises(sa.exc.DBAPIError):
        schema.upgrade(engine)
    assert tables(engine) == {"connector_run"}


def test_no_foreign_key_leads_into_the_tables_of_the_lms(engine: Engine) -> None:
    """The LMS stays free to change its tables."""
    schema.upgrade(engine)
    inspector = sa.inspect(engine)

    targets = {key["referred_table"] for name in tables(engine) for key in inspector.get_foreign_keys(name)}
    assert {name for name in targets if not name.startswith("connector_")} == set()


def with_foreign_keys(engine: Engine) -> Engine:
    """An LMS with foreign keys enforced by SQLite, and every transaction begun by SQLAlchemy."""

    @sa.event.listens_for(engine, "connect")
    def on_connect(driver: Any, record: object) -> None:
        driver.isolation_level = None
        driver.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def test_an_lms_that_begins_transactions_itself_can_upgrade(tmp_path: Path) -> None:
    """SQLAlchemy's own recipe for SQLite does not break the upgrade; foreign keys stay on."""
    engine = with_foreign_keys(
        sa.create_engine(f"sqlite:///{tmp_path / 'lms.sqlite'}", poolclass=sa.StaticPool)
    )
    schema.upgrade(engine)

    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    assert schema.drift(engine) == []
    engine.dispose()


# --- next to the LMS's own Alembic ---


def lms(url: str, **options: Any) -> Flask:
    """An LMS with one table and Flask-Migrate."""
    app = Flask("lms")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db = SQLAlchemy(app)
    sa.Table("user", db.metadata, sa.Column("id", sa.Integer, primary_key=True))
    Migrate(app, db, **options)
    return app


def proposed(app: Flask, folder: Path) -> set[str]:
    """The tables that the LMS's next `flask db migrate` would drop."""
    migration = folder / "versions" / "0002_.py"
    flask_migrate.migrate(directory=str(folder), rev_id="0002")
    if not migration.exists():
        return set()
    upgrade = migration.read_text(encoding="utf-8").partition("def downgrade")[0]
    return {
        name for name in (*schema.METADATA.tables, schema.VERSION_TABLE) if f"drop_table('{name}')" in upgrade
    }


def without_logging(env: Path) -> None:
    """Keep the template of Flask-Migrate from switching off the loggers of this test process."""
    script = env.read_text(encoding="utf-8")
    call = "fileConfig(config.config_file_name)"
    assert call in script
    env.write_text(script.replace(call, ""), encoding="utf-8")


@pytest.fixture
def installed(engine: Engine, tmp_path: Path) -> Callable[..., set[str]]:
    """Upgrade an LMS and the connector in one database; gives the tables that the LMS's Alembic would drop."""

    def run(**options: Any) -> set[str]:
        folder = tmp_path / "lms_migrations"
        app = lms(engine.url.render_as_string(hide_password=False), **options)
        with app.app_context():
            flask_migrate.init(directory=str(folder))
            without_logging(folder / "env.py")
            flask_migrate.migrate(directory=str(folder), rev_id="0001")
            flask_migrate.upgrade(directory=str(folder))
            schema.upgrade(engine)
            dropped = proposed(app, folder)
            app.extensions["sqlalchemy"].engine.dispose()
        return dropped

    return run


# The template of Flask-Migrate tries the old name of Flask-SQLAlchemy's engine first.
@pytest.mark.usefixtures("capfd")
@pytest.mark.filterwarnings("ignore:'get_engine' is deprecated:DeprecationWarning")
class TestNextToTheMigrationsOfTheLms:
    """One database, two histories."""

    def test_the_lms_proposes_nothing_with_our_filter(self, installed: Callable[..., set[str]]) -> None:
        """The line of the install page."""
        assert installed(include_name=schema.not_ours) == set()

    def test_the_lms_would_drop_our_tables_without_our_filter(
        self, installed: Callable[..., set[str]]
    ) -> None:
        """The reason for the line of the install page."""
        assert installed() == {*schema.METADATA.tables, schema.VERSION_TABLE}

    def test_the_connector_ignores_the_tables_of_the_lms(
        self, installed: Callable[..., set[str]], engine: Engine
    ) -> None:
        """Its tables are neither drift nor dropped."""
        installed(include_name=schema.not_ours)
        drift = schema.drift(engine)
        schema.downgrade(engine)

        assert drift == []
        assert tables(engine) == {"user", "alembic_version"}


@pytest.mark.parametrize(
    ("name", "type_", "parents", "expected"),
    [
        pytest.param("user", "table", {}, True, id="a table of the LMS"),
        pytest.param("connector_run", "table", {}, False, id="a table of ours"),
        pytest.param(schema.VERSION_TABLE, "table", {}, False, id="the table of our revision"),
        pytest.param("ix_a", "index", {"table_name": "user"}, True, id="an index of the LMS"),
        pytest.param("ix_a", "index", {"table_name": "connector_run"}, False, id="an index of ours"),
        pytest.param(None, "schema", {}, True, id="the schema"),
    ],
)
def test_what_is_not_ours(
    name: str | None, type_: str, parents: dict[str, str | None], expected: bool
) -> None:
    """Ours are tables with our prefix, and everything that belongs to them."""
    assert schema.not_ours(name, type_, parents) is expected


# --- frozen history ---


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_revision_imports_nothing_of_the_connector(path: Path) -> None:
    """History does not change when the code does."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert {name.partition(".")[0] for name in modules} <= {
        "alembic",
        "collections",
        "json",
        "sqlalchemy",
        "typing",
    }


def test_the_numbers_of_the_revisions_rise_by_one() -> None:
    """A newer revision has a higher number; there are no branches."""
    numbers = [path.name[:4] for path in VERSIONS]

    assert numbers == [f"{number:04}" for number in range(1, len(VERSIONS) + 1)]
    assert schema.head() == numbers[-1]
