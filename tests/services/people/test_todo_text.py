"""HR's to-do list as a letter (rule X10)."""

import pytest

from connector.core.model.findings import FINDINGS
from connector.services.people.todo_text import HRS, letter


@pytest.mark.req("X10")
@pytest.mark.parametrize(
    ("now", "came", "before", "expected"),
    [
        pytest.param({}, 0, 0, None, id="nothing, as before"),
        pytest.param({"no_work_email": 3}, 0, 3, None, id="three, as before"),
        pytest.param(
            {"no_work_email": 3}, 3, 0, "3 new, 0 done since the last letter, 3 open", id="three new"
        ),
        pytest.param({"no_work_email": 3}, 1, 3, "1 new, 1 done", id="one came, one went"),
        pytest.param({}, 0, 2, "Nothing is left to be mended in Paycor: 0 new, 2 done", id="all done"),
    ],
)
def test_a_letter_goes_out_only_when_something_has_changed(
    now: dict[str, int], came: int, before: int, expected: str | None
) -> None:
    """It says what came, what went and what is open."""
    text = letter(now, came, before)

    assert text is None if expected is None else expected in (text or "")


@pytest.mark.req("X10")
def test_a_letter_says_what_to_do_most_frequent_first() -> None:
    """Each kind with its count and advice; every kind in it is HR's to mend."""
    text = letter({"no_name": 1, "no_work_email": 7}, 8, 0) or ""

    assert text.index(f"{FINDINGS['no_work_email'].label}: 7.") < text.index(
        f"{FINDINGS['no_name'].label}: 1."
    )
    assert FINDINGS["no_name"].advice in text
    assert {FINDINGS[code].who for code in HRS} == {"hr"}
