"""How long one HTTP call is waited for and repeated."""

from datetime import timedelta
from email.utils import format_datetime

from connector.retries import MAX_WAIT_S, MIN_WAITS_S, RETRY_PAUSES_S, RetryBudget, pause_asked_s
from tests.paycor.fake_paycor import NOW


def test_a_failed_call_is_repeated_with_growing_pauses() -> None:
    """Until the pauses are used up."""
    budget = RetryBudget()

    assert [budget.after_failure() for _ in range(3)] == [*RETRY_PAUSES_S, None]


def test_a_rate_limit_is_waited_for_a_few_times() -> None:
    """For as long as the server asks."""
    budget = RetryBudget()

    assert [budget.after_rate_limit(20.0) for _ in range(4)] == [20.0, 20.0, 20.0, None]


def test_a_server_that_asks_for_no_wait_is_given_time() -> None:
    """Calls in the same instant would get the same answer."""
    budget = RetryBudget()

    assert [budget.after_rate_limit(0.0) for _ in range(4)] == [*MIN_WAITS_S, None]


def test_a_failing_server_may_ask_for_a_longer_wait() -> None:
    """Never for a shorter one, and for two minutes at most."""
    assert [RetryBudget().after_failure(asked_s) for asked_s in (None, 0.0, 30.0, 9999.0)] == [
        RETRY_PAUSES_S[0],
        RETRY_PAUSES_S[0],
        30.0,
        MAX_WAIT_S,
    ]


def test_a_date_is_measured_against_the_clock_of_the_server() -> None:
    """Ours may be wrong by more than the pause."""
    headers = {
        "Retry-After": format_datetime(NOW + timedelta(seconds=9)),
        "Date": format_datetime(NOW),
    }

    assert pause_asked_s(headers, NOW + timedelta(hours=1)) == 9
    assert pause_asked_s({"Retry-After": headers["Retry-After"]}) is None


def test_a_wait_that_is_too_long_ends_the_call() -> None:
    """The caller gets the error at once."""
    assert RetryBudget().after_rate_limit(MAX_WAIT_S + 1) is None
    assert RetryBudget().after_rate_limit(MAX_WAIT_S) == MAX_WAIT_S


def test_rate_limits_and_failures_are_counted_apart() -> None:
    """A server that was busy may still fail."""
    budget = RetryBudget()
    budget.after_rate_limit(1.0)

    assert budget.after_failure() == RETRY_PAUSES_S[0]
