"""The pages of a list: all of them, or an error."""

import threading
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.errors import SourceContractError, SourceError, SourceUnavailable
from connector.paycor.wire import pages as pages_module
from connector.paycor.wire.failures import NoRecords
from connector.paycor.wire.pages import pages
from tests.paycor.fake_paycor import (
    EMPLOYEES_PATH,
    Answer,
    ClientRig,
    FakePaycor,
    Json,
    answer,
    client_rig,
    envelope,
    fake_paycor,
    paged,
    paycor_error,
    query,
    raw,
)

PARAMS = [("include", "Status"), ("include", "Position"), ("emailType", "Work")]


def read(rig: ClientRig, *, optional: bool = False) -> list[bytes]:
    """Every record of the list."""
    return [
        record
        for page in pages(rig.client, EMPLOYEES_PATH, PARAMS, optional=optional)
        for record in page.records
    ]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30), st.integers(1, 12))
def test_the_page_size_does_not_matter(count: int, size: int) -> None:
    """Whatever the page size is, the same records come in the same order."""
    records: list[Json] = [{"id": str(number)} for number in range(count)]
    with fake_paycor() as fake:
        fake.gives_pages(EMPLOYEES_PATH, paged(records, size))

        assert read(client_rig()) == [raw(record) for record in records]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5), st.data())
def test_a_broken_page_always_fails_the_read(count: int, draw: st.DataObject) -> None:
    """Whatever page breaks, and however, the read never looks complete."""
    broken = draw.draw(st.integers(0, count - 1))
    fault = draw.draw(st.sampled_from(sorted(FAULTS)))
    list_pages = paged([{"id": str(number)} for number in range(count)], 1)
    with fake_paycor() as fake:
        fake.gives_pages(EMPLOYEES_PATH, list_pages, {broken: FAULTS[fault]})

        with pytest.raises(SourceError):
            read(client_rig())


FAULTS: dict[str, Answer | Exception] = {
    "an error with status 200": answer(paycor_error("Forbidden")),
    "records: null with more to come": answer(envelope(None, "t9")),
    "no records at all": answer({"hasMoreResults": False, "continuationToken": None}),
    "records that are not a list": answer(envelope({"id": "1"})),
    "no more-flag": answer({"records": [{"id": "1"}]}),
    "nonsense in the more-flag": answer(envelope([{}]) | {"hasMoreResults": "maybe"}),
    "more pages without a token": answer(envelope([{}]) | {"hasMoreResults": True}),
    "more pages with a blank token": answer(envelope([{}], " ")),
    "a list without an envelope": answer([{"id": "1"}]),
    "cut off": (200, {"Content-Type": "application/json"}, '{"hasMoreResults":false,"records":[{"id'),
    "nested too deep": (200, {"Content-Type": "application/json"}, "[" * 100_000 + "]" * 100_000),
    "HTML": (200, {"Content-Type": "text/html"}, "<html>"),
    "500": answer(paycor_error(), 500),
    "403": answer(paycor_error(), 403),
    "404": answer(paycor_error(), 404),
    "400 for an odd token": answer(paycor_error("The continuationToken is not valid."), 400),
    "400 for no records": answer(paycor_error("Request is invalid or has no data"), 400),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.parametrize("page_index", [0, 1], ids=["first", "second"])
@pytest.mark.req("D10")
def test_every_fault_of_a_page_fails_the_read(
    fake: FakePaycor, rig: ClientRig, fault: str, page_index: int
) -> None:
    """An incomplete read never looks complete, or an employee would seem to have left."""
    answers = [answer(envelope([{"id": "1"}], "t1")), FAULTS[fault]]
    fake.gives(EMPLOYEES_PATH, *answers[1 - page_index :])

    with pytest.raises(SourceError):
        read(rig)


def test_every_page_request_has_the_parameters(fake: FakePaycor, rig: ClientRig) -> None:
    """Paycor's own link to the next page drops them, so it is not used."""
    fake.gives_pages(EMPLOYEES_PATH, paged([{"id": str(number)} for number in range(3)], 1))

    read(rig)

    assert [query(request) for request in fake.received] == [
        PARAMS,
        [*PARAMS, ("continuationToken", "t1")],
        [*PARAMS, ("continuationToken", "t2")],
    ]


@pytest.mark.parametrize("flag", [True, "true", "True", " TRUE "])
def test_the_more_flag_may_be_a_text(fake: FakePaycor, rig: ClientRig, flag: object) -> None:
    """Paycor's documentation shows both forms."""
    fake.gives(
        EMPLOYEES_PATH,
        answer(envelope([{"id": "1"}], "t1") | {"hasMoreResults": flag}),
        answer(envelope([{"id": "2"}]) | {"hasMoreResults": "False"}),
    )

    assert read(rig) == [raw({"id": "1"}), raw({"id": "2"})]


def test_null_records_on_the_last_page_are_an_empty_page(fake: FakePaycor, rig: ClientRig) -> None:
    """The last page may have null in place of an empty list."""
    fake.gives(EMPLOYEES_PATH, answer(envelope([{"id": "1"}], "t1")), answer(envelope(None)))

    assert read(rig) == [raw({"id": "1"})]


@pytest.mark.req("D21")
@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_an_empty_page_with_a_token_does_not_end_the_list(sizes: list[int]) -> None:
    """Only a page that says that nothing follows does: who is on the pages behind it has not left."""
    numbers = iter(range(100))
    list_pages = [[{"id": str(next(numbers))} for _ in range(size)] for size in sizes]
    with fake_paycor() as fake:
        answers = [answer(envelope(records, f"t{index}")) for index, records in enumerate(list_pages)]
        fake.gives(EMPLOYEES_PATH, *answers, answer(envelope([])))

        assert read(client_rig()) == [raw(record) for records in list_pages for record in records]


@pytest.mark.req("D21")
def test_ten_empty_pages_in_a_row_break_the_read(fake: FakePaycor, rig: ClientRig) -> None:
    """They would never end. Nine are followed, and a page with records starts the count again."""
    nine = [answer(envelope([], f"a{number}")) for number in range(9)]
    one = answer(envelope([{"id": "1"}], "t1"))
    ten = [answer(envelope([], f"b{number}")) for number in range(10)]
    fake.gives(EMPLOYEES_PATH, *nine, one, *ten, answer(envelope([])))

    with pytest.raises(SourceContractError, match="10th empty one in a row"):
        read(rig)
    assert len(fake.received) == 20


@pytest.mark.req("D21")
@pytest.mark.parametrize("fault", ["cut off", "HTML"])
def test_a_garbled_page_is_asked_for_again(fake: FakePaycor, rig: ClientRig, fault: str) -> None:
    """The second try brings it, so the read is whole."""
    first = answer(envelope([{"id": "1"}], "t1"))
    fake.gives(EMPLOYEES_PATH, first, FAULTS[fault], answer(envelope([{"id": "2"}])))

    assert read(rig) == [raw({"id": "1"}), raw({"id": "2"})]
    assert sum(rig.pauses) == 1


def test_a_repeated_token_is_refused(fake: FakePaycor, rig: ClientRig) -> None:
    """Pages in a circle are not a complete read."""
    fake.gives(EMPLOYEES_PATH, *(answer(envelope([{"id": "1"}], token)) for token in ("t1", "t2", "t1")))

    with pytest.raises(SourceContractError, match="repeats"):
        read(rig)


def test_an_endless_list_is_refused(
    fake: FakePaycor, rig: ClientRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No company has more pages than the limit."""
    monkeypatch.setattr(pages_module, "MAX_PAGES", 5)
    fake.gives(EMPLOYEES_PATH, *(answer(envelope([{"id": "1"}], f"t{number}")) for number in range(9)))

    with pytest.raises(SourceContractError, match="more than 5 pages"):
        read(rig)


def test_a_400_may_mean_an_empty_optional_list(fake: FakePaycor, rig: ClientRig) -> None:
    """Of an optional list only, not of the employee list."""
    fake.gives(EMPLOYEES_PATH, answer(paycor_error("Legal Entity is invalid or has no Departments"), 400))

    assert read(rig, optional=True) == []
    with pytest.raises(NoRecords):
        read(rig)


def test_a_400_on_a_later_page_is_always_an_error(fake: FakePaycor, rig: ClientRig) -> None:
    """Half of an optional list is not the whole list."""
    fake.gives(EMPLOYEES_PATH, answer(envelope([{"id": "1"}], "t1")), FAULTS["400 for no records"])

    with pytest.raises(NoRecords):
        read(rig, optional=True)


def threads() -> set[str]:
    """The prefetching threads that are running."""
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("paycor-page")}


def wait_for(condition: Callable[[], bool]) -> bool:
    """Whether a condition becomes true within ten seconds."""
    pause = threading.Event()
    return any(condition() or pause.wait(0.01) for _ in range(1000))


def test_the_next_page_is_prefetched(fake: FakePaycor, rig: ClientRig) -> None:
    """The second page is fetched while the caller works on the first."""
    fake.gives_pages(EMPLOYEES_PATH, paged([{"id": str(number)} for number in range(3)], 1))
    iterator = pages(rig.client, EMPLOYEES_PATH)

    next(iterator)

    assert wait_for(lambda: len(fake.received) == 2)
    assert len(list(iterator)) == 2
    assert threads() == set()


def test_closing_the_pages_leaves_no_thread_behind(fake: FakePaycor, rig: ClientRig) -> None:
    """It ends the prefetching request."""
    fake.gives_pages(EMPLOYEES_PATH, paged([{"id": str(number)} for number in range(9)], 1))
    iterator = pages(rig.client, EMPLOYEES_PATH)
    next(iterator)

    iterator.close()

    assert threads() == set()
    assert len(fake.received) <= 2


def test_closing_the_pages_ends_a_wait(fake: FakePaycor) -> None:
    """A 429 of the prefetched page is no longer waited for."""
    rig, sleeping = client_rig(), threading.Event()

    def nap(_: float) -> None:
        sleeping.set()
        threading.Event().wait(0.01)

    rig.client._sleep = nap
    fake.gives(
        EMPLOYEES_PATH,
        answer(envelope([{"id": "1"}], "t1")),
        answer({}, 429, **{"Retry-After": "120"}),
    )
    iterator = pages(rig.client, EMPLOYEES_PATH)
    next(iterator)
    assert sleeping.wait(timeout=10)

    iterator.close()

    assert threads() == set()
    assert len(fake.received) == 2


def test_an_error_leaves_no_thread_behind(fake: FakePaycor, rig: ClientRig) -> None:
    """A failed page ends the thread that requested it."""
    fake.gives(EMPLOYEES_PATH, answer(envelope([{"id": "1"}], "t1")), answer({}, 500))

    with pytest.raises(SourceUnavailable):
        read(rig)

    assert threads() == set()
