"""The mail about HR's to-do list (rule X10)."""

import pytest

from connector.words.findings import FINDING_TEXTS
from connector.words.todo import todo_mail


@pytest.mark.req("X10")
@pytest.mark.parametrize(
    ("now", "came", "before", "expected"),
    [
        pytest.param({}, 0, 0, None, id="nothing, as before"),
        pytest.param({"no_work_email": 3}, 0, 3, None, id="three, as before"),
        pytest.param(
            {"no_work_email": 3}, 3, 0, "3 new, 0 closed since the last mail, 3 open", id="three new"
        ),
        pytest.param({"no_work_email": 3}, 1, 3, "1 new, 1 closed", id="one came, one went"),
        pytest.param({}, 0, 2, "Nothing is left for HR to fix in Paycor: 0 new, 2 closed", id="all done"),
    ],
)
def test_a_mail_goes_out_only_when_something_has_changed(
    now: dict[str, int], came: int, before: int, expected: str | None
) -> None:
    """It says what came, what went and what is open."""
    text = todo_mail(now, came, before)

    assert text is None if expected is None else expected in (text or "")


@pytest.mark.req("X10")
def test_the_mail_says_what_to_do_most_frequent_first() -> None:
    """Each kind comes with its count and advice."""
    text = todo_mail({"no_name": 1, "no_work_email": 7}, 8, 0) or ""

    assert text.index(f"{FINDING_TEXTS['no_work_email'].label}: 7.") < text.index(
        f"{FINDING_TEXTS['no_name'].label}: 1."
    )
    assert FINDING_TEXTS["no_name"].advice in text
