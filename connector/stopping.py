"""The wish that this process ends soon: a signal or a scheduler sets it, and every run checks it after each batch."""

from connector.errors import Stopped


class StopSignal:
    """Whether this process is about to end. Safe in a signal handler: it has no lock."""

    def __init__(self) -> None:
        self._is_requested = False

    @property
    def is_requested(self) -> bool:
        """Whether no run may start any more."""
        return self._is_requested

    def request(self) -> None:
        """Let every run end after its batch, and start no other."""
        self._is_requested = True

    def clear(self) -> None:
        """Runs may start again."""
        self._is_requested = False

    def check(self) -> None:
        """Raise Stopped when this process is about to end."""
        if self._is_requested:
            raise Stopped(
                "The service was stopped, so this run ended after its last batch. What it had done is kept, and the "
                "rest goes on as soon as the service runs again."
            )
