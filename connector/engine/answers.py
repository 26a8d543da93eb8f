"""What every call of the LMS owes: one answer per row."""

from collections.abc import Sequence

from connector.errors import HostContractError


def check_count(rows: int, answers: Sequence[object], kind: str = "outcomes") -> None:
    """Raise HostContractError unless there is one answer per row; `kind` is what they are called."""
    if len(answers) != rows:
        raise HostContractError(
            f"The Host class returned {len(answers)} {kind} for {rows} rows. It must return one per row."
        )
