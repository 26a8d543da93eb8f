"""The invite configuration: saved whole, shown again, rejected with the error at its field."""

from dataclasses import asdict

import pytest

from connector.core.model.settings import (
    AccessEnds,
    AddAs,
    DayZone,
    FirstName,
    InviteWhen,
    ListVersion,
    MailPace,
    OnLeave,
    Policy,
)
from tests.web.conftest import Site

CHOSEN = Policy(
    invite_when=InviteWhen.HIRE_DATE,
    add_as=AddAs.PENDING_INVITATION,
    first_name=FirstName.LEGAL,
    on_leave=OnLeave.SUSPEND,
    access_ends=AccessEnds.START_OF_DAY,
    day_zone=DayZone.WORK_STATE,
    list_version=ListVersion.V2,
    invite_days=-7,
    grace_days=14,
    mail_pace=MailPace(100, 20, 6),
    todo_mail=False,
)


def form(policy: Policy, daily_hour: object = 3, read_interval: str = "4") -> dict[str, object]:
    """The form as the browser sends it."""
    return {
        **{
            name: value
            for name, value in asdict(policy).items()
            if isinstance(value, str | int) and name != "todo_mail"
        },
        **asdict(policy.mail_pace),
        "daily_hour": daily_hour,
        "read_interval": read_interval,
    }


@pytest.mark.req("A37", "A38", "A39", "D5", "D6", "D7", "X10", "X14", "X27", "X28", "X29")
def test_save_changes_keeps_every_choice(site: Site) -> None:
    """The saved policy is what was chosen, and the page shows it again."""
    site.connect()

    location = site.post("/invites", 302, **form(CHOSEN))
    text = site.client.get(location).text

    assert site.services.settings.policy("hq") == CHOSEN
    assert 'checked id="invite_when-1"' in text
    assert 'checked id="add_as-2"' in text
    assert 'value="3"' in text
    assert 'checked id="read_interval-2"' in text
    assert site.services.settings.schedule("hq") == (3, "4")
    assert "The invite configuration is saved" in text


@pytest.mark.req("A37", "A38")
def test_the_choices_have_the_words_that_admins_know(site: Site) -> None:
    """Two answers to when, three to how."""
    site.connect()

    text = site.get("/invites")

    for words in (
        "When they are added to Paycor",
        "On their hiring date",
        "active user and send a welcome email",
        "active user only",
        "pending user and send an invitation email",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"daily_hour": "24"}, "A whole number from 0 to 23.", id="no such hour"),
        pytest.param({"grace_days": "31"}, "A whole number from 0 to 30.", id="more grace than a month"),
        pytest.param({"invite_days": "-366"}, "A whole number from -365 to 365.", id="more than a year"),
        pytest.param({"quiet_until": "24"}, "A whole number from 0 to 23.", id="no such quiet hour"),
        pytest.param({"daily_hour": "late"}, "integer", id="not a number"),
        pytest.param({"read_interval": "3"}, "Not a valid choice", id="no such interval"),
        pytest.param({"add_as": "admin"}, "Not a valid choice", id="no such choice"),
    ],
)
def test_a_wrong_value_is_marked_and_nothing_is_saved(
    site: Site, changed: dict[str, str], expected: str
) -> None:
    """The error shows at the field; everything else stays as it was typed."""
    site.connect()

    text = site.post("/invites", 200, **{**form(CHOSEN), **changed})

    assert expected in text
    assert "Nothing was saved" in text
    assert 'checked id="invite_when-1"' in text
    assert site.services.settings.policy("hq") == Policy()


@pytest.mark.req("A27")
def test_the_page_says_that_it_applies_to_daily_and_manual_syncs(site: Site) -> None:
    """There is one configuration for both."""
    site.connect()

    assert "for daily syncs and for those by hand alike" in site.get("/invites")


def test_a_portal_without_a_connection_has_nothing_to_configure(site: Site) -> None:
    """The overview offers + Connect first."""
    assert site.client.get(site.url("/invites")).headers["Location"] == site.url()
