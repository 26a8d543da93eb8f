"""Two tabs with the same settings form: the second sees both versions, keeps what was typed, and decides (D31)."""

from collections.abc import Mapping
from typing import Any

import pytest

from connector.core.model.account import Group
from connector.core.model.settings import Policy
from connector.hosts.memory import MemoryHost
from connector.web.settings.limits import form_values
from tests.web.conftest import Site
from tests.web.settings.test_invitations import form as invite_form

CONDITION: Mapping[str, Any] = {"only_attribute": "work_state", "only_operator": "equals"}
RULE: Mapping[str, Any] = {"group": "1", "rule.0_attribute": "work_state", "rule.0_operator": "equals"}
ROW: Mapping[str, Any] = {"field_key": "job", "when_null": "clear"}


def safety(**changed: object) -> dict[str, Any]:
    """The form of the limits as the browser sends it."""
    return {**form_values(Policy()), **changed}


#: For each page: what the first tab saves, what the second wants to save, and what its page shows of both.
TABS: list[tuple[str, Mapping[str, Any], Mapping[str, Any], tuple[str, str]]] = [
    ("/invites", invite_form(Policy(), 4), invite_form(Policy(), 5), ("<td>4</td>", "<td>5</td>")),
    ("/safety", safety(absent_reads=7), safety(absent_reads=8), ("<td>7</td>", "<td>8</td>")),
    (
        "/mapping",
        {**ROW, "attribute": "job_title"},
        {**ROW, "attribute": "work_state"},
        ("<td>Job title; cleared", "<td>Work state; cleared"),
    ),
    (
        "/scope",
        {**CONDITION, "only_values": "OH", "outside": "leave_alone"},
        {**CONDITION, "only_values": "TX", "outside": "leave_alone"},
        ("<td>Work state is one of OH</td>", "<td>Work state is one of TX</td>"),
    ),
    (
        "/groups",
        {**RULE, "rule.0_values": "OH"},
        {**RULE, "rule.0_values": "TX"},
        ("<td>1: Work state is one of OH</td>", "<td>1: Work state is one of TX</td>"),
    ),
]


INVITES: Mapping[str, Any] = invite_form(Policy(), 4)


@pytest.fixture
def grouped(connected: Site) -> Site:
    """A connected portal whose LMS has a field and a group."""
    host = connected.lms.host("hq")
    connected.lms.memory_host = MemoryHost(fields=host.fields(), groups=[Group("1", "Ohio")])
    return connected


@pytest.mark.req("D31")
@pytest.mark.parametrize(("path", "first", "second", "shown"), TABS, ids=[tab[0] for tab in TABS])
def test_the_second_of_two_tabs_sees_both_versions_and_decides(
    grouped: Site, path: str, first: dict[str, Any], second: dict[str, Any], shown: tuple[str, str]
) -> None:
    """It answers 409, saves nothing, and keeps the input; saving again with the version it gives saves it."""
    before: dict[str, Any] = dict(grouped.version(path))
    grouped.post(path, **first, **before)
    saved = grouped.services.settings.choices("hq")

    text = grouped.post(path, 409, **second, **before)
    unchanged = grouped.services.settings.choices("hq")
    version = text.split('name="version" value="')[1].split('"')[0]
    grouped.post(path, **second, version=version)

    assert unchanged == saved
    assert all(value in text for value in shown)
    assert version != before["version"]
    assert grouped.services.settings.choices("hq") != saved


@pytest.mark.req("D31")
def test_a_form_without_a_version_saves_over_nobody(grouped: Site) -> None:
    """One that was open since before the upgrade, for example."""
    grouped.post("/invites", **INVITES)
    token = grouped.token()

    response = grouped.client.post(
        grouped.url("/invites"), data={"csrf_token": token, **invite_form(Policy(), 5)}
    )

    assert response.status_code == 409
    assert grouped.services.settings.choices("hq").daily_hour == 4


@pytest.mark.req("D31")
def test_adding_a_row_makes_an_old_form_no_newer(grouped: Site) -> None:
    """The page that the button draws carries the version with which the form was opened."""
    opened: dict[str, Any] = dict(grouped.version("/scope"))
    grouped.post("/scope", **CONDITION, only_values="OH", outside="leave_alone", **opened)

    text = grouped.post("/scope", 200, add="only", outside="leave_alone", **opened)

    assert f'name="version" value="{opened["version"]}"' in text
