"""A million people: the last page comes as fast as the first, from a flat memory."""

import gc
import time
import tracemalloc
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor import create_app, open_sandbox
from connector.sandbox.paycor.data.records import spell
from connector.sandbox.paycor.wire.paging import PageRequest, page
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

PATH = "/v1/legalentities/190204/employees"


class SparseRows:
    """A collection as long as the main legal entity, with a row only where the first and last page begin."""

    def size(self) -> int:
        """800,000 positions."""
        return 800_000

    def row(self, position: int) -> int | None:
        """The position itself, at the start and where the last page begins."""
        return position if position in {0, 799_800} else None


@pytest.fixture(scope="module")
def million() -> Iterator[Caller]:
    """A caller connected to a company of a million."""
    box = open_sandbox(1_000_000, 1, date(2026, 3, 2), None)
    yield Caller(box, create_app(box).test_client()).connect(box.activate(NORTHFIELD))
    box.store.close()


def last_page_token(caller: Caller) -> str:
    """The token of the last full page, made the way the sandbox makes it."""
    token = page(SparseRows(), PageRequest(PATH, {}, 1, None), caller.box.seed)["continuationToken"]
    assert isinstance(token, str)
    return token


def test_the_last_page_of_a_million_is_full_and_quick(million: Caller) -> None:
    """200 records and no more; 40 times the target of 15 microseconds a record is still met on a busy machine."""
    token = last_page_token(million)
    million.employees(include="All")
    began = time.perf_counter()
    answer = million.employees(include="All", continuationToken=token).get_json()
    took_s = time.perf_counter() - began

    assert (len(answer["records"]), answer["hasMoreResults"]) == (200, False)
    assert took_s < 200 * 600e-6


def test_pages_leave_no_memory_behind(million: Caller) -> None:
    """Once every date is cached, twenty more pages add less than 25 bytes a person."""
    tokens: list[str | None] = [None]

    def read(pages: int) -> None:
        for _ in range(pages):
            query: dict[str, Any] = {"continuationToken": tokens[-1]} if tokens[-1] else {}
            tokens.append(million.employees(include="All", **query).get_json()["continuationToken"])

    for day in range(date(2010, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        spell(date.fromordinal(day), "no-offset")
    read(10)
    tracemalloc.start()
    read(2)
    before, _ = tracemalloc.get_traced_memory()
    read(20)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (after - before) / (20 * 200) < 25


PERSONS = "/v1/legalentities/190204/persons"
CUSTOM_FIELDS = "/v1/legalentities/190204/customfields"


@pytest.fixture
def month_later(million: Caller) -> Iterator[Caller]:
    """The same company a month on; the next test finds it where it was."""
    million.box.advance(30)
    yield million
    million.box.advance(-30)


@pytest.mark.parametrize(("path", "method"), [(PERSONS, "GET"), (CUSTOM_FIELDS, "POST")])
def test_other_pages_of_a_million_are_quick_and_leave_nothing_behind(
    month_later: Caller, path: str, method: str
) -> None:
    """Twenty pages of a hundred, a month after the first day, without a list of all people in memory."""

    def read(pages: int) -> None:
        token: dict[str, str] = {}
        for _ in range(pages):
            page = month_later.send(method, path, {} if method == "POST" else None, **token).get_json()
            token = {"continuationToken": page["continuationToken"]}
            assert len(page["records"]) == 100

    read(10)
    began = time.perf_counter()
    read(5)
    took_s = time.perf_counter() - began
    tracemalloc.start()
    read(2)
    before, _ = tracemalloc.get_traced_memory()
    read(20)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (took_s < 3, (after - before) / 2_000 < 25) == (True, True)
