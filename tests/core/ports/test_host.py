import pytest

from connector.core.ports.host import OutcomeStatus


@pytest.mark.parametrize("status", OutcomeStatus)
def test_done_means_that_the_lms_is_as_was_asked(status: OutcomeStatus) -> None:
    """A refusal, a retry and an unknown end are not done, and neither is an account that somebody else has."""
    not_done = {
        OutcomeStatus.EXISTS,
        OutcomeStatus.NOT_FOUND,
        OutcomeStatus.REJECTED,
        OutcomeStatus.RETRY,
        OutcomeStatus.UNKNOWN,
    }

    assert status.is_done is (status not in not_done)
