from pathlib import Path

import pytest
from flask import Flask

from connector.errors import ConfigurationError
from connector.sandbox.lms import create_app, seed
from connector.sandbox.lms.db.tables import User
from tests.sandbox.lms.conftest import running
from tests.sandbox.lms.rows import count, set_portal
from tests.sandbox.lms.visitor import NORTHFIELD, Visitor, admin


def test_an_empty_lms_says_how_to_fill_it(tmp_path: Path) -> None:
    """The first page of a fresh start is no dead end."""
    with running(LMS_INSTANCE_PATH=str(tmp_path)) as app:
        assert "lms seed" in Visitor(app).read("/login")

        result = app.test_cli_runner().invoke(args=["lms", "seed", "--learners", "2"])

        assert result.exit_code == 0
        assert "lms seed" not in Visitor(app).read("/login")
        assert count(app, User) == 6


def test_seeding_twice_changes_nothing(app: Flask) -> None:
    """An LMS that has a portal is left alone."""
    before = count(app, User)

    seed(app, learners=50)

    assert count(app, User) == before


def test_the_secret_key_is_made_once_for_an_instance(tmp_path: Path) -> None:
    """Sessions survive a restart, differ between instances, and the file is its owner's alone."""
    keys = []
    for folder in ("one", "one", "two"):
        with running(LMS_INSTANCE_PATH=str(tmp_path / folder)) as app:
            keys.append(app.secret_key)

    assert keys[0] == keys[1] != keys[2]
    assert (tmp_path / "one" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("key", "value"), [("LMS_BASE_URL", "ftp://learn.example"), ("LMS_SMTP_URL", "mail.example:25")]
)
def test_a_wrong_setting_is_named(tmp_path: Path, key: str, value: str) -> None:
    """The start fails and names the key to fix."""
    with pytest.raises(ConfigurationError, match=key):
        create_app({"LMS_INSTANCE_PATH": str(tmp_path), "LMS_PLUGINS": [], key: value})


def test_settings_come_from_the_environment_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value passed in wins."""
    monkeypatch.setenv("LMS_BASE_URL", "https://learn.example")
    monkeypatch.setenv("LMS_MAIL_FROM", "portal@learn.example")

    with running(LMS_INSTANCE_PATH=str(tmp_path), LMS_MAIL_FROM="given@learn.example") as app:
        assert app.config["SESSION_COOKIE_SECURE"] is True
        assert app.config["LMS_MAIL_FROM"] == "given@learn.example"


@pytest.mark.req("A43", "A44")
def test_the_operator_switches_a_portal(app: Flask) -> None:
    """The command changes the named switches and prints what the portal's admins see."""
    set_portal(app, "northfield", integrations=False)
    run = app.test_cli_runner()

    on = run.invoke(args=["lms", "portal", "northfield", "--integrations"])
    poor = run.invoke(args=["lms", "portal", "northfield", "--plan", "essential"])
    wrong = run.invoke(args=["lms", "portal", "nowhere"])

    assert "integrations seen" in on.output
    assert "plan essential, integrations not seen" in poor.output
    assert (wrong.exit_code, "no portal 'nowhere'" in wrong.output) == (1, True)


def test_mail_cannot_be_sent_by_hand_without_a_server(app: Flask) -> None:
    """The command names the setting."""
    result = app.test_cli_runner().invoke(args=["lms", "send-mail"])

    assert (result.exit_code, "LMS_SMTP_URL" in result.output) == (1, True)


def test_errors_stand_in_the_portal_s_own_frame(app: Flask) -> None:
    """A user on an unknown page still has the navigation."""
    response = admin(app).get(f"{NORTHFIELD}/nowhere")

    assert (response.status_code, f'href="{NORTHFIELD}/users"' in response.text) == (404, True)
