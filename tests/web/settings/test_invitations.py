from dataclasses import asdict

import pytest

from connector.core.model.settings import (
    AccessEnds,
    AddAs,
    DayZone,
    InviteWhen,
    ListVersion,
    MailPace,
    OnLeave,
    Policy,
)
from tests.web.conftest import Desk

CHOSEN = Policy(
    invite_when=InviteWhen.HIRE_DATE,
    add_as=AddAs.PENDING_INVITATION,
    on_leave=OnLeave.SUSPEND,
    access_ends=AccessEnds.START_OF_DAY,
    day_zone=DayZone.WORK_STATE,
    list_version=ListVersion.V2,
    invite_days=-7,
    mail_pace=MailPace(100, 20, 6),
    todo_mail=False,
)


def form(policy: Policy, daily_hour: object = 3) -> dict[str, object]:
    """The form as the browser sends it."""
    return {
        **{
            name: value
            for name, value in asdict(policy).items()
            if isinstance(value, str | int) and name != "todo_mail"
        },
        **asdict(policy.mail_pace),
        "daily_hour": daily_hour,
    }


@pytest.mark.req("A37", "A38", "A39", "D5", "D6", "D7", "X10", "X14")
def test_save_changes_keeps_every_choice(desk: Desk) -> None:
    """What is saved is what was chosen, and the page shows it again."""
    desk.connect()

    location = desk.post("/invites", 302, **form(CHOSEN))
    text = desk.client.get(location).text

    assert desk.services.settings.policy("hq") == CHOSEN
    assert 'checked id="invite_when-1"' in text
    assert 'checked id="add_as-2"' in text
    assert 'value="3"' in text
    assert "The invite configuration is saved" in text


@pytest.mark.req("A37", "A38")
def test_the_choices_are_those_that_admins_know(desk: Desk) -> None:
    """Two answers to when, three to how."""
    desk.connect()

    text = desk.get("/invites")

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
        pytest.param({"daily_hour": "24"}, "A whole number from 0 to 23.", id="an hour there is not"),
        pytest.param({"invite_days": "-366"}, "A whole number from -365 to 365.", id="more than a year"),
        pytest.param({"quiet_until": "24"}, "A whole number from 0 to 23.", id="a quiet hour there is not"),
        pytest.param({"daily_hour": "late"}, "integer", id="no number"),
        pytest.param({"add_as": "admin"}, "Not a valid choice", id="a choice there is not"),
    ],
)
def test_a_wrong_value_is_marked_and_nothing_is_saved(
    desk: Desk, changed: dict[str, str], expected: str
) -> None:
    """The sentence stands at the field; everything else stays as it was typed."""
    desk.connect()

    text = desk.post("/invites", 200, **{**form(CHOSEN), **changed})

    assert expected in text
    assert "Nothing was saved" in text
    assert 'checked id="invite_when-1"' in text
    assert desk.services.settings.policy("hq") == Policy()


@pytest.mark.req("A27")
def test_the_page_says_that_it_holds_for_both_kinds_of_syncs(desk: Desk) -> None:
    """There is one configuration, not one for each."""
    desk.connect()

    assert "for daily syncs and for those by hand alike" in desk.get("/invites")


def test_a_portal_without_a_connection_has_nothing_to_configure(desk: Desk) -> None:
    """The way there leads over + Connect."""
    assert desk.client.get(desk.url("/invites")).headers["Location"] == desk.url()
