"""Upgrades our tables, and compares them with the models: an engine in, an upgraded database or differences out.

It runs the files of `migrations/` through Alembic, without an alembic.ini and separate from the LMS's own Alembic: our
revision has its own table, and Alembic sees only our tables.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine

from connector.errors import ConfigurationError
from connector.store import tables
from connector.store.db.revision import (
    VERSION_TABLE,
    current,
    folder,
    forget,
    head,
    is_current,
    not_ours,
    ours,
    revision_of,
)

#: The functions for callers; those of `store.db.revision` work without Alembic.
__all__ = [
    "METADATA",
    "OPTIONS",
    "VERSION_TABLE",
    "current",
    "downgrade",
    "drift",
    "head",
    "is_current",
    "not_ours",
    "upgrade",
]

#: All our tables in this release. Importing the tables package fills the metadata.
METADATA = tables.Base.metadata

#: The name of the upgrade's lock on PostgreSQL, which must be a number: "connecto" in ASCII, so that it is unique.
LOCK_NUMBER = int.from_bytes(b"connecto")


def _include_name(name: str | None, type_: Any, parent_names: Mapping[Any, str | None]) -> bool:
    return type_ == "schema" or ours(name, type_, parent_names)


#: The options for every use of Alembic on our tables.
OPTIONS: dict[str, Any] = {
    "version_table": VERSION_TABLE,
    "include_name": _include_name,
    "compare_type": True,
}


def upgrade(engine: Engine) -> None:
    """Bring the database to this release's revision; it does nothing when the database is there already.

    On SQLite and PostgreSQL it is all or nothing, and a second upgrade waits for the first and then has nothing to do.
    On other databases the operator must not run two at a time. Raises ConfigurationError when the database is newer
    than this release.
    """
    with _exclusive(engine) as connection:
        _refuse_newer(connection)
        command.upgrade(_config(connection), "head")


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the database back to a revision; `base` drops all our tables with their rows."""
    with _exclusive(engine) as connection:
        _refuse_newer(connection)
        command.downgrade(_config(connection), revision)
        if revision == "base":
            connection.exec_driver_sql(f"DROP TABLE {VERSION_TABLE}")
    forget(engine)


def drift(engine: Engine) -> list[str]:
    """The differences between the database and this release's models, one line each; empty when there is none."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=OPTIONS)
        return [repr(difference) for difference in compare_metadata(context, METADATA)]


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    # Alembic's configuration reads a percent sign as the start of a reference.
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    return config


def _refuse_newer(connection: Connection) -> None:
    revision = revision_of(connection)
    if revision is not None and revision > head():
        raise ConfigurationError(
            f"The database is at revision {revision} of a newer release, and this release knows revisions up to"
            f" {head()}, so nothing was changed. Install the newer release; it can also take the database back."
        )


@contextmanager
def _exclusive(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that excludes a second upgrade; committed at the end of the block."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection, _sqlite_lock(connection):
            yield connection
    elif engine.dialect.name == "postgresql":
        # After waiting for the lock, an upgrade must see what the other one has committed.
        with (
            engine.connect() as connection,
            connection.execution_options(isolation_level="READ COMMITTED").begin(),
        ):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_NUMBER})")
            yield connection
    else:
        with engine.begin() as connection:
            yield connection


@contextmanager
def _sqlite_lock(connection: Connection) -> Iterator[None]:
    """Take SQLite's write lock at once, with foreign keys off.

    SQLite changes a table by copying it and dropping the old one; with foreign keys on, the drop would delete the rows
    of every table that refers to it. The code talks to the driver directly, because the switch does nothing inside a
    transaction, and an LMS may configure its engine to begin one automatically.
    """
    driver: Any = connection.connection.dbapi_connection
    transaction = connection.begin()
    if driver.in_transaction:
        driver.execute("COMMIT")
    driver.execute("PRAGMA busy_timeout = 30000")
    (enforced,) = driver.execute("PRAGMA foreign_keys").fetchone()
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        driver.execute("BEGIN IMMEDIATE")
        yield
        transaction.commit()
    finally:
        transaction.close()
        driver.execute(f"PRAGMA foreign_keys = {enforced}")
