"""The LMS that is measured. `python -m connector.sandbox.bench.app FOLDER DATABASE_URL` makes its tables and portals.

That is done in a process of its own, because what it takes (Alembic, passwords) is no part of a sync and would stand in
its memory.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from flask import Flask

from connector.sandbox.lms import create_app


def app_of(folder: Path, database_url: str, **more: Any) -> Flask:
    """The LMS on its database, with secrets of its own and no jobs."""
    return create_app(
        {
            "LMS_INSTANCE_PATH": str(folder),
            "LMS_DATABASE_URL": database_url,
            "CONNECTOR_ENV": "development",
            "CONNECTOR_SECRET_KEYS": Fernet.generate_key().decode(),
            "CONNECTOR_SCHEDULER": False,
            **more,
        }
    )


def prepare(folder: Path, database_url: str) -> None:
    """Tables and portals, made by another process."""
    command = [sys.executable, "-m", "connector.sandbox.bench.app", str(folder), database_url]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - our own module, no shell


def main() -> None:
    """Make them here."""
    from connector.sandbox.lms import seed
    from connector.store import schema

    app = app_of(Path(sys.argv[1]), sys.argv[2])
    with app.app_context():
        schema.upgrade(app.extensions["connector"].database.engine)
        seed(app)


if __name__ == "__main__":
    main()
