"""The limits of a sync and the watched people: saved, shown again, rejected."""

from dataclasses import replace

import pytest

from connector.core.model.settings import AddAs, Limit, Limits, Policy
from connector.web.settings.limits import form_values
from tests.services.stored import add, employee
from tests.web.conftest import Site

LIMITS = Limits(Limit(1, 2), Limit(3, 4), Limit(5, 6), Limit(7, 8), Limit(9, 10), week_times=4)
CHOSEN = Policy(limits=LIMITS, absent_reads=6, feed_pct=80)


def connect_with_policy(site: Site, policy: Policy = CHOSEN) -> None:
    """A connected portal with two people in the mirror, and this policy."""
    site.connect()
    ada = employee(1, "ada@acme.example")
    ada.email_key = "ada@acme.example"
    add(site.database, ada, employee(2, None))
    site.services.settings.save_policy("hq", "7", policy, 2)


@pytest.mark.req("X4", "X5", "D10")
def test_every_number_is_saved_and_other_choices_stay(site: Site) -> None:
    """The form saves its own part of the policy, and shows it again."""
    connect_with_policy(site, Policy(add_as=AddAs.ACTIVE_ONLY, mail_pace=Policy().mail_pace))

    site.post("/safety", **form_values(CHOSEN))
    text = site.get("/safety")

    assert site.services.settings.policy("hq") == replace(CHOSEN, add_as=AddAs.ACTIVE_ONLY)
    assert 'name="mails_pct" value="10"' in text


@pytest.mark.req("X5")
def test_watched_people_are_typed_by_id_or_email_and_shown_by_name(site: Site) -> None:
    """Ticked people stay, and typed ones are added, each once."""
    connect_with_policy(site)

    site.post("/safety", **form_values(CHOSEN), canaries="e2\n\n ADA@acme.example \ne1")
    text = site.get("/safety")
    site.post("/safety", **form_values(CHOSEN), kept=["e1", "e9"])

    assert "Ada L1" in text
    assert site.services.settings.policy("hq").canaries == ("e1",)


@pytest.mark.req("X5")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"leavers_pct": "101"}, "Give a whole number from 0 to 100.", id="more than all"),
        pytest.param({"week_times": "0"}, "Give a whole number from 1 to 100.", id="less than one sync"),
        pytest.param({"absent_reads": "31"}, "Give a whole number from 1 to 30.", id="more than a month"),
        pytest.param({"feed_pct": "many"}, "Not a valid integer value.", id="not a number"),
        pytest.param({"canaries": "e1\nnobody"}, "Line 2: No employee has", id="no such person"),
    ],
)
def test_a_wrong_value_is_reported_beside_its_field(
    site: Site, changed: dict[str, object], expected: str
) -> None:
    """Nothing is saved, and what was typed stays."""
    connect_with_policy(site)

    text = site.post("/safety", 200, **{**form_values(CHOSEN), "mails_people": 77, **changed})

    assert expected in text
    assert 'value="77"' in text
    assert site.services.settings.policy("hq") == CHOSEN
