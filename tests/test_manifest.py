"""The manifest agrees with the distribution and the code, and a wrong one is refused with the key."""

from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

import connector
from connector import manifest
from connector.errors import ConfigurationError
from connector.store import schema

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def setup_cfg() -> ConfigParser:
    """The metadata of the distribution."""
    parser = ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg")
    return parser


@pytest.fixture
def written(tmp_path: Path) -> dict[str, object]:
    """The manifest as plain values, for a test to change."""
    values: dict[str, object] = yaml.safe_load((ROOT / "connector" / "plugin.yaml").read_text())
    return values


def load_spoiled(values: dict[str, object], folder: Path) -> str:
    """The message of the error that loading `values` raises."""
    path = folder / "plugin.yaml"
    path.write_text(yaml.safe_dump(values))
    with pytest.raises(ConfigurationError) as refused:
        manifest.load(path)
    return refused.value.message


def test_the_manifest_is_the_one_of_this_checkout() -> None:
    """A checkout reads its own file, even if another release is installed."""
    assert manifest.find() == ROOT / "connector" / "plugin.yaml"


def test_its_name_and_version_are_those_of_the_distribution(setup_cfg: ConfigParser) -> None:
    """Neither can go stale."""
    loaded = manifest.load()

    assert loaded.name == setup_cfg["metadata"]["name"] == manifest.DISTRIBUTION
    assert loaded.version == connector.__version__


def test_its_entry_point_is_the_one_that_is_installed(setup_cfg: ConfigParser) -> None:
    """A host that reads the manifest and one that reads entry points find the same object."""
    declared = setup_cfg["options.entry_points"]["lms.plugins"].strip()

    assert declared == f"paycor = {manifest.load().entry_point}"


def test_its_tables_are_those_of_the_models() -> None:
    """A host can use the list to leave all of our tables alone, and none of its own."""
    assert set(manifest.load().tables) == {schema.VERSION_TABLE, *schema.METADATA.tables}


@pytest.mark.req("A40")
def test_the_menu_entry_asks_for_full_portal_permissions() -> None:
    """The host shows Integrations > HR Integrations only to admins with full portal permissions."""
    loaded = manifest.load()

    assert (loaded.menu.section, loaded.menu.label) == ("Integrations", "HR Integrations")
    assert loaded.permission == "portal.full"
    assert loaded.blueprint.mount == "/settings/integrations/hr"


def test_no_setting_with_a_secret_has_a_default() -> None:
    """A published secret would be no secret."""
    assert [s.key for s in manifest.load().settings if s.secret and s.default is not None] == []


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        pytest.param("version", None, "$.version", id="a version that is not text"),
        pytest.param("entry_point", "connector", "$.entry_point", id="an entry point without an object"),
        pytest.param("blueprint", {"name": "connector"}, "mount", id="a blueprint without a mount"),
        pytest.param(
            "blueprint", {"name": "x", "mount": "settings"}, "$.blueprint.mount", id="a relative mount"
        ),
        pytest.param("tables", ["users"], "$.tables[0]", id="another owner's table"),
        pytest.param("tables", ["connector_run"] * 2, "connector_run twice", id="a table twice"),
        pytest.param("menus", {}, "menus", id="a key that does not exist"),
        pytest.param("jobs", [{"key": "tick"}], "$.jobs[0]", id="a job without a schedule"),
    ],
)
def test_a_wrong_key_is_named(
    written: dict[str, object], tmp_path: Path, key: str, value: object, named: str
) -> None:
    """The message has the file, the key and what to do."""
    message = load_spoiled(written | {key: value}, tmp_path)

    assert named in message
    assert "plugin.yaml" in message
    assert "Fix that key" in message


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        pytest.param({"key": "SECRET"}, "settings[0].key", id="another prefix"),
        pytest.param({"type": "float"}, "settings[0].type", id="an unknown type"),
        pytest.param({"type": "choice"}, "choices", id="a choice without choices"),
        pytest.param({"choices": ["a"]}, "choices", id="choices without a choice"),
        pytest.param({"type": "integer", "default": "2"}, "default", id="text for a number"),
        pytest.param({"type": "integer", "default": True}, "default", id="a truth for a number"),
        pytest.param({"required": True, "default": "x"}, "required", id="required with a default"),
        pytest.param({"type": "choice", "choices": ["a"], "default": "b"}, "choices", id="no such choice"),
    ],
)
def test_a_setting_that_contradicts_itself_is_refused(
    written: dict[str, object], tmp_path: Path, setting: dict[str, object], named: str
) -> None:
    """Type, choices and default of a setting must agree."""
    plain = {"key": "CONNECTOR_X", "type": "string", "help": "What it is for."}

    message = load_spoiled(written | {"settings": [plain | setting]}, tmp_path)

    assert named in message


def test_a_missing_manifest_says_what_to_do(tmp_path: Path) -> None:
    """An installation without its manifest is broken and has to be installed again."""
    with pytest.raises(ConfigurationError, match="install lms-paycor-connector again"):
        manifest.load(tmp_path / "plugin.yaml")


def test_a_file_that_is_not_yaml_is_refused(tmp_path: Path) -> None:
    """Broken syntax is the same error as a wrong key."""
    path = tmp_path / "plugin.yaml"
    path.write_text("name: [unclosed")

    with pytest.raises(ConfigurationError, match="plugin.yaml is wrong"):
        manifest.load(path)
