import pytest

from connector.core.ports.host import OutcomeStatus


@pytest.mark.parametrize("status", OutcomeStatus)
def test_done_means_that_the_lms_is_as_requested(status: OutcomeStatus) -> None:
    """A refusal, a retry, an unknown outcome and a taken account are not done."""
    not_done = {
        OutcomeStatus.EXISTS,
        OutcomeStatus.NOT_FOUND,
        OutcomeStatus.REJECTED,
        OutcomeStatus.RETRY,
        OutcomeStatus.UNKNOWN,
    }

    assert status.is_done is (status not in not_done)
