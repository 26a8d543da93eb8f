"""The to-do list: kinds of findings with advice and head counts, and the people behind each."""

import pytest

from tests.services.stored import add, employee, finding
from tests.web.conftest import Site


def test_each_kind_has_a_count_advice_and_its_people(site: Site) -> None:
    """Kinds that need an action come apart from those for information."""
    site.connect()
    add(
        site.database,
        finding(1, "no_work_email"),
        finding(2, "inactive"),
        employee(1, None),
        employee(2, None),
    )

    text = site.get("/findings")
    to_act, to_know = text.split("Only to be known", maxsplit=1)

    assert "Add a work email for them in Paycor" in to_act
    assert "Has left" in to_know
    assert "Ada L1" in site.get("/findings?code=no_work_email")
    assert "Ada L2" not in site.get("/findings?code=no_work_email")


@pytest.mark.req("D12", "X7")
def test_a_value_that_is_not_a_choice_shows_the_nearest_one(site: Site) -> None:
    """Only when there is a similar one."""
    site.connect()
    hinted, plain = finding(1, "choice_mismatch"), finding(2, "choice_mismatch")
    hinted.detail, hinted.hint = "nurse", "Nurses & Carers"
    add(site.database, hinted, plain, employee(1, None), employee(2, None))

    text = site.get("/findings?code=choice_mismatch")

    assert "Nearest choice: Nurses &amp; Carers" in text
    assert text.count("Nearest choice") == 1


@pytest.mark.req("B9")
def test_an_unknown_code_is_still_readable(site: Site) -> None:
    """A later release may have stored a finding that this one does not know."""
    site.connect()
    add(site.database, finding(1, "moon_phase"))

    assert "Moon phase" in site.get("/findings")
