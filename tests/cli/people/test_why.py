"""`flask connector why`: plain lines or JSON, for any person."""

import json

import pytest

from tests.whole import PORTAL, Whole


@pytest.mark.req("X8")
def test_a_person_is_explained_step_by_step(whole: Whole) -> None:
    """From the record to the decision, then the changes."""
    employee_id = whole.employed()[0]

    result = whole.run_command("why", employee_id, "--portal", PORTAL)

    names = [line.split()[0] for line in result.stdout.splitlines()[1:]]
    assert result.exit_code == 0
    assert names[:2] == ["record", "status"]
    assert "decision" in names
    assert names[-1] == "changed"


@pytest.mark.req("X8")
def test_as_json_it_is_one_object(whole: Whole) -> None:
    """Each step has name, rule, value, since, who and advice."""
    employee_id = whole.employed()[0]

    explained = json.loads(whole.run_command("why", employee_id, "--portal", PORTAL, "--json").stdout)

    assert explained["employee_id"] == employee_id
    assert explained["steps"][-1]["name"] == "decision"
    assert explained["steps"][-1]["value"] == "unchanged"
    assert {"name", "rule", "value", "since", "who", "advice"} <= explained["steps"][0].keys()


def test_an_unknown_person_exits_with_1_and_advice(whole: Whole) -> None:
    """The search had no match, neither in Paycor's list nor in the LMS."""
    result = whole.run_command("why", "nobody", "--portal", PORTAL)

    assert result.exit_code == 1
    assert "No person has this employee id" in result.stderr
