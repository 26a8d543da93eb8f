"""The benchmark of remote hosts, and the goal for requests where it takes little time."""

import pytest

from tests.bench_hosts.far import KINDS, Kind
from tests.bench_hosts.measuring import requests_line, seconds_line


@pytest.mark.parametrize("kind", KINDS[:2], ids=lambda kind: kind.name)
def test_a_changed_learner_of_moodle_takes_a_fiftieth_of_a_request(kind: Kind) -> None:
    """P7, including look-ups, whether the site compares addresses case-sensitively or not."""
    line = requests_line(kind)

    assert kind.goal is not None
    assert line["ratio"] <= kind.goal


def test_the_time_of_creates_is_compared_with_the_latency() -> None:
    """P8: all requests, eight at a time."""
    [kind] = [one for one in KINDS if one.name == "scim, without bulk"]
    line = seconds_line(kind, 24, 0.002)

    assert line["requests"] >= 24
    assert line["floor_seconds"] == round(line["requests"] * 0.002 / 8, 2)
    assert line["ratio"] > 1
