"""The kinds of events that the connector gets wrong today, with the row of docs/requirements.md that will be built.

A kind leaves this list when its row is built. `make oracle ALL=1` runs them all the same.
"""

from collections.abc import Mapping

from tests.oracle.company.events import Event
from tests.oracle.model.choices import Added, Choices

_EVERYWHERE: Mapping[Event, str] = {
    Event.MERGER: "D20",
    Event.BAD_ADDRESS: "D23",
    Event.BOSSES: "D24, D27",
    Event.BOSS_LEFT: "D24",
    Event.BOSS_VANISHED: "D24",
    Event.FUTURE_REPORT: "D27",
    Event.LEAVER_DELETED_BY_HAND: "D24",
    Event.INSTRUCTOR_BEFORE_NO_MORE: "D24",
    Event.SWAPPED: "D26",
    Event.RING: "D26",
    Event.CHAIN: "D26",
    Event.HANDED_ON: "D26",
    Event.SECOND_JOB_AFTER_A_GAP: "D28",
    Event.REFUSED_VALUE: "D29",
}
#: A date moved on a day without Paycor is acted on at midnight, and so moves after it has come.
_ON_HIRE_DATE: Mapping[Event, str] = {Event.HIRE_DATE_MOVED: "D28", Event.HIRE_DATE_MOVED_BACK: "D28"}
#: Where people are invited: an invitation that was not answered is sent again when access comes back.
_INVITED: Mapping[Event, str] = dict.fromkeys(
    (
        Event.ON_LEAVE,
        Event.REHIRED,
        Event.REHIRED_LONG_AFTER,
        Event.REHIRED_AHEAD,
        Event.REHIRED_NEW_ID,
        Event.LAST_DAY_UNDONE,
        Event.EXCLUDED,
        Event.GONE,
    ),
    "D28",
)


def not_yet(choices: Choices) -> Mapping[Event, str]:
    """The kinds that a portal with these choices gets wrong, with their rows."""
    return {
        **_EVERYWHERE,
        **(_ON_HIRE_DATE if choices.on_hire_date else {}),
        **(_INVITED if choices.added is Added.INVITED else {}),
    }


def kinds_of(choices: Choices) -> tuple[Event, ...]:
    """The kinds that a portal with these choices gets right."""
    return tuple(kind for kind in Event if kind not in not_yet(choices))
