"""Which revision our tables are at, and which this release needs: asked by every worker, so without Alembic.

Alembic would cost each of them ten megabytes and a seventh of a second, to read one row and the names of a few files.
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

#: Engines that were found up to date: asked at every request, and it never becomes untrue by itself.
_known_current: WeakSet[Engine] = WeakSet()


def not_ours(name: str | None, type_: str, parent_names: Mapping[str, str | None]) -> bool:
    """For the LMS's own Alembic, `Migrate(app, db, include_name=connector.not_ours)`: passes over our tables.

    Without it `flask db migrate` proposes to drop every one of them, because the LMS has no models for them.
    """
    return not ours(name, type_, parent_names)


def ours(name: str | None, type_: str, parent_names: Mapping[str, str | None]) -> bool:
    """Whether something in the database is a table of ours, or part of one."""
    found = name if type_ == "table" else parent_names.get("table_name")
    return found is not None and found.startswith(PREFIX)


@cache
def folder() -> Path:
    """Our migrations: beside our modules in a wheel, beside the package in a checkout; never a folder of the LMS's."""
    for found in (_PACKAGE / "migrations", _PACKAGE.parent / "migrations"):
        if (found / "versions" / "0001_first_tables.py").is_file():
            return found
    raise ConfigurationError(
        f"The connector's migrations are not in {_PACKAGE}: install lms-paycor-connector again."
    )


@cache
def head() -> str:
    """The revision of this release: a file is named by its revision, and those are numbers of four digits."""
    return max(path.name[:4] for path in (folder() / "versions").glob("[0-9]*.py"))


def current(engine: Engine) -> str | None:
    """The revision of the database; None when our tables are not there."""
    with engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The same within a transaction."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    return None if found is None else str(found)


def is_current(engine: Engine) -> bool:
    """Whether this release can work with the database.

    A newer revision will do too: it is made so that the release before it still works. The text of a revision tells
    which is newer. A yes is remembered as long as the engine; a no is looked up again.
    """
    if engine not in _known_current and (current(engine) or "") >= head():
        _known_current.add(engine)
    return engine in _known_current


def forget(engine: Engine) -> None:
    """Look again the next time."""
    _known_current.discard(engine)
