"""Why, from the shell: in plain lines or as JSON, for anybody."""

import json

import pytest

from tests.whole import PORTAL, Whole


@pytest.mark.req("X8")
def test_a_person_is_explained_step_by_step(whole: Whole) -> None:
    """From the record to the decision, then what was done."""
    employee_id = whole.employed()[0]

    result = whole.run_command("why", employee_id, "--portal", PORTAL)

    names = [line.split()[0] for line in result.stdout.splitlines()[1:]]
    assert result.exit_code == 0
    assert names[:2] == ["record", "status"]
    assert "decision" in names
    assert names[-1] == "changed"


@pytest.mark.req("X8")
def test_as_json_it_is_one_object(whole: Whole) -> None:
    """With the steps as they are: name, rule, value, since, who and advice."""
    employee_id = whole.employed()[0]

    told = json.loads(whole.run_command("why", employee_id, "--portal", PORTAL, "--json").stdout)

    assert told["employee_id"] == employee_id
    assert told["steps"][-1]["name"] == "decision"
    assert told["steps"][-1]["value"] == "unchanged"
    assert {"name", "rule", "value", "since", "who", "advice"} <= told["steps"][0].keys()


def test_nobody_is_said_with_what_to_do(whole: Whole) -> None:
    """And ends with 1."""
    result = whole.run_command("why", "nobody", "--portal", PORTAL)

    assert result.exit_code == 1
    assert "Nobody is known by this" in result.stderr
