"""The revision of our tables, and the one that this release needs. Every worker checks them, so without Alembic.

Alembic would cost each worker ten megabytes and a seventh of a second, to read one row and a few file names.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from weakref import WeakSet

from sqlalchemy import Connection, Engine, column, inspect, select, table

from connector.errors import ConfigurationError
from connector.store.db.base import PREFIX

VERSION_TABLE = "connector_alembic_version"

_PACKAGE = Path(__file__).parents[2]

#: Engines whose database is up to date: checked at every request, and only a downgrade can change it.
_known_current: WeakSet[Engine] = WeakSet()


def not_ours(name: str | None, type_: str, parent_names: Mapping[str, str | None]) -> bool:
    """Hides our tables from the LMS's own Alembic: `Migrate(app, db, include_name=connector.not_ours)`.

    Without it `flask db migrate` proposes to drop all of them, because the LMS has no models for them.
    """
    return not ours(name, type_, parent_names)


def ours(name: str | None, type_: str, parent_names: Mapping[str, str | None]) -> bool:
    """Whether something in the database is one of our tables, or part of one."""
    table_name = name if type_ == "table" else parent_names.get("table_name")
    return table_name is not None and table_name.startswith(PREFIX)


@cache
def folder() -> Path:
    """The folder of our migrations: in the package of a wheel, next to it in a checkout; never a folder of the LMS."""
    for candidate in (_PACKAGE / "migrations", _PACKAGE.parent / "migrations"):
        if (candidate / "versions" / "0001_first_tables.py").is_file():
            return candidate
    raise ConfigurationError(
        f"The connector's migrations are not in {_PACKAGE}: install lms-paycor-connector again."
    )


@cache
def head() -> str:
    """The revision of this release. Each migration's file name begins with its revision, a number of four digits."""
    return max(path.name[:4] for path in (folder() / "versions").glob("[0-9]*.py"))


def current(engine: Engine) -> str | None:
    """The revision of the database; None when our tables do not exist."""
    with engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The same, on an open connection."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    revision = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    return None if revision is None else str(revision)


def is_current(engine: Engine) -> bool:
    """Whether this release can work with the database.

    It can with a newer revision too: every migration keeps the release before it working. Revisions sort as text. A yes
    is cached as long as the engine lives; a no is checked again.
    """
    if engine not in _known_current and (current(engine) or "") >= head():
        _known_current.add(engine)
    return engine in _known_current


def forget(engine: Engine) -> None:
    """Check this engine again the next time."""
    _known_current.discard(engine)
