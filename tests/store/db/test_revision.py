"""What every worker asks about the tables, without Alembic."""

import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from connector.store import schema
from connector.store.db import revision


def test_the_names_of_the_files_tell_what_alembic_would() -> None:
    """A file is named by its revision; the last one is the head."""
    assert revision.head() == ScriptDirectory(str(revision.folder())).get_current_head()


def test_the_revision_is_none_until_the_tables_are_there(tmp_path: Path) -> None:
    """And then that of this release, until they are taken away."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'lms.db'}")

    found = [revision.current(engine)]
    schema.upgrade(engine)
    found.append(revision.current(engine))
    schema.downgrade(engine)
    found.append(revision.current(engine))

    assert found == [None, revision.head(), None]
    engine.dispose()


def test_a_worker_gets_by_without_alembic() -> None:
    """Only the commands that change tables load it: it is a tenth of a worker's memory."""
    asked = "import connector, sys; print('alembic' in sys.modules)"

    found = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)  # noqa: S603

    assert found.stdout.strip() == "False"
