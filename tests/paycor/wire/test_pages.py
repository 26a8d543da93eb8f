"""The pages of a collection: every one or none."""

import threading
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.errors import SourceContractError, SourceError, SourceUnavailable
from connector.paycor.wire import pages as pages_module
from connector.paycor.wire.client import NoRecords
from connector.paycor.wire.pages import pages
from tests.paycor.stub import (
    EMPLOYEES_PATH,
    Answer,
    Caller,
    Json,
    Wire,
    answer,
    caller,
    envelope,
    paged,
    paycor_error,
    query,
    raw,
    wired,
)

PARAMS = [("include", "Status"), ("include", "Position"), ("emailType", "Work")]


def read(found: Caller, *, optional: bool = False) -> list[bytes]:
    """Every record of the collection."""
    return [
        record
        for page in pages(found.client, EMPLOYEES_PATH, PARAMS, optional=optional)
        for record in page.records
    ]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30), st.integers(1, 12))
def test_the_size_of_a_page_does_not_matter(count: int, size: int) -> None:
    """However a list is cut into pages, the same records come in the same order."""
    records: list[Json] = [{"id": str(number)} for number in range(count)]
    with wired() as wire:
        wire.gives_pages(EMPLOYEES_PATH, paged(records, size))

        assert read(caller()) == [raw(record) for record in records]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5), st.data())
def test_a_broken_page_never_ends_a_read_silently(count: int, draw: st.DataObject) -> None:
    """Whatever page breaks, and however, the read ends in an error and never as if it were whole."""
    broken = draw.draw(st.integers(0, count - 1))
    fault = draw.draw(st.sampled_from(sorted(FAULTS)))
    cut = paged([{"id": str(number)} for number in range(count)], 1)
    with wired() as wire:
        wire.gives_pages(EMPLOYEES_PATH, cut, {broken: FAULTS[fault]})

        with pytest.raises(SourceError):
            read(caller())


FAULTS: dict[str, Answer | Exception] = {
    "an error in colours of success": answer(paycor_error("Forbidden")),
    "records: null with more to come": answer(envelope(None, "t9")),
    "no records at all": answer({"hasMoreResults": False, "continuationToken": None}),
    "records that are no list": answer(envelope({"id": "1"})),
    "no word on whether more follows": answer({"records": [{"id": "1"}]}),
    "nonsense on whether more follows": answer(envelope([{}]) | {"hasMoreResults": "maybe"}),
    "more announced without a token": answer(envelope([{}]) | {"hasMoreResults": True}),
    "more announced with a blank token": answer(envelope([{}], " ")),
    "a list without an envelope": answer([{"id": "1"}]),
    "cut off": (200, {"Content-Type": "application/json"}, '{"hasMoreResults":false,"records":[{"id'),
    "HTML": (200, {"Content-Type": "text/html"}, "<html>"),
    "500": answer(paycor_error(), 500),
    "403": answer(paycor_error(), 403),
    "404": answer(paycor_error(), 404),
    "400 for an odd token": answer(paycor_error("The continuationToken is not valid."), 400),
    "400 for no records": answer(paycor_error("Request is invalid or has no data"), 400),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.parametrize("place", [0, 1], ids=["first", "second"])
@pytest.mark.req("D10")
def test_each_way_to_break_a_page_fails_the_read(wire: Wire, paycor: Caller, fault: str, place: int) -> None:
    """An incomplete read never looks complete, or somebody would seem to have left."""
    answers = [answer(envelope([{"id": "1"}], "t1")), FAULTS[fault]]
    wire.gives(EMPLOYEES_PATH, *answers[1 - place :])

    with pytest.raises(SourceError):
        read(paycor)


def test_the_parameters_go_along_with_every_token(wire: Wire, paycor: Caller) -> None:
    """The link that Paycor offers drops them: it is not used."""
    wire.gives_pages(EMPLOYEES_PATH, paged([{"id": str(number)} for number in range(3)], 1))

    read(paycor)

    assert [query(request) for request in wire.asked] == [
        PARAMS,
        [*PARAMS, ("continuationToken", "t1")],
        [*PARAMS, ("continuationToken", "t2")],
    ]


@pytest.mark.parametrize("flag", [True, "true", "True", " TRUE "])
def test_more_may_be_announced_as_a_text(wire: Wire, paycor: Caller, flag: object) -> None:
    """Paycor's documents show both."""
    wire.gives(
        EMPLOYEES_PATH,
        answer(envelope([{"id": "1"}], "t1") | {"hasMoreResults": flag}),
        answer(envelope([{"id": "2"}]) | {"hasMoreResults": "False"}),
    )

    assert read(paycor) == [raw({"id": "1"}), raw({"id": "2"})]


def test_null_records_at_the_end_are_no_records(wire: Wire, paycor: Caller) -> None:
    """The list may end with a null in place of an empty list."""
    wire.gives(EMPLOYEES_PATH, answer(envelope([{"id": "1"}], "t1")), answer(envelope(None)))

    assert read(paycor) == [raw({"id": "1"})]


def test_an_empty_page_ends_the_list_though_it_has_a_token(wire: Wire, paycor: Caller) -> None:
    """Paycor is known to send one; to follow it would never end."""
    wire.gives(EMPLOYEES_PATH, answer(envelope([{"id": "1"}], "t1")), answer(envelope([], "t2")))

    assert read(paycor) == [raw({"id": "1"})]
    assert len(wire.asked) == 2


def test_a_token_that_comes_twice_is_refused(wire: Wire, paycor: Caller) -> None:
    """Pages that go round in a circle are not a complete read."""
    wire.gives(EMPLOYEES_PATH, *(answer(envelope([{"id": "1"}], token)) for token in ("t1", "t2", "t1")))

    with pytest.raises(SourceContractError, match="repeats"):
        read(paycor)


def test_a_list_without_end_is_refused(wire: Wire, paycor: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a number of pages that no company has."""
    monkeypatch.setattr(pages_module, "MAX_PAGES", 5)
    wire.gives(EMPLOYEES_PATH, *(answer(envelope([{"id": "1"}], f"t{number}")) for number in range(9)))

    with pytest.raises(SourceContractError, match="more than 5"):
        read(paycor)


def test_no_records_may_come_as_a_400_where_there_may_be_none(wire: Wire, paycor: Caller) -> None:
    """An optional list may be empty in that way; the list of employees may not."""
    wire.gives(EMPLOYEES_PATH, answer(paycor_error("Legal Entity is invalid or has no Departments"), 400))

    assert read(paycor, optional=True) == []
    with pytest.raises(NoRecords):
        read(paycor)


def test_a_400_on_a_later_page_is_an_error_everywhere(wire: Wire, paycor: Caller) -> None:
    """Half of an optional list is not the list."""
    wire.gives(EMPLOYEES_PATH, answer(envelope([{"id": "1"}], "t1")), FAULTS["400 for no records"])

    with pytest.raises(NoRecords):
        read(paycor, optional=True)


def threads() -> set[str]:
    """The page readers that run."""
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("paycor-page")}


def wait_for(condition: Callable[[], bool]) -> bool:
    """Whether a condition comes true within ten seconds."""
    pause = threading.Event()
    return any(condition() or pause.wait(0.01) for _ in range(1000))


def test_the_next_page_is_asked_for_while_this_one_is_worked_on(wire: Wire, paycor: Caller) -> None:
    """After the first page is handed out, the second is fetched without being waited for."""
    wire.gives_pages(EMPLOYEES_PATH, paged([{"id": str(number)} for number in range(3)], 1))
    reading = pages(paycor.client, EMPLOYEES_PATH)

    next(reading)

    assert wait_for(lambda: len(wire.asked) == 2)
    assert len(list(reading)) == 2
    assert threads() == set()


def test_a_reader_that_stops_leaves_no_thread_behind(wire: Wire, paycor: Caller) -> None:
    """Closing the pages ends the request that was made ahead."""
    wire.gives_pages(EMPLOYEES_PATH, paged([{"id": str(number)} for number in range(9)], 1))
    reading = pages(paycor.client, EMPLOYEES_PATH)
    next(reading)

    reading.close()

    assert threads() == set()
    assert len(wire.asked) <= 2


def test_a_reader_that_stops_does_not_sit_out_a_wait(wire: Wire) -> None:
    """A 429 of the page ahead is not waited for any longer than a moment."""
    found, sleeping = caller(), threading.Event()

    def nap(_: float) -> None:
        sleeping.set()
        threading.Event().wait(0.01)

    found.client._sleep = nap
    wire.gives(
        EMPLOYEES_PATH,
        answer(envelope([{"id": "1"}], "t1")),
        answer({}, 429, **{"Retry-After": "120"}),
    )
    reading = pages(found.client, EMPLOYEES_PATH)
    next(reading)
    assert sleeping.wait(timeout=10)

    reading.close()

    assert threads() == set()
    assert len(wire.asked) == 2


def test_an_error_leaves_no_thread_behind(wire: Wire, paycor: Caller) -> None:
    """A page that fails ends the thread that asked for it."""
    wire.gives(EMPLOYEES_PATH, answer(envelope([{"id": "1"}], "t1")), answer({}, 500))

    with pytest.raises(SourceUnavailable):
        read(paycor)

    assert threads() == set()
