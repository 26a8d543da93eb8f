from dataclasses import replace

import pytest

from connector.core.model.settings import AddAs, Limit, Limits, Policy
from connector.web.settings.limits_form import given
from tests.services.stored import add, employee
from tests.web.conftest import Desk

LIMITS = Limits(Limit(1, 2), Limit(3, 4), Limit(5, 6), Limit(7, 8), Limit(9, 10), week_times=4)
CHOSEN = Policy(limits=LIMITS, absent_reads=6, feed_pct=80)


def furnish(desk: Desk, policy: Policy = CHOSEN) -> None:
    """A connected portal with two people in the mirror, and these choices."""
    desk.connect()
    ada = employee(1, "ada@acme.example")
    ada.email_key = "ada@acme.example"
    add(desk.database, ada, employee(2, None))
    desk.services.settings.save_policy("hq", "7", policy, 2)


@pytest.mark.req("X4", "X5", "D10")
def test_every_number_is_kept_beside_what_is_chosen_elsewhere(desk: Desk) -> None:
    """The form saves its own part of the policy, and shows it again."""
    furnish(desk, Policy(add_as=AddAs.ACTIVE_ONLY, mail_pace=Policy().mail_pace))

    desk.post("/safety", **given(CHOSEN))
    text = desk.get("/safety")

    assert desk.services.settings.policy("hq") == replace(CHOSEN, add_as=AddAs.ACTIVE_ONLY)
    assert 'name="mails_pct" value="10"' in text


@pytest.mark.req("X5")
def test_watched_people_are_named_by_id_or_email_and_shown_by_name(desk: Desk) -> None:
    """Whoever is ticked stays, and whoever is typed in comes to them, each once."""
    furnish(desk)

    desk.post("/safety", **given(CHOSEN), canaries="e2\n\n ADA@acme.example \ne1")
    text = desk.get("/safety")
    desk.post("/safety", **given(CHOSEN), kept=["e1", "e9"])

    assert "Ada L1" in text
    assert desk.services.settings.policy("hq").canaries == ("e1",)


@pytest.mark.req("X5")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"leavers_pct": "101"}, "Give a whole number from 0 to 100.", id="more than all"),
        pytest.param({"week_times": "0"}, "Give a whole number from 1 to 100.", id="less than one sync"),
        pytest.param({"absent_reads": "31"}, "Give a whole number from 1 to 30.", id="more than a month"),
        pytest.param({"feed_pct": "many"}, "Not a valid integer value.", id="no number"),
        pytest.param({"canaries": "e1\nnobody"}, "Line 2: Nobody of the last read", id="nobody"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    desk: Desk, changed: dict[str, object], expected: str
) -> None:
    """Nothing is saved, and what was typed is still there."""
    furnish(desk)

    text = desk.post("/safety", 200, **{**given(CHOSEN), "mails_people": 77, **changed})

    assert expected in text
    assert 'value="77"' in text
    assert desk.services.settings.policy("hq") == CHOSEN
