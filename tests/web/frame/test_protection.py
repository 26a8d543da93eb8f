"""Our pages protect themselves in an LMS that says nothing, and leave alone what an LMS says."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response

from connector.web.frame.protection import PROTECTION
from tests.web.conftest import MOUNT, Site

CSP = "Content-Security-Policy"


@pytest.fixture
def said(app: Flask) -> Iterator[dict[str, str]]:
    """Headers that the LMS gives every answer, as `setdefault` does."""
    headers: dict[str, str] = {}

    def say(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    functions = app.after_request_funcs.setdefault(None, [])
    functions.append(say)
    yield headers
    functions.remove(say)


@pytest.mark.req("A40")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/hq/paycor", 200, id="a page"),
        pytest.param("/", 200, id="the way in"),
        pytest.param("/nowhere/paycor", 404, id="an error"),
        pytest.param("/oauth/callback?state=s1&code=c1", 200, id="the way back"),
        pytest.param("/hq/paycor/runs/1/progress", 404, id="a file"),
    ],
)
def test_a_page_is_neither_stored_framed_nor_guessed_at(site: Site, path: str, status: int) -> None:
    """In an LMS that sets no header at all; an address, which may name a person, goes to no other site."""
    response = site.client.get(MOUNT + path)

    assert response.status_code == status
    assert {name: response.headers.get(name) for name in PROTECTION} == PROTECTION
    assert response.headers.getlist(CSP) == ["frame-ancestors 'self'"]


def test_events_are_protected_as_well(site: Site) -> None:
    """Their address is a secret."""
    response = site.client.post(f"{MOUNT}/events/s3cret")

    assert {name: response.headers.get(name) for name in PROTECTION} == PROTECTION


@pytest.mark.parametrize(
    "header",
    [
        ("Cache-Control", "private"),
        ("X-Content-Type-Options", "nosniff, of the LMS"),
        ("Referrer-Policy", "no-referrer"),
    ],
    ids=lambda header: header[0],
)
def test_what_the_lms_says_is_left_alone(site: Site, said: dict[str, str], header: tuple[str, str]) -> None:
    """It is its answer."""
    said.update([header])

    assert site.client.get(site.url()).headers.getlist(header[0]) == [header[1]]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(
            (CSP, "frame-ancestors https://a.example"), ["frame-ancestors https://a.example"], id="csp"
        ),
        pytest.param(("X-Frame-Options", "DENY"), [], id="the old header"),
        pytest.param(
            (CSP, "default-src 'self'"), ["default-src 'self'", "frame-ancestors 'self'"], id="another rule"
        ),
    ],
)
def test_an_lms_that_says_who_may_frame_it_decides(
    site: Site, said: dict[str, str], header: tuple[str, str], expected: list[str]
) -> None:
    """Its other rules stay, and hold as well."""
    said.update([header])

    assert site.client.get(site.url()).headers.getlist(CSP) == expected


def test_pages_of_the_lms_are_its_own(site: Site) -> None:
    """A page that does not exist is one of them."""
    assert CSP not in site.client.get("/elsewhere").headers


def test_style_sheets_may_be_kept(site: Site) -> None:
    """They have nobody's data; Flask says how long."""
    with site.client.get(f"{MOUNT}/_static/connector.css") as sheet:
        assert "no-store" not in sheet.headers["Cache-Control"]
