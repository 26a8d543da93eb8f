"""The messages between the simulation and its worker, a JSON line each."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

#: The phases in which a run can die, in order. `record`: the LMS has done a batch, and its outcome is not written.
PHASES = ("settle", "read", "plan", "apply", "mail", "record")


class LmsConfig(msgspec.Struct, tag=True):
    """The LMS for the next commands: its configuration, and its instance folder."""

    environment: Mapping[str, str]
    folder: str


class RunCommand(msgspec.Struct, kw_only=True, tag=True):
    """One run at an instant; with a `fault_seed` the LMS loses some answers.

    It is a sync by hand; with `due` what the hourly job would do, with `again` what the scheduler finds in the queue.

    With a `phase`, it is killed `delay_s` after that phase has begun for the `nth` time, however far it is by then.
    """

    now: datetime
    fault_seed: str = ""
    due: bool = False
    again: bool = False
    phase: str = ""
    nth: int = 1
    delay_s: float = 0.0


class RunResult(msgspec.Struct):
    """The phase in which the run was killed, if it was, and how often each phase began."""

    killed_in: str = ""
    begun: dict[str, int] = {}
