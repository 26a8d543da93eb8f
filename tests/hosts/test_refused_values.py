"""An in-process host that refuses a value or cannot read a user says which; everybody else is served."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, NewAccount, OutcomeStatus
from connector.hosts import RowRefused

ADA = NewAccount("p1", "ada@example.test", "Ada", "Lovelace", AccountState.ACTIVE)
BOB = NewAccount("p2", "bob@example.test", "Bob", "Noyce", AccountState.ACTIVE)
TITLED = replace(ADA, fields={"job_title": "x" * 1500, "hire_date": "2026-03-02"})
S = OutcomeStatus


@pytest.fixture(params=["says which", "says nothing"])
def narrow(lms: Any, request: pytest.FixtureRequest) -> Any:
    """An LMS whose job titles are short, and whose last names have no number."""
    make, edit = lms.new_user, lms.edit_user

    def check(row: NewAccount | Change) -> None:
        if len(row.fields.get("job_title") or "") > 100:
            raise RowRefused("too_long", *(["field:job_title"] if request.param == "says which" else []))
        if "5" in (row.last_name or ""):
            raise ValueError("no digits")

    def new_user(session: Session, row: NewAccount) -> Any:
        check(row)
        return make(session, row)

    def edit_user(session: Session, user: Any, change: Change) -> None:
        edit(session, user, change)
        check(change)

    lms.new_user, lms.edit_user = new_user, edit_user
    return lms


@pytest.mark.req("D29")
def test_a_create_names_the_value_at_fault(narrow: Any) -> None:
    """Whether the hook says which it is or not, and nothing of the tries is kept."""
    refused, created = narrow.create([TITLED, BOB])
    keys = [Key(KeyKind.EXTERNAL_ID, "p1"), Key(KeyKind.EXTERNAL_ID, "p2")]
    found = narrow.find(keys)

    assert (refused.status, dict(refused.refused)) == (S.REJECTED, {"field:job_title": "too_long"})
    assert created.status is S.CREATED
    assert [len(found[key]) for key in keys] == [0, 1]


@pytest.mark.req("D29")
def test_a_change_names_the_value_at_fault_and_changes_nothing(narrow: Any) -> None:
    """A name is found as well as a field."""
    [created] = narrow.create([ADA])
    before = narrow.find([Key(KeyKind.ID, created.account_id)])
    change = Change(
        created.account_id, first_name="Augusta", last_name="5", fields={"hire_date": "2026-03-02"}
    )
    [named] = narrow.update([change])

    assert (named.status, dict(named.refused)) == (S.REJECTED, {"last_name": "value"})
    assert narrow.find([Key(KeyKind.ID, created.account_id)]) == before


@pytest.mark.req("D29")
def test_a_name_at_fault_refuses_a_create_as_a_whole(narrow: Any) -> None:
    """No field is blamed for it."""
    [refused] = narrow.create([replace(ADA, last_name="5", fields={"hire_date": "2026-03-02"})])

    assert (refused.status, dict(refused.refused)) == (S.REJECTED, {})


@pytest.fixture
def haunted(lms: Any, minimal: Any) -> tuple[Any, list[str]]:
    """An LMS with two users, where `read` fails for the first; and their ids."""
    ids = [str(outcome.account_id) for outcome in lms.create([ADA, BOB])]
    read = lms.read

    def broken(user: Any) -> Any:
        if str(user.id) == ids[0]:
            raise KeyError("ada@example.test")
        return read(user)

    lms.read = broken
    return lms, ids


@pytest.mark.req("D22")
def test_a_user_who_cannot_be_read_is_found_with_a_problem(
    haunted: tuple[Any, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    """By every key, so that nobody gets a second account; the log has no text of the error."""
    lms, ids = haunted
    keys = [
        Key(KeyKind.ID, ids[0]),
        Key(KeyKind.EXTERNAL_ID, "p1"),
        Key(KeyKind.EMAIL, "ADA@example.test"),
        Key(KeyKind.ID, ids[1]),
    ]

    found = lms.find(keys)

    assert [[(one.account_id, one.problem) for one in found[key]] for key in keys] == [
        *[[(ids[0], "hook")]] * 3,
        [(ids[1], "")],
    ]
    assert "KeyError" in caplog.text
    assert "ada@" not in caplog.text


@pytest.mark.req("D22")
def test_a_user_who_cannot_be_read_costs_no_other_row_of_a_batch(haunted: tuple[Any, list[str]]) -> None:
    """Neither of a create nor of an update."""
    lms, ids = haunted

    created = lms.create([ADA, replace(BOB, external_id="p3", email="carol@example.test")])
    updated = lms.update([Change(ids[0], first_name="Augusta"), Change(ids[1], first_name="Robert")])

    assert [one.status for one in created] == [S.EXISTS, S.CREATED]
    assert [(one.status, one.code) for one in updated] == [(S.REJECTED, "hook"), (S.UPDATED, "")]


@pytest.mark.req("D22")
def test_a_user_who_cannot_be_read_any_more_is_not_written(lms: Any) -> None:
    """A change after which `read` fails is rolled back."""
    [created] = lms.create([ADA])
    key, read = Key(KeyKind.ID, created.account_id), lms.read

    def broken(user: Any) -> Any:
        if user.first_name == "Augusta":
            raise TypeError
        return read(user)

    lms.read = broken
    [outcome] = lms.update([Change(created.account_id, first_name="Augusta")])

    assert (outcome.status, outcome.code) == (S.REJECTED, "hook")
    assert [one.first_name for one in lms.find([key])[key]] == ["Ada"]


@pytest.mark.req("D22")
def test_edits_of_others_are_reported_beside_a_user_who_cannot_be_read(
    haunted: tuple[Any, list[str]],
) -> None:
    """The user counts as edited, so that the next decision lists them."""
    lms, ids = haunted

    edited = {one.account_id: one.version for one in lms.changed_since(datetime(2000, 1, 1, tzinfo=UTC))}

    assert edited[ids[0]] == ""
    assert edited[ids[1]]
