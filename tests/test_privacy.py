"""docs/privacy.md says what is stored: each table, and each thing that is stored of a person."""

import dataclasses
import re

import pytest

from connector.core.records import Employee
from connector.store import schema
from tests.distribution import ROOT

SAID = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")))

#: What no reader needs to be told: the row's own number, whose row it is, and the record, which is told in full.
PLAIN = {"id", "connection_id", "run_id", "record"}


def test_every_table_is_accounted_for() -> None:
    """A new table cannot come without a word on what is in it."""
    assert {*schema.METADATA.tables, schema.VERSION_TABLE} - SAID == set()


@pytest.mark.parametrize("table", ["employee", "intake", "link", "entry", "finding", "completion", "nudge"])
def test_everything_that_is_stored_of_a_person_is_named(table: str) -> None:
    """Column by column, in the row of its table."""
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    [row] = re.findall(rf"^\| `connector_{table}` .*$", text, re.MULTILINE)
    columns = set(schema.METADATA.tables[f"connector_{table}"].columns.keys())

    assert columns - PLAIN - set(re.findall(r"`([a-z_]+)`", row)) == set()


def test_everything_in_a_record_is_named() -> None:
    """The mirror keeps an employee as JSON, so its fields are named as columns are."""
    assert {field.name for field in dataclasses.fields(Employee)} - SAID == set()
