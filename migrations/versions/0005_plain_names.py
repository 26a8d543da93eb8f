"""Plain names: three tables and the stored values of closed sets.

It imports nothing from the connector: it creates what this release created, however the models change.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

#: SQLite counts rows only in a column that is exactly INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: Table, column, and each value with its new name.
VALUES: Sequence[tuple[str, str, Mapping[str, str]]] = (
    ("connector_run", "mode", {"due": "due_dates", "nudge": "event_refresh", "one": "one_person"}),
    ("connector_run", "phase", {"certify": "completions", "decide": "plan", "record": "plan"}),
    ("connector_entry", "outcome", {"moved": "outdated", "edited": "left"}),
    ("connector_completion", "state", {"there": "already_there"}),
)
#: The keys of `connector_run.held`, at any depth, and their new names.
HELD = {"over": "breaches", "doubt": "feed_warning", "measure": "metric"}


def upgrade() -> None:
    """Create the new tables with the rows of the old ones, and rename the values."""
    _events("connector_event_endpoint", "connector_event_refresh", "last_event_at")
    _copy("connector_event_door", "connector_event_endpoint", heard_at="last_event_at")
    _copy("connector_nudge", "connector_event_refresh")
    # Staged records are not copied: they belong to an incomplete read, which the next sync repeats.
    _staged("connector_staged_employee")
    for table in ("connector_event_door", "connector_nudge", "connector_intake"):
        op.drop_table(table)
    for table, column, names in VALUES:
        _rename_values(table, column, names)
    _rename_keys(HELD)


def downgrade() -> None:
    """Bring the old names back; the phases `decide` and `record` stay `plan`."""
    _events("connector_event_door", "connector_nudge", "heard_at")
    _copy("connector_event_endpoint", "connector_event_door", last_event_at="heard_at")
    _copy("connector_event_refresh", "connector_nudge")
    _staged("connector_intake")
    for table in ("connector_event_endpoint", "connector_event_refresh", "connector_staged_employee"):
        op.drop_table(table)
    for table, column, names in VALUES:
        _rename_values(
            table, column, {new: old for old, new in names.items() if old not in ("decide", "record")}
        )
    _rename_keys({new: old for old, new in HELD.items()})


def _copy(source: str, target: str, **renamed: str) -> None:
    """Copy every row, column by column; `renamed` is old column name -> new one."""
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(source)]
    old = sa.table(source, *(sa.column(name) for name in columns))
    new = sa.table(target, *(sa.column(renamed.get(name, name)) for name in columns))
    op.execute(new.insert().from_select([column.name for column in new.c], sa.select(*old.c)))
    if op.get_bind().dialect.name == "postgresql" and "id" in columns:
        top = f"(SELECT COALESCE(MAX(id), 0) + 1 FROM {target})"  # noqa: S608
        op.execute(f"SELECT setval(pg_get_serial_sequence('{target}', 'id'), {top}, false)")


def _rename_values(name: str, column_name: str, names: Mapping[str, str]) -> None:
    column = sa.column(column_name, sa.String())
    table = sa.table(name, column)
    for old, new in names.items():
        op.execute(table.update().where(column == old).values({column_name: new}))


def _rename_keys(names: Mapping[str, str]) -> None:
    key, held = sa.column("id", ROW_ID), sa.column("held", sa.Text())
    runs = sa.table("connector_run", key, held)
    connection = op.get_bind()
    for run_id, text in connection.execute(sa.select(key, held).where(held.is_not(None))).all():
        renamed = json.dumps(_renamed(json.loads(text), names))
        connection.execute(runs.update().where(key == run_id).values(held=renamed))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(name, name): _renamed(part, names) for name, part in value.items()}
    return [_renamed(part, names) for part in value] if isinstance(value, list) else value


def _create(table: str, *items: Any, key: str = "id") -> None:
    op.create_table(
        table,
        *items,
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connector_connection.id"],
            name=f"fk_{table}_connection_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(key, name=f"pk_{table}"),
    )


def _connection_id() -> sa.Column[int]:
    return sa.Column("connection_id", ROW_ID, nullable=False, autoincrement=False)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _events(endpoint: str, refresh: str, last_event_at: str) -> None:
    _create(
        endpoint,
        _connection_id(),
        sa.Column("path_hash", sa.String(64), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column(last_event_at, sa.DateTime()),
        _unique(endpoint, "path_hash"),
        key="connection_id",
    )
    _create(
        refresh,
        sa.Column("id", ROW_ID, nullable=False),
        _connection_id(),
        sa.Column("employee_id", sa.String(60), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        _unique(refresh, "connection_id", "employee_id"),
    )
    op.create_index(f"ix_{refresh}_due_at", refresh, ["due_at"])


def _staged(table: str) -> None:
    _create(
        table,
        sa.Column("id", ROW_ID, nullable=False),
        _connection_id(),
        sa.Column("employee_id", sa.String(60), nullable=False),
        sa.Column("person_key", sa.String(60), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("email_key", sa.String(320)),
        sa.Column("manager_id", sa.String(60)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("record", sa.Text(), nullable=False),
        _unique(table, "connection_id", "employee_id"),
    )
