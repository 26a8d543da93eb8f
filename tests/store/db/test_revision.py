"""What every worker checks about the tables, without Alembic."""

import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from connector.store import schema
from connector.store.db import revision


def test_the_file_names_give_the_same_head_as_alembic() -> None:
    """A file is named by its revision; the last one is the head."""
    assert revision.head() == ScriptDirectory(str(revision.folder())).get_current_head()


def test_the_revision_is_none_until_the_tables_exist(tmp_path: Path) -> None:
    """Then it is that of this release, until they are dropped."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'lms.db'}")

    revisions = [revision.current(engine)]
    schema.upgrade(engine)
    revisions.append(revision.current(engine))
    schema.downgrade(engine)
    revisions.append(revision.current(engine))

    assert revisions == [None, revision.head(), None]
    engine.dispose()


def test_a_worker_does_not_load_alembic() -> None:
    """Only the commands that change tables load it: it is a tenth of a worker's memory."""
    code = "import connector, sys; print('alembic' in sys.modules)"

    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603

    assert result.stdout.strip() == "False"
