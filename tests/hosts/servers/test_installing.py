"""Environments for servers by other makers."""

import zipfile
from pathlib import Path

import pytest

from tests.hosts.servers.installing import NotInstalled, create_environment

#: pip uses no index: only files can be installed.
NOWHERE = "--no-index"


def wheel(folder: Path) -> Path:
    """An empty distribution."""
    folder.mkdir()
    path = folder / "nothing-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("nothing-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: nothing\nVersion: 1\n")
        archive.writestr(
            "nothing-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("nothing-1.dist-info/RECORD", "")
    return path


def test_a_failed_installation_raises(tmp_path: Path) -> None:
    """The message names the environment, the requirement and what to do; an incomplete one is not used later."""
    for _ in range(2):
        with pytest.raises(
            NotInstalled, match=r"(?s)'away' could not be created.*index of packages.*no-such-lms"
        ):
            create_environment(tmp_path / "away", [NOWHERE, "no-such-lms==1"])


def test_an_environment_is_created_once_per_set_of_requirements(tmp_path: Path) -> None:
    """The same requirements change nothing; others create it again."""
    first, second = wheel(tmp_path / "first"), wheel(tmp_path / "second")
    python = create_environment(tmp_path / "lms", [NOWHERE, str(first)])
    left_behind = python.parent / "left-behind"
    left_behind.touch()
    again = create_environment(tmp_path / "lms", [NOWHERE, str(first)])
    was_kept = left_behind.exists()
    create_environment(tmp_path / "lms", [NOWHERE, str(second)])

    assert again == python
    assert was_kept
    assert not left_behind.exists()
