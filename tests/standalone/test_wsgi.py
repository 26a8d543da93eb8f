"""What `wsgi.py` serves."""

import runpy
from pathlib import Path

import pytest

from connector.errors import ConfigurationError
from connector.store.db.vault import new_key

WSGI = Path(__file__).parents[2] / "wsgi.py"


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """The least for both apps, and no kind of LMS."""
    monkeypatch.delenv("CONNECTOR_HOST", raising=False)
    monkeypatch.setenv("CONNECTOR_SECRET_KEYS", new_key())
    monkeypatch.setenv("CONNECTOR_SCHEDULER", "false")
    monkeypatch.setenv("LMS_DATABASE_URL", f"sqlite:///{tmp_path / 'lms.sqlite'}")
    monkeypatch.setenv("LMS_SECRET_KEY", "x")
    return monkeypatch


@pytest.mark.parametrize("env", [None, "", "production"])
def test_the_built_in_lms_is_not_served_in_production(environ: pytest.MonkeyPatch, env: str | None) -> None:
    """A forgotten CONNECTOR_HOST is named, instead of a sandbox that people take for the service."""
    environ.delenv("CONNECTOR_ENV", raising=False)
    if env is not None:
        environ.setenv("CONNECTOR_ENV", env)

    with pytest.raises(ConfigurationError, match="CONNECTOR_HOST is not set"):
        runpy.run_path(str(WSGI))


def test_the_built_in_lms_is_served_in_development(environ: pytest.MonkeyPatch) -> None:
    """With the connector installed."""
    environ.setenv("CONNECTOR_ENV", "development")

    app = runpy.run_path(str(WSGI))["app"]

    assert "connector" in app.extensions
    assert app.name == "connector.sandbox.lms"
