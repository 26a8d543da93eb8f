"""How long one HTTP call is waited for and repeated."""

from connector.retries import MAX_WAIT_S, MAX_WAITS, RETRY_PAUSES_S, RetryBudget


def test_a_failed_call_is_repeated_with_growing_pauses() -> None:
    """Until the pauses are used up."""
    budget = RetryBudget()

    assert [budget.after_failure() for _ in range(3)] == [*RETRY_PAUSES_S, None]


def test_a_rate_limit_is_waited_for_a_few_times() -> None:
    """For as long as the server asks."""
    budget = RetryBudget()

    assert [budget.after_rate_limit(7.0) for _ in range(MAX_WAITS + 1)] == [7.0] * MAX_WAITS + [None]


def test_a_wait_that_is_too_long_ends_the_call() -> None:
    """The caller gets the error at once."""
    assert RetryBudget().after_rate_limit(MAX_WAIT_S + 1) is None
    assert RetryBudget().after_rate_limit(MAX_WAIT_S) == MAX_WAIT_S


def test_rate_limits_and_failures_are_counted_apart() -> None:
    """A server that was busy may still fail."""
    budget = RetryBudget()
    budget.after_rate_limit(1.0)

    assert budget.after_failure() == RETRY_PAUSES_S[0]
