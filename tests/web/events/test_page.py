"""The page of instant updates: secrets shown once, and the way out."""

from dataclasses import replace

import pytest

from tests.web.conftest import MOUNT, Site


@pytest.mark.req("X20")
def test_new_secrets_show_once(site: Site) -> None:
    """In the answer to the button, which no cache may keep; no later page has them."""
    site.connect()

    shown = site.client.post(site.url("/events"), data={"csrf_token": site.token(), "make": "1"})
    address = shown.text.split("<code>")[1].split("</code>")[0]

    assert address.startswith(f"http://localhost{MOUNT}/events/")
    assert shown.headers["Cache-Control"] == "no-store"
    assert "<code>Bearer " in shown.text
    assert address not in site.get("/events")
    assert "Bearer " not in site.get("/events")
    assert site.post("/events", close="1") == site.url("/events")
    assert "Make an address and a secret" in site.get("/events")


@pytest.mark.req("X20")
def test_no_address_for_events_is_made_of_what_a_request_claims(site: Site) -> None:
    """In production without CONNECTOR_PUBLIC_URL nothing is switched on, and the page says what is missing."""
    site.connect()
    site.services.config = replace(site.services.config, env="production")

    text = site.post("/events", 500, make="1")

    assert "CONNECTOR_PUBLIC_URL" in text
    assert site.services.events.endpoint("hq") is None
