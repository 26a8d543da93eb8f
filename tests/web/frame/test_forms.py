"""How typed text and ticks are read, and how a service's errors get to their fields."""

from collections.abc import Iterator, Sequence

import pytest
from werkzeug.datastructures import MultiDict

from connector.web.frame.forms import PasteForm, PersonForm, lines, ticked_and_added
from tests.web.conftest import Site
from tests.web.fakes import PASTED


@pytest.fixture
def in_request(site: Site) -> Iterator[None]:
    """A POST of a form without fields, while the test runs."""
    with site.app.test_request_context(method="POST"):
        yield


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(None, [], id="nothing sent"),
        pytest.param(" \r\n\n", [], id="blank lines"),
        pytest.param(" NY \r\nCT\n\n e 2 ", ["NY", "CT", "e 2"], id="three lines"),
    ],
)
def test_lines_are_stripped_and_empty_ones_dropped(text: str | None, expected: list[str]) -> None:
    """Blanks inside a line stay."""
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("ticked", "added", "expected"),
    [
        pytest.param(["e2", "e1"], ["e3"], ("e1", "e2", "e3"), id="one added"),
        pytest.param(["e1"], ["e1", "e3", "e3"], ("e1", "e3"), id="typed twice"),
        pytest.param(None, [], (), id="none ticked"),
        pytest.param(["e9"], [], (), id="a tick that was not on the page"),
    ],
)
def test_ticked_people_stay_and_typed_ones_are_added(
    ticked: Sequence[str] | None, added: Sequence[str], expected: tuple[str, ...]
) -> None:
    """Saved people keep their order, and everyone comes once."""
    assert ticked_and_added(("e1", "e2"), ticked, added) == expected


@pytest.mark.usefixtures("in_request")
def test_an_error_of_a_service_is_added_to_its_field() -> None:
    """After the field's own errors; a name that is not a field is ignored."""
    form = PersonForm(MultiDict({"who": ""}))
    form.validate()

    form.add_errors({"who": "No such person.", "other": "Ignored.", 3: "Ignored."})

    assert list(form.who.errors) == ["Enter an id, a number or a work email.", "No such person."]


@pytest.mark.usefixtures("in_request")
def test_a_pasted_application_is_passed_on_without_the_token() -> None:
    """The service gets the form's fields and nothing else."""
    form = PasteForm(MultiDict({**PASTED, "csrf_token": "t", "base_url": "https://evil.example"}))

    assert form.payload() == PASTED
