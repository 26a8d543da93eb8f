"""Writes the next migration from the difference between models and revisions: `make migration m="add a lease"`.

The file is a proposal: read it, and add what the models do not say, such as the new values of old rows.
"""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from connector.store import schema

FOLDER = Path(__file__).parents[2] / "migrations"


def propose(message: str, folder: Path = FOLDER) -> Path:
    """The file of the new migration, numbered after the last one and named after `message`."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    schema.upgrade(engine)
    number = f"{int(schema.head()) + 1:04d}"
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        command.revision(config, message, autogenerate=True, rev_id=number)
    engine.dispose()
    [path] = (folder / "versions").glob(f"{number}_*.py")
    return path


def main(message: str) -> int:
    """Print the path of the new file, or how to call the command."""
    if not message.strip():
        sys.stderr.write('A migration needs a name: make migration m="add a lease"\n')
        return 2
    sys.stdout.write(f"{propose(message)}: read it before you run it.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
