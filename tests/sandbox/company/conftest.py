"""The smallest company with everything."""

from datetime import date

import pytest

from connector.sandbox.company import NORTHFIELD, Company


@pytest.fixture
def company(today: date) -> Company:
    """Sixty people: the smallest company with every edge case."""
    return Company(NORTHFIELD, 60, 1, today, today)
