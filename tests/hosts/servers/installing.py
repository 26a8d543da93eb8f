"""Environments for LMSs and servers whose pins conflict with ours: requirements in, the path of a Python out.

Each is made once below `.venv/hosts`, and again when what it is made of changes; nothing is made in the tests' own.
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
#: From an index that answers slowly, with a machine that is busy.
TIMEOUT_S = 900
#: What of a checkout's setup.cfg decides about what is installed with it.
SECTIONS = ("options", "options.entry_points")
TOLD_LINES = 12


class NotInstalled(RuntimeError):
    """An environment could not be made. The test that needs it fails: what was not run was not shown."""


def environment(name: str, requirements: Sequence[str], *, editable: Path | None = None) -> Path:
    """The Python of an environment with these requirements, and with the checkout `editable` if one is given.

    The first process makes it while others wait. Raises NotInstalled with what pip said last.
    """
    return made(FOLDER / name, requirements, editable)


def made(folder: Path, requirements: Sequence[str], editable: Path | None = None) -> Path:
    """The same, in a folder anywhere."""
    python, stamp = folder / "bin" / "python", folder / ".set-up"
    wanted = _digest(requirements, editable)
    with _turn(folder):
        if not (python.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted):
            stamp.unlink(missing_ok=True)
            _run(folder.name, [sys.executable, "-m", "venv", "--without-pip", "--clear", str(folder)])
            _run(folder.name, _pip(python, requirements, editable))
            stamp.write_text(wanted, encoding="ascii")
    return python


def _digest(requirements: Sequence[str], editable: Path | None) -> str:
    """What the environment is made of, and by which Python."""
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
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-TOLD_LINES:])
        raise NotInstalled(
            f"The environment {name!r} could not be made: {' '.join(command)} ended with {done.returncode}. These"
            f" tests need an index of packages that pip can reach; then run them again. pip said last:\n{said}"
        )


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """One process at a time: the tests run in several."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
