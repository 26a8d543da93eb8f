"""How many people a scope includes, counted from the last read."""

from dataclasses import replace
from pathlib import Path

import pytest

from connector.core.model.settings import Condition, Operator, Scope
from connector.services.settings import head_count
from connector.services.settings.head_count import HeadCount, count_heads
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> ConnectedPortal:
    """A portal after its first sync: three people, one of them with two jobs, and one who has left."""
    portal = ConnectedPortal(tmp_path, clock)
    second_job = replace(hire(4), person_id="p1", email=None, legal_entity_id=2)
    portal.employs(hire(1), second_job, hire(2), hire(3), gone(5))
    portal.sync()
    return portal


@pytest.mark.req("X13")
def test_people_are_counted_once_whatever_their_jobs(portal: ConnectedPortal) -> None:
    """Who has left all jobs is not counted."""
    assert count_heads(portal.wiring, "a", Scope()) == HeadCount(3, 0, 0)


@pytest.mark.req("X13")
def test_people_by_name_are_included_or_excluded(portal: ConnectedPortal) -> None:
    """A person is included if one of their jobs is."""
    out = Scope(people_out=("e1", "e2"))

    assert count_heads(portal.wiring, "a", out) == HeadCount(2, 1, 0)


@pytest.mark.req("X13")
def test_an_attribute_that_was_never_read_leaves_everybody_unknown(portal: ConnectedPortal) -> None:
    """The next sync reads it."""
    scope = Scope(only=(Condition("department", Operator.EQUALS, ("Sales",)),))

    assert count_heads(portal.wiring, "a", scope) == HeadCount(0, 0, 3)


def test_too_many_people_are_not_counted(portal: ConnectedPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    """An admin does not wait for it; nor is there anything to count without a connection."""
    monkeypatch.setattr(head_count, "MOST_COUNTED", 4)

    assert count_heads(portal.wiring, "a", Scope()) is None
    assert count_heads(portal.wiring, "b", Scope()) is None
