"""Environments for LMSs and servers whose pins conflict with the connector's: requirements in, a Python out.

Each is created once below `.venv/hosts`, and again when its requirements change; the tests' own environment stays as
it is.
"""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from configparser import RawConfigParser
from contextlib import contextmanager
from pathlib import Path

from tests.project.distribution import ROOT

FOLDER = ROOT / ".venv" / "hosts"
#: Enough for a slow package index and a busy machine.
TIMEOUT_S = 900
#: The sections of a checkout's setup.cfg that decide what is installed with it.
SECTIONS = ("options", "options.entry_points")
SHOWN_LINES = 12


class NotInstalled(RuntimeError):
    """An environment could not be created. The test that needs it fails instead of being skipped."""


def environment(name: str, requirements: Sequence[str], *, editable: Path | None = None) -> Path:
    """The Python of an environment with these requirements, and with the checkout `editable` if there is one.

    The first process creates it while others wait. Raises NotInstalled with the last output of pip.
    """
    return create_environment(FOLDER / name, requirements, editable)


def create_environment(folder: Path, requirements: Sequence[str], editable: Path | None = None) -> Path:
    """The same, in any folder."""
    python, stamp = folder / "bin" / "python", folder / ".set-up"
    digest = _digest(requirements, editable)
    with _lock(folder):
        if not (python.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == digest):
            stamp.unlink(missing_ok=True)
            _run(folder.name, [sys.executable, "-m", "venv", "--without-pip", "--clear", str(folder)])
            _run(folder.name, _pip(python, requirements, editable))
            stamp.write_text(digest, encoding="ascii")
    return python


def _digest(requirements: Sequence[str], editable: Path | None) -> str:
    """The digest of the requirements and of the Python that creates the environment."""
    parts = [sys.version, *requirements]
    if editable is not None:
        metadata = RawConfigParser()
        metadata.read(editable / "setup.cfg", encoding="utf-8")
        parts += [str(editable), *(str(metadata.items(section)) for section in SECTIONS)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _pip(python: Path, requirements: Sequence[str], editable: Path | None) -> list[str]:
    checkout = [] if editable is None else ["--editable", str(editable)]
    flags = ["--disable-pip-version-check", "--no-input", "--python", str(python)]
    return [sys.executable, "-m", "pip", *flags, "install", "--quiet", *requirements, *checkout]


def _run(name: str, command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
    if done.returncode:
        output = "\n".join((done.stdout + done.stderr).strip().splitlines()[-SHOWN_LINES:])
        raise NotInstalled(
            f"The environment {name!r} could not be created: {' '.join(command)} ended with {done.returncode}. These"
            f" tests need an index of packages that pip can reach. The last output of pip:\n{output}"
        )


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One process at a time: the tests run in several."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
