"""Certifications: expired, current and open-ended ones."""

from datetime import date

import pytest

from connector.sandbox.company import Company
from connector.sandbox.company.certificates import certificates

pytestmark = pytest.mark.req("X23")


def test_certifications_are_over_current_or_without_an_end(company: Company) -> None:
    """All three in a company of sixty, and people with none."""
    held = [certificates(index, company.random_bytes(index), company.anchor) for index in range(60)]
    kinds = {
        "open" if one.expires_on is None else "over" if one.expires_on < company.anchor else "current"
        for some in held
        for one in some
    }

    assert (kinds, () in held) == ({"open", "over", "current"}, True)
    assert all(one.effective_on < (one.expires_on or date.max) for some in held for one in some)
