"""The measured LMS. `python -m connector.sandbox.bench.app FOLDER DATABASE_URL` creates its tables and portals.

A process of its own does that, because its memory (Alembic, passwords) is no part of a sync.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from flask import Flask

from connector.sandbox.lms import create_app


def create_bench_app(folder: Path, database_url: str, **more: Any) -> Flask:
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
    """Create tables and portals in another process."""
    command = [sys.executable, "-m", "connector.sandbox.bench.app", str(folder), database_url]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - our own module, no shell


def main() -> None:
    """Create tables and portals in this process."""
    from connector.sandbox.lms import seed
    from connector.store import schema

    app = create_bench_app(Path(sys.argv[1]), sys.argv[2])
    with app.app_context():
        schema.upgrade(app.extensions["connector"].database.engine)
        seed(app)


if __name__ == "__main__":
    main()
