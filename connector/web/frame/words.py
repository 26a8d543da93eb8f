"""The tables of words by the names that templates use, and how a state is drawn."""

from collections.abc import Mapping
from typing import Any

from connector.words import completions, connection, findings, people, runs, settings

#: How a state or status is drawn; each tone has its own sign as well as its colour.
TONES: Mapping[str, str] = {
    "review": "wait",
    "active": "good",
    "attention": "bad",
    "paused": "wait",
    "disconnected": "calm",
    "queued": "wait",
    "running": "wait",
    "done": "good",
    "held": "bad",
    "failed": "bad",
    "interrupted": "bad",
    "stopped": "wait",
    "discarded": "calm",
    "released": "calm",
    "replaced": "calm",
}

TABLES: Mapping[str, Mapping[Any, str]] = {
    "state": connection.STATES,
    "connected_by": connection.CONSENT_METHODS,
    "environment": connection.ENVIRONMENTS,
    "action": connection.ACTIONS,
    "afterwards": connection.AFTERWARDS,
    "status": runs.STATUSES,
    "mode": runs.MODES,
    "trigger": runs.TRIGGERS,
    "phase": runs.PHASES,
    "kind": runs.OPERATIONS,
    "kind_ahead": runs.OPERATIONS_AHEAD,
    "outcome": runs.OUTCOMES,
    "left": runs.LEFT_REASONS,
    "mail": runs.MAILS,
    "name": people.NAMES,
    "mail_state": people.MAIL_STATES,
    "holder": people.HOLDERS,
    "who": findings.FIXED_BY,
    "completion": completions.STATES,
    "invite_when": settings.INVITE_WHEN,
    "add_as": settings.ADD_AS,
    "first_name": settings.FIRST_NAME,
    "on_leave": settings.ON_LEAVE,
    "access_ends": settings.ACCESS_ENDS,
    "day_zone": settings.DAY_ZONE,
    "list_version": settings.LIST_VERSION,
    "read_interval": settings.READ_INTERVAL,
    "metric": settings.METRICS,
    "operator": settings.OPERATORS,
    "outside": settings.OUTSIDE,
    "override": settings.OVERRIDES,
}


def word(table: str, code: str) -> str:
    """The word for a code of one of the tables above; a code of another release is at least readable."""
    return TABLES[table].get(code) or code.replace("_", " ").replace(".", ": ").capitalize()
