"""The distribution is complete: the wheel has everything that the package needs, and nothing else."""

import os
import subprocess
import sys
import sysconfig
import tarfile
from configparser import ConfigParser
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import pytest

import connector
from tests.project.distribution import ROOT, Distribution, install

#: Folders that tools create among the sources.
NO_SOURCE = {"__pycache__"}


def option(section: str, key: str) -> list[str]:
    """The lines of a list in setup.cfg."""
    parser = ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg")
    return parser[section][key].split()


def files_of(folder: str, as_folder: str) -> set[str]:
    """The files below a folder of the checkout, under the name that the folder is installed as."""
    return {
        (Path(as_folder) / path.relative_to(ROOT / folder)).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not NO_SOURCE & set(path.parts)
    }


@pytest.fixture(scope="module")
def in_wheel(distribution: Distribution) -> set[str]:
    """The names of the files in the wheel."""
    return set(ZipFile(distribution.wheel).namelist())


def test_every_package_folder_is_listed() -> None:
    """The list in setup.cfg is written by hand."""
    folders = {
        Path(name).parent.as_posix().replace("/", ".")
        for name in files_of("connector", "connector") | files_of("migrations", "connector/migrations")
        if name.endswith(".py")
    }

    assert set(option("options", "packages")) == folders


def test_the_oldest_versions_are_those_that_are_promised() -> None:
    """`make test-oldest` runs on the lowest versions that setup.cfg allows."""
    pinned = dict(
        line.split("==")
        for line in (ROOT / "tests" / "oldest.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    stated = (
        option("options", "install_requires")
        + option("options.extras_require", "postgresql")
        + option("options.extras_require", "sandbox")
    )
    floors = dict(
        line.partition(",")[0].replace("[binary]", "").split(">=") for line in stated if ">=" in line
    )

    assert {name: floor for name, floor in floors.items() if not same(pinned.get(name, ""), floor)} == {}


def same(pinned: str, floor: str) -> bool:
    """Whether a pinned version is the first of its floor: 3.0.0 for 3.0."""
    return pinned == floor or pinned in (f"{floor}.0", f"{floor}.0.0")


def test_the_wheel_has_every_file_of_the_package(in_wheel: set[str]) -> None:
    """Templates, static files, migrations and types are installed with the code."""
    on_disk = files_of("connector", "connector") | files_of("migrations", "connector/migrations")

    assert {name for name in in_wheel if name.startswith("connector/")} == on_disk


def test_the_wheel_installs_nothing_but_the_package(in_wheel: set[str]) -> None:
    """A top-level `migrations` or `tests` would collide with those of other projects."""
    stem = f"lms_paycor_connector-{connector.__version__}"

    assert {name.partition("/")[0] for name in in_wheel} == {"connector", f"{stem}.dist-info"}


def test_the_metadata_name_the_licence_and_the_floors(distribution: Distribution) -> None:
    """The index shows the licence, and an installer reads which Python is needed."""
    with ZipFile(distribution.wheel) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith("/METADATA")]
        metadata = message_from_bytes(wheel.read(name))

    assert metadata["Name"] == "lms-paycor-connector"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert {"Flask>=3.0", "SQLAlchemy>=2.0.22"} <= set(metadata.get_all("Requires-Dist", []))


def test_the_sdist_can_be_worked_on(distribution: Distribution) -> None:
    """It includes tests, documents, Makefile and `wsgi.py`."""
    with tarfile.open(distribution.sdist) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}

    assert {
        "connector/plugin.yaml",
        "wsgi.py",
        "Makefile",
        ".ci/set-up",
        "LICENSE",
        "tests/conftest.py",
    } <= names
    assert files_of("migrations", "migrations") | files_of("docs", "docs") <= names


#: What an installation needs that is no code: the manifest, the migrations, a template and a style sheet.
FIND = """
import flask
from pathlib import Path
from connector import manifest
from connector.store.db import revision
from connector.web import blueprint
app = flask.Flask("lms")
pages = blueprint()
app.register_blueprint(pages)
app.jinja_env.get_template("connector/frame/layout.html")
print(manifest.find(), manifest.load().version, revision.folder(), Path(pages.static_folder, "connector.css").is_file())
"""


def test_an_installed_wheel_reads_its_own_files(distribution: Distribution, tmp_path: Path) -> None:
    """Even with a checkout's metadata earlier on the path."""
    python = install(distribution.wheel, tmp_path / "venv")
    [packages] = (tmp_path / "venv").glob("lib/python*/site-packages")

    assert found(python, tmp_path, sysconfig.get_path("purelib")) == own_files(packages)


def test_a_wheel_works_wherever_it_lies(distribution: Distribution, tmp_path: Path) -> None:
    """As in a folder of its own, where there is no `share`: a function in the cloud, a bundle that unpacks itself."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--target", str(tmp_path / "bundle"), str(distribution.wheel)], check=True)
    bundle = str(tmp_path / "bundle")

    assert found(Path(sys.executable), tmp_path, bundle) == own_files(tmp_path / "bundle")


def found(python: Path, folder: Path, path: str) -> list[str]:
    """What an installation finds, with one more folder on its path."""
    environment = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(
        [str(python), "-c", FIND], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def own_files(packages: Path) -> list[str]:
    """What it has to find, with the package in this folder."""
    package = packages / "connector"
    return [str(package / "plugin.yaml"), connector.__version__, str(package / "migrations"), "True"]
