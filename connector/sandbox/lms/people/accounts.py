"""Accounts for the connector, a batch at a time, in the caller's transaction.

A batch costs a handful of statements however many rows it has. Rows are checked before anything is written, so that
the bulk statements do not fail; when another writer was faster after all, the rows are written one by one and only
the one that collides is refused.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Column, Row, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState
from connector.core.model.operation import FIELD
from connector.core.ports.host import Change, NewAccount, Outcome, OutcomeStatus
from connector.sandbox.lms.db.tables import User, UserType
from connector.sandbox.lms.people import checks
from connector.sandbox.lms.people.custom_fields import CustomFields, storable

#: A column and its value -> the id of the user who has it.
Owners = dict[tuple[str, str], str]
Values = dict[str, Any]

USERS = cast(Table, User.__table__)
CREATED_STATES = (AccountState.ACTIVE, AccountState.PENDING)
CHANGEABLE = ("email", "email_key", "first_name", "last_name", "name_key", "external_id", "state", "custom")


@dataclass
class BatchResult:
    """The result of a batch: an outcome for each row, in order, and the written rows of `lms_user`."""

    outcomes: list[Outcome]
    rows: list[Values]


def create(
    session: Session, portal_id: int, fields: CustomFields, rows: Sequence[NewAccount], instant: datetime
) -> BatchResult:
    """Create learners, without a mail. A row whose external id or email is taken gets EXISTS with that user's id."""
    owners = _owners(session, portal_id, (row.email for row in rows), (row.external_id for row in rows))
    password_hash = checks.forgotten_password_hash()
    outcomes: list[Outcome | None] = []
    new_rows: dict[int, Values] = {}
    for position, row in enumerate(rows):
        refused = _refused_new(row, fields, owners)
        outcomes.append(refused)
        if refused is None:
            new_rows[position] = checks.new_row(
                portal_id,
                instant,
                **checks.identity(row.email, row.first_name, row.last_name),
                external_id=row.external_id,
                state=row.state,
                custom=fields.stored(row.fields),
                password_hash=password_hash,
            )
            _add_owner(owners, new_rows[position])
    failed = _write(session, lambda batch: session.execute(insert(USERS), batch), new_rows)
    for position, values in new_rows.items():
        outcomes[position] = Outcome(OutcomeStatus.CREATED, values["id"], version="1")
    if failed:
        late = _owners_of(session, portal_id, [new_rows[position] for position in failed])
        for position in failed:
            outcomes[position] = _refused_new(rows[position], fields, late)
    written = [row for position, row in new_rows.items() if position not in failed]
    return BatchResult(_complete(outcomes), written)


def change(
    session: Session, portal_id: int, fields: CustomFields, changes: Sequence[Change], instant: datetime
) -> BatchResult:
    """Change the named fields of accounts. A user's type never changes, nor the state of a user who is no learner."""
    rows = _locked(session, portal_id, {change.account_id for change in changes})
    owners = _owners(
        session,
        portal_id,
        (item.email or "" for item in changes),
        (item.external_id or "" for item in changes),
    )
    outcomes: list[Outcome | None] = []
    changed: dict[int, Values] = {}
    for position, item in enumerate(changes):
        before = rows.get(item.account_id)
        refused = _refused_change(item, before, fields, owners)
        outcomes.append(refused)
        if refused is None and before is not None:
            after = _after(before, item, fields)
            if all(after[name] == before[name] for name in CHANGEABLE):
                outcomes[position] = _outcome(OutcomeStatus.UNCHANGED, before)
                continue
            _remove_owner(owners, before)
            _add_owner(owners, after)
            rows[item.account_id] = changed[position] = {
                **after,
                "version": before["version"] + 1,
                "updated_at": instant,
            }
    failed = _write(session, lambda batch: _update(session, batch), changed)
    for position, values in changed.items():
        outcomes[position] = _outcome(OutcomeStatus.UPDATED, values)
    if failed:
        late = _owners_of(session, portal_id, [changed[position] for position in failed])
        stored = _locked(session, portal_id, {changed[position]["id"] for position in failed})
        for position in failed:
            before = stored.get(changes[position].account_id)
            outcomes[position] = _refused_change(changes[position], before, fields, late)
    written = [row for position, row in changed.items() if position not in failed]
    return BatchResult(_complete(outcomes), written)


def _refused_new(row: NewAccount, fields: CustomFields, owners: Owners) -> Outcome | None:
    reasons = {
        "email": checks.email_problem(row.email),
        "external_id": checks.external_id_problem(row.external_id),
        "first_name": checks.name_problem(row.first_name),
        "last_name": checks.name_problem(row.last_name),
        "state": "" if row.state in CREATED_STATES else "state",
    }
    refused = _named(reasons, fields.problems(row.fields, complete=True))
    if refused:
        return Outcome(OutcomeStatus.REJECTED, code=next(iter(refused.values())), refused=refused)
    for column, value in (("external_id", row.external_id), ("email_key", checks.key_of(row.email))):
        owner = owners.get((column, value))
        if owner:
            return Outcome(OutcomeStatus.EXISTS, owner, code=f"{column.removesuffix('_key')}.taken")
    return None


def _refused_change(
    change: Change, before: Values | None, fields: CustomFields, owners: Owners
) -> Outcome | None:
    if before is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code="not_found")
    reasons = _taken(change, before, owners) | _identity_problems(change)
    reasons["state"] = _state_problem(change, before)
    refused = _named(reasons, fields.problems(change.fields, complete=False))
    if not refused:
        return None
    return replace(_outcome(OutcomeStatus.REJECTED, before, next(iter(refused.values()))), refused=refused)


def _named(reasons: Mapping[str, str], of_fields: Mapping[str, str]) -> dict[str, str]:
    """What is refused, by the names that the connector uses."""
    own = {name: code for name, code in reasons.items() if code}
    return own | {FIELD + key: code for key, code in of_fields.items()}


def _identity_problems(change: Change) -> dict[str, str]:
    problems = {
        "first_name": checks.name_problem(change.first_name or ""),
        "last_name": checks.name_problem(change.last_name or ""),
        "email": "" if change.email is None else checks.email_problem(change.email),
        "external_id": checks.external_id_problem(change.external_id) if change.external_id else "",
    }
    return {name: code for name, code in problems.items() if code}


def _taken(change: Change, before: Values, owners: Owners) -> dict[str, str]:
    columns = {
        "email": ("email_key", checks.key_of(change.email or "")),
        "external_id": ("external_id", change.external_id or ""),
    }
    return {
        name: f"{name}.taken"
        for name, key in columns.items()
        if owners.get(key, before["id"]) != before["id"]
    }


def _state_problem(change: Change, before: Values) -> str:
    moves = change.state is not None and change.state != before["state"]
    return "not_a_learner" if moves and before["type"] != UserType.LEARNER else ""


def _after(before: Values, change: Change, fields: CustomFields) -> Values:
    """The row after the change, still with the old version."""
    identity = checks.identity(
        before["email"] if change.email is None else change.email,
        before["first_name"] if change.first_name is None else change.first_name,
        before["last_name"] if change.last_name is None else change.last_name,
    )
    return {
        **before,
        **identity,
        "external_id": before["external_id"] if change.external_id is None else change.external_id or None,
        "state": before["state"] if change.state is None else change.state,
        "custom": fields.merged(before["custom"], change.fields),
    }


def users_with(
    session: Session, portal_id: int, column: Column[Any], keys: Iterable[str], *, lock: bool = False
) -> list[Row[Any]]:
    """The rows of the portal's users with one of these keys in a column, in one look-up; `lock` locks them.

    The portal is compared here, not in the statement: a database without row statistics takes the portal for the
    narrower condition, and reads all of it for every batch.
    """
    storable_keys = [key for key in keys if key and storable(key)]
    if not storable_keys:
        return []
    statement = select(USERS).where(column.in_(storable_keys))
    rows = session.execute(statement.with_for_update() if lock else statement)
    return [row for row in rows if row.portal_id == portal_id]


def _locked(session: Session, portal_id: int, ids: Iterable[str]) -> dict[str, Values]:
    """The rows of these users, by id, locked until the end of the transaction."""
    return {row.id: dict(row._mapping) for row in users_with(session, portal_id, USERS.c.id, ids, lock=True)}


def _owners(session: Session, portal_id: int, emails: Iterable[str], external_ids: Iterable[str]) -> Owners:
    """The users who have these addresses and external ids now, in two look-ups."""
    keys_by_column = {
        "email_key": {checks.key_of(email) for email in emails},
        "external_id": set(external_ids),
    }
    return {
        (name, row._mapping[name]): row.id
        for name, keys in keys_by_column.items()
        for row in users_with(session, portal_id, USERS.c[name], keys)
    }


def _owners_of(session: Session, portal_id: int, rows: Sequence[Values]) -> Owners:
    """The users who have the addresses and external ids of these rows now."""
    return _owners(
        session, portal_id, (row["email"] for row in rows), (row["external_id"] or "" for row in rows)
    )


def _add_owner(owners: Owners, row: Values) -> None:
    owners["email_key", row["email_key"]] = row["id"]
    if row["external_id"]:
        owners["external_id", row["external_id"]] = row["id"]


def _remove_owner(owners: Owners, row: Values) -> None:
    owners.pop(("email_key", row["email_key"]), None)
    owners.pop(("external_id", row["external_id"] or ""), None)


def _update(session: Session, rows: list[Values]) -> None:
    columns: Values = {name: bindparam(f"new_{name}") for name in (*CHANGEABLE, "version", "updated_at")}
    statement = update(USERS).where(USERS.c.id == bindparam("user_id")).values(columns)
    session.connection().execute(
        statement, [{"user_id": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in rows]
    )


def _write(
    session: Session, statement: Callable[[list[Values]], object], rows: dict[int, Values]
) -> set[int]:
    """Write all rows at once, or one by one when that collides; gives the positions of the rows that collide."""
    if not rows:
        return set()
    try:
        with session.begin_nested():
            statement(list(rows.values()))
    except IntegrityError:
        return {position for position, row in rows.items() if not _write_one(session, statement, row)}
    return set()


def _write_one(session: Session, statement: Callable[[list[Values]], object], row: Values) -> bool:
    try:
        with session.begin_nested():
            statement([row])
    except IntegrityError:
        return False
    return True


def _outcome(status: OutcomeStatus, row: Values, code: str = "") -> Outcome:
    return Outcome(status, row["id"], version=str(row["version"]), code=code)


def _complete(outcomes: Sequence[Outcome | None]) -> list[Outcome]:
    """An outcome for every row: RETRY for one that collided and no longer does."""
    return [outcome or Outcome(OutcomeStatus.RETRY, code="collision") for outcome in outcomes]
