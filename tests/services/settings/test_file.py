"""The settings as a file: what goes out comes in again, and a mistake in it saves nothing."""

import json

import pytest
from hypothesis import given

from connector.core.model.settings import Limit, Limits, MappingRow, Policy, Scope
from connector.errors import Refused
from connector.services.settings.choices import Choices
from connector.services.settings.file import from_file, to_file
from tests.settings_strategies import scopes


@pytest.mark.req("X30")
@given(scopes(("work_state", "job_title"), ("OH", "ä"), ("e1", "e2")))
def test_what_goes_out_comes_in_again(scope: Scope) -> None:
    """Whatever was chosen."""
    choices = Choices(
        (MappingRow("job_title", "title", translation={"RN": "Nurse"}),), Policy(scope=scope), 5
    )

    assert from_file(to_file(choices), Choices()) == choices


@pytest.mark.req("X30")
def test_what_a_file_leaves_out_stays() -> None:
    """A file may be written by hand."""
    saved = Choices(policy=Policy(feed_pct=75), daily_hour=5)
    text = json.dumps({"policy": {"limits": {"leavers": {"people": 9, "pct": 0}}}})

    assert from_file(text, saved) == Choices(
        policy=Policy(feed_pct=75, limits=Limits(leavers=Limit(9, 0))), daily_hour=5
    )


@pytest.mark.req("X30")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("no JSON", "no settings that can be read", id="no JSON"),
        pytest.param("[]", "no settings that can be read", id="a list"),
        pytest.param('{"policy": {"on_leave": "perhaps"}}', "no settings that can be read", id="no choice"),
        pytest.param(
            '{"policy": {"feedpct": 5}, "hour": 1}',
            r"Unknown settings.*: hour, policy\.feedpct\.",
            id="unknown",
        ),
    ],
)
def test_a_file_with_a_mistake_is_refused(text: str, message: str) -> None:
    """A mistyped name would otherwise be dropped without a word."""
    with pytest.raises(Refused, match=message):
        from_file(text, Choices())
