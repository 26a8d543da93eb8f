"""`make migration` writes the next number, and nothing that exists already."""

import shutil
from pathlib import Path

from tests.migrations import new_migration


def test_the_next_migration_is_numbered_after_the_last(tmp_path: Path) -> None:
    """Models and migrations agree, so the proposal changes nothing but the number."""
    folder = tmp_path / "migrations"
    shutil.copytree(new_migration.FOLDER, folder)
    last = max(path.name[:4] for path in folder.glob("versions/0*.py"))

    path = new_migration.propose("add a lease", folder)

    written = path.read_text(encoding="utf-8")
    assert path.name == f"{int(last) + 1:04d}_add_a_lease.py"
    assert f"down_revision: str | None = '{last}'" in written
    assert "op." not in written


def test_a_migration_without_a_name_is_refused() -> None:
    """`make migration` alone prints how to call it."""
    assert new_migration.main("") == 2
