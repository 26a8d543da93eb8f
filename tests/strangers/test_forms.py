"""The LMS's own choices for its forms: ours work all the same, and stay protected."""

from pathlib import Path
from typing import Any

import pytest
from flask_wtf.csrf import CSRFProtect

from connector.web import PAGES as ALL_PAGES
from tests.strangers.stranger import PAGES, closed_after, connect, install, new_app, submitted, visited

CHOICES: tuple[dict[str, Any], ...] = (
    {"WTF_CSRF_FIELD_NAME": "xsrf"},
    {"WTF_CSRF_ENABLED": False},
    {"WTF_CSRF_CHECK_DEFAULT": False},
    {"WTF_CSRF_SECRET_KEY": "another"},
    {"WTF_I18N_ENABLED": False},
)
FORMS = [
    address for address, _, _, methods in ALL_PAGES if "GET" in methods and "<portal_id>/paycor" in address
]


@pytest.mark.parametrize("settings", CHOICES, ids=lambda settings: next(iter(settings)))
@pytest.mark.parametrize("protected", [False, True], ids=["no protection", "protection of all forms"])
def test_no_setting_of_the_lmss_forms_changes_ours(
    tmp_path: Path, settings: dict[str, Any], protected: bool
) -> None:
    """A form of ours is opened and sent; without its token it is refused."""
    app = new_app(f"sqlite:///{tmp_path / 'lms.sqlite'}", **settings)
    if protected:
        CSRFProtect(app)
    connect(install(app))

    with closed_after(app) as browser:
        sent = submitted(browser, f"{PAGES}/disconnect", afterwards="keep")
        forged = browser.post(f"{PAGES}/disconnect", data={"afterwards": "keep"})

    assert sent.status_code == 302, sent.text
    assert forged.status_code == 400


def test_every_page_opens_whatever_the_lms_calls_its_token(tmp_path: Path) -> None:
    """None of the templates looks for the name that the LMS has chosen."""
    with visited(tmp_path, WTF_CSRF_FIELD_NAME="xsrf") as browser:
        addresses = [
            address.replace("/<portal_id>/paycor", PAGES) for address in FORMS if "<" not in address[12:]
        ]
        statuses = {address: browser.get(address).status_code for address in addresses}

    assert {address: status for address, status in statuses.items() if status == 500} == {}
    assert len(statuses) > 20
