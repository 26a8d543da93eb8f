"""A small academy that has finished its first sync."""

import pytest

from tests.services.academy import Academy
from tests.whole import Whole


@pytest.fixture
def academy(whole: Whole) -> Academy:
    """Connected and synced, with sending off."""
    return Academy(whole)


@pytest.fixture
def sending(academy: Academy) -> Academy:
    """The same, switched on, with one learner who has finished the course."""
    academy.switch_on()
    academy.finishes(academy.accounts[0])
    return academy
