"""The frame around every page: the layout of the LMS, our own assets, and nothing inline."""

from tests.web.conftest import MOUNT, Site
from tests.web.frame.test_access import OF_A_PORTAL, url_of


def test_pages_use_the_layout_of_the_lms(site: Site) -> None:
    """They have its header and title block; our style sheet comes from our own mount."""
    text = site.get()

    assert "<header>Acme Learning</header>" in text
    assert "<title>Paycor · Paycor</title>" in text
    assert f"{MOUNT}/_static/connector.css" in text
    with site.client.get(f"{MOUNT}/_static/connector.css") as sheet:
        assert sheet.status_code == 200


def test_pages_need_no_inline_script_or_style(site: Site) -> None:
    """A strict Content-Security-Policy of the LMS does not break them."""
    site.connect()
    for address, _, _, methods in OF_A_PORTAL:
        if "GET" in methods and "run_id" not in address:
            text = site.client.get(url_of(address, "hq")).text

            assert " style=" not in text
            assert "<style" not in text
            assert "<script>" not in text
            assert "onclick" not in text


def test_a_notice_shows_once(site: Site) -> None:
    """On the page after the change, as a status for screen readers, and not again; a HEAD shows nobody anything."""
    site.connect()
    site.post("/mapping")
    site.client.head(site.url("/mapping"))

    assert 'role="status"' in site.get("/mapping")
    assert "The mapping is saved" not in site.get("/mapping")
