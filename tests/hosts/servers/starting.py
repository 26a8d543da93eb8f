"""Servers by other makers, each in its own process on loopback: a command in, a running server out."""

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

#: The programs that run in other environments.
APART = Path(__file__).parent / "apart"
TIMEOUT_S = 60
SHOWN_LINES = 12


class NotStarted(RuntimeError):
    """A server does not answer. The test that needs it fails instead of being skipped."""


def free_port() -> int:
    """A free port on loopback."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def started(name: str, command: Sequence[str], port: int, log: Path) -> Iterator[None]:
    """Run a server on the port until the block ends. Raises NotStarted with its last output."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=APART, stdout=output, stderr=subprocess.STDOUT)
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
    last = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-SHOWN_LINES:])
    raise NotStarted(f"The server {name!r} does not listen on port {port}. Its last output:\n{last}")
