"""NOW-LMS as it really runs: the example in its own process and its own environment."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.hosts.now_lms.browser import ADMIN, Browser
from tests.hosts.servers.installing import environment
from tests.project.distribution import ROOT

EXAMPLE = ROOT / "examples" / "now_lms"
#: The example's own pins, and the mail server of try_promises.py.
REQUIREMENTS = (*(EXAMPLE / "requirements.txt").read_text(encoding="utf-8").split(), "aiosmtpd>=1.4")
TIMEOUT_S = 240
START_TIMEOUT_S = 60


def python() -> Path:
    """The Python with NOW-LMS and this checkout of the connector. Raises NotInstalled."""
    return environment("now-lms", REQUIREMENTS, editable=ROOT)


@dataclass(frozen=True)
class Site:
    """One NOW-LMS: its database is in `folder`, its pages are at `base_url` while it is `running`."""

    python: Path
    folder: Path
    port: int
    settings: Mapping[str, str]

    @property
    def base_url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """Its settings and little else: with CI or PYTEST_… set, NOW-LMS would start in its own test mode."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(EXAMPLE),
            "DATABASE_URL": f"sqlite:///{self.folder / 'lms.sqlite'}",
            "SECRET_KEY": "for a test, and long enough for every algorithm that signs with it",
            "CONNECTOR_ENV": "development",
            "CONNECTOR_PUBLIC_URL": self.base_url,
            **self.settings,
        }

    def command(self, *words: str) -> str:
        """The output of `flask --app app …`; fails when the command does."""
        done = self.run("-m", "flask", "--app", "app", *words)
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Python in the folder of the example, with the settings of this site."""
        return subprocess.run(
            [str(self.python), *words],
            cwd=EXAMPLE,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve the site with its jobs until the block ends."""
        words = ["-m", "flask", "--app", "app", "run", "--port", str(self.port)]
        log = self.folder / "log.txt"
        with log.open("w", encoding="utf-8") as said:
            server = subprocess.Popen(
                [str(self.python), *words], cwd=EXAMPLE, env=self.environ, stdout=said, stderr=said
            )
        try:
            _wait_until_it_answers(self.base_url, server, log)
            yield
        finally:
            server.terminate()
            server.wait(TIMEOUT_S)

    def admin(self) -> Browser:
        """NOW-LMS's own admin, signed in."""
        return Browser(self.base_url).sign_in(*ADMIN)

    def rows(self, query: str, *values: str) -> Sequence[sqlite3.Row]:
        """The rows of a query on its database."""
        with closing(self.database()) as database:
            return database.execute(query, values).fetchall()

    def database(self) -> sqlite3.Connection:
        """Its database; the caller closes it."""
        database = sqlite3.connect(self.folder / "lms.sqlite", timeout=TIMEOUT_S)
        database.row_factory = sqlite3.Row
        return database


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            requests.get(f"{url}/user/login", timeout=START_TIMEOUT_S)
        except requests.ConnectionError:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"NOW-LMS did not start:\n{log.read_text()[-4000:]}") from None
            time.sleep(0.1)
        else:
            return
