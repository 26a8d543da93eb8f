import zipfile
from pathlib import Path

import pytest

from tests.hosts.servers.installing import NotInstalled, made

#: pip looks nowhere: what is not a file cannot be had.
NOWHERE = "--no-index"


def wheel(folder: Path) -> Path:
    """A distribution of nothing."""
    folder.mkdir()
    path = folder / "nothing-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("nothing-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: nothing\nVersion: 1\n")
        archive.writestr(
            "nothing-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("nothing-1.dist-info/RECORD", "")
    return path


def test_what_cannot_be_installed_is_said_and_not_skipped(tmp_path: Path) -> None:
    """The message names the environment, what to do and the requirement; a half-made one is not used later either."""
    for _ in range(2):
        with pytest.raises(
            NotInstalled, match=r"(?s)'away' could not be made.*index of packages.*no-such-lms"
        ):
            made(tmp_path / "away", [NOWHERE, "no-such-lms==1"])


def test_an_environment_is_made_once_for_what_it_is_made_of(tmp_path: Path) -> None:
    """Asked for the same again, nothing is touched; asked for something else, it is made anew."""
    first, second = wheel(tmp_path / "first"), wheel(tmp_path / "second")
    python = made(tmp_path / "lms", [NOWHERE, str(first)])
    left_behind = python.parent / "left-behind"
    left_behind.touch()
    again = made(tmp_path / "lms", [NOWHERE, str(first)])
    was_kept = left_behind.exists()
    made(tmp_path / "lms", [NOWHERE, str(second)])

    assert again == python
    assert was_kept
    assert not left_behind.exists()
