"""Every table of words is complete: no page, mail or command ever shows a bare code."""

import ast
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

import connector
from connector.core.model.account import HolderStatus, Mail, MailState
from connector.core.model.completion import CompletionState
from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.core.model.findings import FixedBy
from connector.core.model.limits import Metric
from connector.core.model.operation import OperationKind, RefusalCode
from connector.core.model.override import OverrideKind
from connector.core.model.run import EntryOutcome, LeftReason, RunMode, RunPhase, RunStatus, RunTrigger
from connector.core.model.settings import (
    AccessEnds,
    AddAs,
    DayZone,
    FirstName,
    InviteWhen,
    ListVersion,
    OnLeave,
    Operator,
    Outside,
    ReadInterval,
    WhenNull,
)
from connector.core.ports.host import OutcomeStatus
from connector.core.rules.access.entitlement import Access
from connector.core.rules.why import StepName
from connector.errors import Remedy
from connector.web.frame.words import TABLES, TONES, word
from connector.words import completions, connection, findings, people, refusals, runs, settings

PACKAGE = Path(connector.__file__).parent

#: Each table of words, and the closed set that it has a word for each member of.
COMPLETE: list[tuple[Mapping[Any, str], type[StrEnum]]] = [
    (connection.STATES, ConnectionState),
    (connection.CONSENT_METHODS, ConsentMethod),
    (connection.REMEDIES, Remedy),
    (runs.MODES, RunMode),
    (runs.TRIGGERS, RunTrigger),
    (runs.STATUSES, RunStatus),
    (runs.PHASES, RunPhase),
    (runs.OPERATIONS, OperationKind),
    (runs.OPERATIONS_AHEAD, OperationKind),
    (runs.OUTCOMES, EntryOutcome),
    (runs.LEFT_REASONS, LeftReason),
    (runs.MAILS, Mail),
    (runs.METRICS, Metric),
    (people.MAIL_STATES, MailState),
    (people.HOLDERS, HolderStatus),
    (people.STEPS, StepName),
    (findings.FIXED_BY, FixedBy),
    (refusals.REASONS, RefusalCode),
    (completions.STATES, CompletionState),
    (settings.METRICS, Metric),
    (settings.OPERATORS, Operator),
    (settings.OUTSIDE, Outside),
    (settings.INVITE_WHEN, InviteWhen),
    (settings.ADD_AS, AddAs),
    (settings.FIRST_NAME, FirstName),
    (settings.ON_LEAVE, OnLeave),
    (settings.ACCESS_ENDS, AccessEnds),
    (settings.DAY_ZONE, DayZone),
    (settings.LIST_VERSION, ListVersion),
    (settings.READ_INTERVAL, ReadInterval),
    (settings.OVERRIDES, OverrideKind),
    (settings.WHEN_NULL, WhenNull),
]


@pytest.mark.parametrize(("table", "members"), COMPLETE, ids=lambda one: getattr(one, "__name__", ""))
def test_a_table_has_a_word_for_every_member_and_no_other(
    table: Mapping[Any, str], members: type[StrEnum]
) -> None:
    """A member that is added without a word, or removed with its word left behind, fails here."""
    assert set(table) == set(members)
    assert all(table.values())


@pytest.mark.parametrize("name", TABLES)
def test_the_templates_are_given_whole_tables(name: str) -> None:
    """What a template shows is a table checked above, or one whose keys are no closed set of ours."""
    checked = [table for table, _ in COMPLETE]
    open_sets = [connection.ENVIRONMENTS, connection.ACTIONS, connection.AFTERWARDS, people.NAMES]

    assert any(TABLES[name] is table for table in [*checked, *open_sets])


def test_every_state_and_status_is_drawn() -> None:
    """A new one would be drawn as if it did not matter."""
    assert set(TONES) == {*ConnectionState, *RunStatus}


def test_a_row_ends_with_any_outcome_of_a_host() -> None:
    """What a host can answer has a member, and so a word, among the outcomes of a row."""
    assert {status.value for status in OutcomeStatus} <= {outcome.value for outcome in EntryOutcome}


@pytest.mark.parametrize("access", Access)
def test_every_entitlement_is_explained(access: Access) -> None:
    """Why somebody has access or not is never a bare code."""
    assert people.STEP_VALUES[(StepName.ENTITLEMENT, access)]


@pytest.mark.parametrize("kind", [kind for kind in OperationKind if kind is not OperationKind.UNLINK])
def test_every_decision_is_explained(kind: OperationKind) -> None:
    """Unlinking is an undo's alone: no sync decides it."""
    assert people.STEP_VALUES[(StepName.DECISION, kind)]


def test_every_action_in_the_settings_log_has_a_word() -> None:
    """Every action that the code writes is in the table, and nothing else is."""
    written = {
        node.value
        for folder in ("services", "store")
        for path in (PACKAGE / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert connection.ACTIONS.keys() - written == set()


def test_a_code_of_another_release_is_readable() -> None:
    """A database that a newer release has written is shown all the same."""
    assert word("mode", "from_the_future") == "From the future"


def test_only_words_has_tables_of_words() -> None:
    """A dict from members of a closed set to texts of more than one word belongs to `connector.words`."""
    strays = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        if not {"words", "sandbox", "hosts", "paycor", "model"} & set(path.relative_to(PACKAGE).parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict) and len(node.keys) > 2 and _is_table_of_words(node)
    ]

    assert strays == []


def _is_table_of_words(node: ast.Dict) -> bool:
    """Whether members of a closed set lead to texts of more than one word."""
    texts = [value.value for value in node.values if isinstance(value, ast.Constant)]
    from_members = all(isinstance(key, ast.Attribute) for key in node.keys)
    return from_members and all(isinstance(text, str) and " " in text for text in texts) and bool(texts)
