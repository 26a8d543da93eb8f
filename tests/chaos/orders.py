"""What the one who kills and the one who works tell each other, a JSON line each."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

#: Where a run can die, in the order of a run. `record`: the LMS has done a batch, and its outcome is not written.
PHASES = ("settle", "read", "plan", "apply", "mail", "record")


class Place(msgspec.Struct, tag=True):
    """The LMS that is worked for from now on: its configuration, and the folder of its instance."""

    environment: Mapping[str, str]
    folder: str


class Order(msgspec.Struct, kw_only=True, tag=True):
    """One run: at which instant, and whether the LMS slips in it, which `chance` decides.

    With a `phase`, it is killed `delay_s` after that phase has begun for the `nth` time, however far it is by then.
    """

    now: datetime
    chance: str = ""
    due: bool = False
    phase: str = ""
    nth: int = 1
    delay_s: float = 0.0


class Told(msgspec.Struct):
    """What became of it: where it was killed, if it was, and how often each phase began until then."""

    killed_in: str = ""
    begun: dict[str, int] = {}
