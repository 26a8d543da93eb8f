"""The log of settings on the pages: from and to of every change, and the way back (X30)."""

from collections.abc import Mapping
from typing import Any

import pytest

from connector.core.model.settings import Policy
from connector.web.settings.limits import form_values
from tests.web.conftest import Site
from tests.web.settings.test_invitations import form

INVITES: Mapping[str, Any] = form(Policy(), 4)
SAFETY: Mapping[str, Any] = {**form_values(Policy()), "absent_reads": 7}


@pytest.mark.req("X30")
def test_the_page_of_changes_shows_from_and_to(connected: Site) -> None:
    """By the name of the setting, in words."""
    connected.post("/invites", **INVITES)

    text = connected.get("/changes")

    assert "Hour of the daily sync: <del>2</del>" in text
    assert "<ins>4</ins>" in text


@pytest.mark.req("X30")
def test_earlier_settings_are_restored_from_the_log(connected: Site) -> None:
    """The page shows what differs and asks; the restored settings are a change of their own."""
    connected.post("/invites", **INVITES)

    listed = connected.get("/changes")
    asks = connected.get("/changes/1/restore")
    version = asks.split('name="version" value="')[1].split('"')[0]
    connected.post("/changes/1/restore", version=version)

    assert f'href="{connected.url("/changes/1/restore")}"' in listed
    assert '<th scope="row">Hour of the daily sync</th><td>4</td><td>2</td>' in asks
    assert connected.services.settings.choices("hq").daily_hour == 2
    assert "Earlier settings restored" in connected.get("/changes")
    assert "nothing to restore" in connected.get("/changes/1/restore")


@pytest.mark.req("D31", "X30")
def test_going_back_takes_nothing_back_that_was_not_shown(connected: Site) -> None:
    """Somebody saves something else while the page is open: it answers 409 and shows the difference of now."""
    connected.post("/invites", **INVITES)
    asks = connected.get("/changes/1/restore")
    version = asks.split('name="version" value="')[1].split('"')[0]
    connected.post("/safety", **SAFETY)

    text = connected.post("/changes/1/restore", 409, version=version)

    assert '<th scope="row">Missing from the list, syncs in a row</th><td>7</td><td>3</td>' in text
    assert connected.services.settings.choices("hq").daily_hour == 4
