"""The details of a mapping row: second attribute, translation, when it is set, and a preview on a real person."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from connector.core.model.settings import MappingRow, WhenNull
from connector.web.settings import mapping_rows
from connector.web.settings.mapping_rows import MAX_ROWS, TypedRow
from tests.services.stored import add, employee
from tests.web.conftest import Site

FORM: dict[str, Any] = {
    "attribute": ["work_state"],
    "field_key": ["region"],
    "when_null": ["keep"],
    "fallback": ["work_city"],
    "translation": ["NY -> North\r\nCA ->"],
    "when": ["once"],
}


@pytest.mark.req("X12")
def test_the_details_of_a_row_are_saved_and_shown(site: Site) -> None:
    """The second attribute, the translation, and that it is set only once; the row is shown open."""
    site.connect()

    site.post("/mapping", **FORM)
    text = site.get("/mapping")

    assert site.services.settings.mapping("hq") == (
        MappingRow("work_state", "region", WhenNull.KEEP, "work_city", {"NY": "North", "CA": ""}, True),
    )
    assert "NY -&gt; North\nCA -&gt;</textarea>" in text
    assert '<details class="cx-more" open>' in text


@pytest.mark.req("X12")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"translation": ["NY: North"]}, "Line 1 of the translation", id="no arrow"),
        pytest.param({"translation": ["NY -> North\nNY ->"]}, "twice", id="the same value twice"),
        pytest.param({"translation": ["NY -> East"]}, "not a choice of this field", id="not a choice"),
        pytest.param({"fallback": ["work_state"]}, "Choose another attribute", id="the same attribute"),
        pytest.param({"fallback": ["shoe_size"]}, "Choose another attribute", id="no such attribute"),
        pytest.param(
            {"translation": ["\n".join(f"{n} -> North" for n in range(201))]}, "too many", id="too many"
        ),
    ],
)
def test_a_wrong_detail_is_reported_at_its_row(site: Site, changed: dict[str, Any], expected: str) -> None:
    """Nothing is saved."""
    site.connect()

    text = site.post("/mapping", 200, **{**FORM, **changed})

    assert expected in text
    assert site.services.settings.mapping("hq") == ()


@pytest.mark.req("X12")
def test_a_mapping_can_be_previewed_on_a_real_person(site: Site) -> None:
    """The page shows what each field would get and what is unknown; nothing is saved."""
    site.connect()
    row = employee(1, "ada@acme.example")
    row.record = row.record.replace('"attributes":{}', '"attributes":{"job_title":"Cook","work_city":null}')
    add(site.database, row)
    rows = {
        "attribute": ["job_title", "work_state", "work_city"],
        "field_key": ["job", "region", "start"],
        "translation": ["Cook -> Chef", "", ""],
    }

    text = site.post("/mapping", 200, **rows, person="e1", **{"try": "1"})
    unknown_person = site.post("/mapping", 200, **rows, person="e9", **{"try": "1"})

    assert "<ins>Chef</ins>" in text
    assert "this attribute has not been read yet" in text
    assert "Emptied" in text
    assert "No employee has" in unknown_person
    assert site.services.settings.mapping("hq") == ()


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(MappingRow("job_title", "job"), id="a simple row"),
        pytest.param(
            MappingRow("work_state", "region", WhenNull.KEEP, "work_city", {"NY": "North", "CA": ""}, True),
            id="every detail",
        ),
    ],
)
def test_a_saved_row_is_the_same_after_the_form(row: MappingRow) -> None:
    """From the database to the page and back."""
    assert mapping_rows.to_mapping(mapping_rows.from_saved(row)) == row


def test_a_form_without_details_has_their_defaults() -> None:
    """The first two columns decide how many rows there are."""
    form = MultiDict([("attribute", "job_title"), ("field_key", "job"), ("attribute", "hire_date")])

    assert mapping_rows.read_form(form) == [TypedRow("job_title", "job")]


def test_unknown_choices_of_a_row_become_the_defaults() -> None:
    """Only a forged form sends them."""
    names = ("attribute", "field_key", "when_null", "fallback", "translation", "when")
    form = MultiDict(zip(names, ("job_title", "job", "burn", "", "", "never"), strict=True))

    assert mapping_rows.read_form(form) == [TypedRow("job_title", "job")]


def test_a_flood_of_rows_is_cut() -> None:
    """More rows than there are attributes are not read."""
    form = MultiDict([("attribute", "job_title"), ("field_key", "job")] * (MAX_ROWS + 1))

    assert len(mapping_rows.read_form(form)) == MAX_ROWS
