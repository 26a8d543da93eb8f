"""The page of exceptions: make one, see it, end it."""

from typing import Any

import pytest

from tests.services.stored import add, employee
from tests.web.conftest import Site

NEW: dict[str, Any] = {
    "person": "e1",
    "name": "field:job",
    "reason": "a title of her own",
    "until": "2026-03-09",
}


def connect_with_one_person(site: Site) -> None:
    """A connected portal with one person."""
    site.connect()
    add(site.database, employee(1, None))


@pytest.mark.req("X16")
def test_an_exception_can_be_made_seen_and_ended(site: Site) -> None:
    """The list says what is left alone, why, until when, and who made it."""
    connect_with_one_person(site)

    site.post("/exceptions", **NEW)
    text = site.get("/exceptions")
    site.post("/exceptions", end="1")

    for text_part in (
        "Ada L1",
        "a title of her own",
        "2026-03-09",
        '<td data-label="Made by">You</td>',
        "Job</span>",
    ):
        assert text_part in text
    assert "treats everybody alike" in site.get("/exceptions")


@pytest.mark.req("X16")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"person": "e9"}, "No employee has", id="no such person"),
        pytest.param({"until": "2026-02-30"}, "Give a day.", id="not a day"),
        pytest.param({"until": "2025-01-01"}, "Give a last day from 2026-03-02", id="a day in the past"),
        pytest.param({"reason": ""}, "Say why.", id="no reason"),
        pytest.param({"name": "field:x"}, "does not exist", id="no such field"),
    ],
)
def test_a_wrong_value_is_reported_beside_its_field(
    site: Site, changed: dict[str, str], expected: str
) -> None:
    """No exception is made."""
    connect_with_one_person(site)

    text = site.post("/exceptions", 200, **{**NEW, **changed})

    assert expected in text
    assert "treats everybody alike" in text
