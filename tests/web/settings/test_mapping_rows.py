from typing import Any

import pytest

from connector.core.model.settings import MappingRow, WhenNull
from tests.services.stored import add, employee
from tests.web.conftest import Desk

FORM: dict[str, Any] = {
    "attribute": ["work_state"],
    "field_key": ["region"],
    "when_null": ["keep"],
    "fallback": ["work_city"],
    "translation": ["NY -> North\r\nCA ->"],
    "when": ["once"],
}


@pytest.mark.req("X12")
def test_what_a_row_says_besides_is_kept_and_shown(desk: Desk) -> None:
    """The second attribute, the translation, and that it is set only once; the row stands open."""
    desk.connect()

    desk.post("/mapping", **FORM)
    text = desk.get("/mapping")

    assert desk.services.settings.mapping("hq") == (
        MappingRow("work_state", "region", WhenNull.KEEP, "work_city", {"NY": "North", "CA": ""}, True),
    )
    assert "NY -&gt; North\nCA -&gt;</textarea>" in text
    assert '<details class="cx-more" open>' in text


@pytest.mark.req("X12")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"translation": ["NY: North"]}, "Line 1 of the translation", id="no arrow"),
        pytest.param({"translation": ["NY -> North\nNY ->"]}, "twice", id="a value twice"),
        pytest.param({"translation": ["NY -> East"]}, "not among the choices", id="no choice"),
        pytest.param({"fallback": ["work_state"]}, "Choose another attribute", id="the same attribute"),
        pytest.param({"fallback": ["shoe_size"]}, "Choose another attribute", id="no attribute"),
        pytest.param(
            {"translation": ["\n".join(f"{n} -> North" for n in range(201))]}, "too many", id="too many"
        ),
    ],
)
def test_what_cannot_be_is_told_at_the_row(desk: Desk, changed: dict[str, Any], expected: str) -> None:
    """Nothing is saved."""
    desk.connect()

    text = desk.post("/mapping", 200, **{**FORM, **changed})

    assert expected in text
    assert desk.services.settings.mapping("hq") == ()


@pytest.mark.req("X12")
def test_a_mapping_is_tried_on_a_real_person(desk: Desk) -> None:
    """What each field would get, what is not known yet, and nothing is saved."""
    desk.connect()
    row = employee(1, "ada@acme.example")
    row.record = row.record.replace('"attributes":{}', '"attributes":{"job_title":"Cook","work_city":null}')
    add(desk.database, row)
    rows = {
        "attribute": ["job_title", "work_state", "work_city"],
        "field_key": ["job", "region", "start"],
        "translation": ["Cook -> Chef", "", ""],
    }

    text = desk.post("/mapping", 200, **rows, person="e1", **{"try": "1"})
    nobody = desk.post("/mapping", 200, **rows, person="e9", **{"try": "1"})

    assert "<ins>Chef</ins>" in text
    assert "this attribute has not been read yet" in text
    assert "Emptied" in text
    assert "Nobody of the last read" in nobody
    assert desk.services.settings.mapping("hq") == ()
