"""The rows of docs/requirements.md and their tests: `python -m tests.project.requirements`.

It collects the marks `req` without running a test. It exits with 1 when a row of a release has no test, or when a test
names a row that does not exist.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "requirements.md"
ROW = re.compile(r"^\| ([ABDX]\d+) \| ([CHB]) \| (.+) \| (\S+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """One promise: `since` is the release that keeps it, or `planned`."""

    id: str
    who: str
    promise: str
    since: str

    @property
    def built(self) -> bool:
        """Whether a release has it."""
        return self.since != "planned"


@dataclass
class Collector:
    """A pytest plugin that collects the tests of each row."""

    tests: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Read the marks; a parametrised test counts once."""
        for item in session.items:
            name = item.nodeid.partition("[")[0]
            for identifier in (str(arg) for mark in item.iter_markers("req") for arg in mark.args):
                if name not in self.tests[identifier]:
                    self.tests[identifier].append(name)


def rows() -> tuple[Row, ...]:
    """The rows of the document, in its order."""
    return tuple(Row(*groups) for groups in ROW.findall(DOCUMENT.read_text(encoding="utf-8")))


def faults(promises: Iterable[Row], tests: Mapping[str, list[str]]) -> list[str]:
    """The differences between the document and the tests, as sentences."""
    promises = list(promises)
    ids = {row.id for row in promises}
    return [
        f"{row.id} is built and has no test." for row in promises if row.built and not tests.get(row.id)
    ] + [
        f"{name} names {identifier}, which docs/requirements.md does not have."
        for identifier in sorted(set(tests) - ids)
        for name in tests[identifier]
    ]


def table(promises: Iterable[Row], tests: Mapping[str, list[str]]) -> str:
    """Each row with its tests below it."""
    return "\n".join(
        line
        for row in promises
        for line in (
            f"{row.id:<4} {row.who}  {row.since:<8} {row.promise}",
            *(f"       {name}" for name in tests.get(row.id, ())),
        )
    )


def main() -> int:
    """Print the table, then its faults."""
    collector, output = Collector(), StringIO()
    with redirect_stdout(output):
        status = pytest.main(
            ["--collect-only", "-q", "-p", "no:randomly", str(Path(__file__).parents[1])], [collector]
        )
    if status != pytest.ExitCode.OK:
        sys.stderr.write(f"{output.getvalue()}The tests cannot be collected: fix the errors above.\n")
        return int(status)
    promises = rows()
    found = faults(promises, collector.tests)
    built = sum(row.built for row in promises)
    sys.stdout.write(table(promises, collector.tests) + "\n\n")
    sys.stderr.write("".join(f"{fault}\n" for fault in found))
    sys.stdout.write(f"{built} rows built, {len(promises) - built} planned, {len(found)} faults.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
