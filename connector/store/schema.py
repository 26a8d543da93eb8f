"""The schema of our tables: an engine in; an upgrade, or what differs from the models out.

It runs the files of `migrations/` through Alembic, without an alembic.ini and beside the LMS's own Alembic: our
revision is kept in a table of our own, and nobody's tables but ours are looked at.
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

#: What a caller of this module may ask for, whether or not it takes Alembic to answer.
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

#: Every table of ours, as this release has it: importing the package of tables is what fills the metadata.
METADATA = tables.Base.metadata

#: The lock's name on PostgreSQL, where it is a number: "connecto" in ASCII, so that nobody else has it.
LOCK_NUMBER = int.from_bytes(b"connecto")


def _include_name(name: str | None, type_: Any, parent_names: Mapping[Any, str | None]) -> bool:
    return type_ == "schema" or ours(name, type_, parent_names)


#: How Alembic looks at our tables, whoever starts it.
OPTIONS: dict[str, Any] = {
    "version_table": VERSION_TABLE,
    "include_name": _include_name,
    "compare_type": True,
}


def upgrade(engine: Engine) -> None:
    """Bring the database to this release's revision; nothing happens when it is there already.

    All or nothing on SQLite and PostgreSQL, and one at a time: a second upgrade waits for the first, then
    finds nothing to do. Elsewhere nobody else may run it meanwhile. Raises ConfigurationError when the database
    is newer than this release.
    """
    with _alone(engine) as connection:
        _refuse_newer(connection)
        command.upgrade(_config(connection), "head")


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the database back to a revision; `base` drops every table of ours with all that is in it."""
    with _alone(engine) as connection:
        _refuse_newer(connection)
        command.downgrade(_config(connection), revision)
        if revision == "base":
            connection.exec_driver_sql(f"DROP TABLE {VERSION_TABLE}")
    forget(engine)


def drift(engine: Engine) -> list[str]:
    """What differs between the database and this release's models, one line each; empty when nothing does."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=OPTIONS)
        return [repr(difference) for difference in compare_metadata(context, METADATA)]


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    # Alembic's configuration reads a per cent sign as the start of a reference.
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    return config


def _refuse_newer(connection: Connection) -> None:
    revision = revision_of(connection)
    if revision is not None and revision > head():
        raise ConfigurationError(
            f"The database is at revision {revision} of a newer release, and this one knows revisions up to"
            f" {head()}: install the newer release; it can also take the database back."
        )


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that no second upgrade can be in; committed at the end of the block."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection, _sqlite_lock(connection):
            yield connection
    elif engine.dialect.name == "postgresql":
        # Whoever has waited for the lock must see what the other one has committed meanwhile.
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

    SQLite changes a table by copying it and dropping the old one; with foreign keys on, that drop would delete
    the rows of every table that refers to it. The driver is spoken to directly because the switch does nothing
    inside a transaction, and an LMS may make its engine begin one by itself.
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
