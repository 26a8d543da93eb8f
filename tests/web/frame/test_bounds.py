"""How much one request may bring, in an LMS that sets no bounds itself."""

import pytest
from flask import Flask, request

from connector.web import blueprint
from connector.web.frame.bounds import MAX_BODY_BYTES, MAX_FIELDS, MAX_FORM_TEXT, MAX_ID, MAX_QUERY_TEXT
from tests.web.conftest import Site

FORM = "application/x-www-form-urlencoded"


@pytest.mark.req("D22")
def test_a_body_over_the_bound_is_refused_before_it_is_read() -> None:
    """Also before the LMS's own protection against forged forms, which reads it."""
    host, read = Flask("host"), []
    host.before_request(lambda: read.append(len(request.form)))
    host.register_blueprint(blueprint(), url_prefix="/hr")
    body = b"a=&" * (MAX_BODY_BYTES // 3 + 1)

    answer = host.test_client().post("/hr/hq/paycor/mapping", data=body, content_type=FORM)

    assert (answer.status_code, read) == (413, [])


@pytest.mark.req("D22")
def test_a_body_without_a_length_is_refused(connected: Site) -> None:
    """A browser always says the length; without it, only reading would show how much comes."""
    answer = connected.client.post(connected.url("/mapping"), headers={"Transfer-Encoding": "chunked"})

    assert answer.status_code == 411


@pytest.mark.req("D22")
def test_too_many_fields_are_refused(connected: Site) -> None:
    """The body may be small all the same."""
    answer = connected.client.post(
        connected.url("/mapping"), data=b"a=&" * (MAX_FIELDS + 1), content_type=FORM
    )

    assert answer.status_code == 400


@pytest.mark.req("D22")
def test_each_text_has_one_bound(connected: Site) -> None:
    """In the path, in the query and in a form, for names of fields as well."""
    client, url = connected.client, connected.url
    answers = [
        client.get(url("/disputes/" + "9" * (MAX_ID + 1))),
        client.get(url("/person"), query_string={"employee": "x" * (MAX_QUERY_TEXT + 1)}),
        client.get(url("/person"), query_string={"x" * (MAX_ID + 1): "1"}),
        client.post(url("/person"), data={"who": "x" * (MAX_FORM_TEXT + 1)}),
    ]

    assert [one.status_code for one in answers] == [400, 400, 400, 400]


@pytest.mark.req("D22")
def test_the_largest_form_is_within_the_bounds(connected: Site) -> None:
    """Five hundred people on each side of who is included: the error is about the people, not about the form."""
    people = "\n".join("00000000-0000-4000-8000-000000000001" for _ in range(500))

    connected.post("/scope", 200, outside="leave_alone", people_in=people, people_out=people)
