"""What a Moodle site does not offer."""

from datetime import UTC, datetime

import pytest

from connector.errors import HostContractError
from connector.hosts.moodle import MoodleHost


def test_edits_are_not_reported(moodle_host: MoodleHost) -> None:
    """Its users come without the time of their last edit."""
    assert not moodle_host.capabilities().changed_since
    with pytest.raises(HostContractError, match="does not report edits"):
        moodle_host.changed_since(datetime.now(UTC))
