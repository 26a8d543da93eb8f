"""Builds the distribution from a copy of the checkout, so that the build leaves no files in the checkout."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Not for a build: environments, caches, and the files of an earlier build.
LEFT_OUT = shutil.ignore_patterns(
    ".git",
    ".venv*",
    ".*_cache",
    ".hypothesis",
    "__pycache__",
    "*.egg-info",
    "build",
    "dist",
    "instance",
    ".demo",
)


@dataclass(frozen=True)
class Distribution:
    """The two files of one release."""

    wheel: Path
    sdist: Path


def build(folder: Path) -> Distribution:
    """The sdist of the checkout as it is now, and the wheel built from that sdist, below `folder`."""
    shutil.copytree(ROOT, folder / "checkout", ignore=LEFT_OUT)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "dist")]
    subprocess.run([*command, str(folder / "checkout")], check=True, stdout=subprocess.DEVNULL)
    [wheel] = (folder / "dist").glob("*.whl")
    [sdist] = (folder / "dist").glob("*.tar.gz")
    return Distribution(wheel, sdist)


def install(wheel: Path, folder: Path) -> Path:
    """The Python of a new virtual environment in `folder` that has the wheel and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", str(wheel)], check=True)
    return python
