"""The saved choices of a connection: read as they were written."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from connector.core.model.attributes import CustomField
from connector.core.model.settings import (
    AccessEnds,
    AddAs,
    DayZone,
    InviteWhen,
    Limit,
    Limits,
    MappingRow,
    OnLeave,
    Policy,
    WhenNull,
)
from connector.store import settings as stored_settings
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.tables.connection import Connection
from tests.store.connection.steps import make


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Our tables, empty."""
    database = Database(sa.create_engine(database_url))
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(
            InviteWhen.HIRE_DATE,
            AddAs.ACTIVE_ONLY,
            OnLeave.SUSPEND,
            AccessEnds.START_OF_DAY,
            DayZone.WORK_STATE,
            absent_reads=4,
            limits=Limits(leavers=Limit(6, 7)),
        ),
    ],
)
def test_choices_come_back_as_they_were_kept(database: Database, policy: Policy) -> None:
    """Every field of the policy, and the rows of the mapping in their order."""
    connection_id = make(database, "a")
    rows = (MappingRow("job_title", "z", WhenNull.KEEP), MappingRow("hire_date", "a"))
    with database.writing() as session:
        stored_settings.set_policy(session.get_one(Connection, connection_id), policy)
        stored_settings.set_mapping(session, connection_id, rows)

    with database.reading() as session:
        row = session.get_one(Connection, connection_id)
        assert stored_settings.mapping(session, connection_id) == rows
    assert stored_settings.policy(row) == policy


def test_a_saved_mapping_replaces_the_whole_mapping_of_its_connection_only(database: Database) -> None:
    """The mapping of another connection stays."""
    first, second = make(database, "a"), make(database, "b")
    title, region = MappingRow("job_title", "title"), MappingRow("work_state", "region")
    with database.writing() as session:
        stored_settings.set_mapping(session, first, [title, region])
        stored_settings.set_mapping(session, second, [title])

    with database.writing() as session:
        stored_settings.set_mapping(session, first, [region])

    with database.reading() as session:
        assert stored_settings.mapping(session, first) == (region,)
        assert stored_settings.mapping(session, second) == (title,)


def test_a_policy_that_was_never_saved_has_its_defaults() -> None:
    """So has each field that was never chosen, such as one that a newer release has added."""
    assert stored_settings.policy(Connection(policy=None)) == Policy()
    assert stored_settings.policy(Connection(policy={"absent_reads": 9})) == Policy(absent_reads=9)


def test_custom_fields_are_none_until_they_are_found() -> None:
    """And then those that were saved, in their order."""
    connection = Connection()
    before = stored_settings.custom_fields(connection)
    fields = (CustomField("Desk", "AlphaNumeric"), CustomField("Badge", "Numeric"))

    stored_settings.set_custom_fields(connection, fields)

    assert before == ()
    assert stored_settings.custom_fields(connection) == fields
