"""Numbers and texts of any size, at every address and in every form: answered or refused, never an error of ours."""

import re

import pytest

from connector.web import PAGES
from tests.services.stored import add, employee, entry
from tests.web.conftest import MOUNT, Site
from tests.web.hostile import NUMBERS, VALUES, Form
from tests.web.rows import done_run

#: Fields of queries that are sent together.
QUERIES = (("after", "before", "entity"), ("employee", "kind", "code", "state", "error"))
#: Fields that a page has only with data; a page reads one or two of them.
MORE_FIELDS = ("person", "row", "end", "entity", "remove", "choose", "account", "employee", "version")


def url_of(address: str, value: str = "") -> str:
    """The address of a known row and person, or with this value in every place but the portal's."""
    known = {"portal_id": "hq", "run_id": "1", "line_id": "1", "employee_id": "e1"}
    return MOUNT + re.sub(r"<(?:\w+:)?(\w+)>", lambda one: value or known[one[1]], address)


@pytest.fixture
def busy(site_on_both: Site) -> Site:
    """A connected portal with a person, and a preview of one row."""
    site_on_both.connect()
    preview = done_run(1, mode="preview")
    preview.digest = "d" * 64
    add(site_on_both.database, employee(1, "ada@hq.example"), preview)
    add(site_on_both.database, entry(1))
    return site_on_both


@pytest.mark.req("D22")
def test_no_address_with_a_hostile_value_is_an_error(busy: Site) -> None:
    """In the path and in each field of the query, on both databases."""
    failed = []
    for address, endpoint, _, methods in PAGES:
        for number, value in enumerate(VALUES):
            answers = [busy.client.open(url_of(address, value), method=methods[0])] if "<" in address else []
            if methods[0] == "GET":
                queries = [dict.fromkeys(names, value) for names in QUERIES]
                answers += [busy.client.get(url_of(address), query_string=query) for query in queries]
            failed += [(endpoint, number, one.request.url[:90]) for one in answers if one.status_code >= 500]

    assert failed == []


@pytest.mark.req("D22")
def test_no_form_with_a_hostile_value_is_an_error(busy: Site) -> None:
    """In each field alone and in all at once, with each button, on both databases."""
    failed = []
    for address, endpoint, _, methods in PAGES:
        if "POST" not in methods:
            continue
        url = url_of(address)
        form = Form(busy.client.get(url).text)
        fields = {**form.fields, "csrf_token": busy.token()}
        names = [name for name in fields if name != "csrf_token"]
        for value in VALUES:
            sent = [fields | {name: value} for name in names]
            everywhere = dict.fromkeys((*names, *MORE_FIELDS), value)
            sent += [fields | everywhere | button for button in ({}, *form.buttons)]
            sent.append(fields | dict.fromkeys(MORE_FIELDS, value))
            for one in sent:
                status = busy.client.post(url, data=one | {"csrf_token": fields["csrf_token"]}).status_code
                if status >= 500:
                    failed.append((endpoint, [name for name in one if one[name] == value], value[:20]))

    assert failed == []


@pytest.mark.req("D22")
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_is_no_row_is_not_found_or_refused(busy: Site, number: str) -> None:
    """404 in the path, 400 in the query: never the first page as if nothing had been asked for."""
    run = busy.client.get(busy.url(f"/runs/{number}"))
    runs = busy.client.get(busy.url("/runs"), query_string={"before": number})

    assert (run.status_code, runs.status_code) == (404, 400)
