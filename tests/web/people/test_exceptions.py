from typing import Any

import pytest

from tests.services.stored import add, employee
from tests.web.conftest import Desk

NEW: dict[str, Any] = {
    "person": "e1",
    "name": "field:job",
    "reason": "a title of her own",
    "until": "2026-03-09",
}


def furnish(desk: Desk) -> None:
    """A connected portal with one person."""
    desk.connect()
    add(desk.database, employee(1, None))


@pytest.mark.req("X16")
def test_an_exception_is_made_shown_and_ended(desk: Desk) -> None:
    """With what is left alone, why, until when and by whom."""
    furnish(desk)

    desk.post("/exceptions", **NEW)
    text = desk.get("/exceptions")
    desk.post("/exceptions", end="1")

    for said in (
        "Ada L1",
        "a title of her own",
        "2026-03-09",
        '<td data-label="Made by">You</td>',
        "Job</span>",
    ):
        assert said in text
    assert "treats everybody alike" in desk.get("/exceptions")


@pytest.mark.req("X16")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"person": "e9"}, "Nobody of the last read", id="nobody"),
        pytest.param({"until": "2026-02-30"}, "Give a day.", id="no day"),
        pytest.param({"until": "2025-01-01"}, "Give a last day from 2026-03-02", id="over already"),
        pytest.param({"reason": ""}, "Say why.", id="no reason"),
        pytest.param({"name": "field:x"}, "does not exist", id="a field there is not"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(desk: Desk, changed: dict[str, str], expected: str) -> None:
    """No exception is made, and what was typed is still there."""
    furnish(desk)

    text = desk.post("/exceptions", 200, **{**NEW, **changed})

    assert expected in text
    assert "treats everybody alike" in text
