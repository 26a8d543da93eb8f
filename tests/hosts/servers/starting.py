"""Servers of others, each in a process of its own on loopback: a command in, the port it answers on out."""

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

#: What runs there, in environments of its own.
HERE = Path(__file__).parent / "apart"
TIMEOUT_S = 60
TOLD_LINES = 12


class NotStarted(RuntimeError):
    """A server does not answer. The test that needs it fails: what was not run was not shown."""


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def started(name: str, command: Sequence[str], port: int, log: Path) -> Iterator[None]:
    """Run a server that listens on the port until the end. Raises NotStarted with what it said last."""
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=HERE, stdout=said, stderr=subprocess.STDOUT)
        try:
            _wait(name, process, port, log)
            yield
        finally:
            process.kill()
            process.wait()


def _wait(name: str, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + TIMEOUT_S
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    last = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-TOLD_LINES:])
    raise NotStarted(f"The server {name!r} does not listen on port {port}. It said last:\n{last}")
