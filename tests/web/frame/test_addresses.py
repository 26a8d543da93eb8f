"""Whole addresses of our pages: under CONNECTOR_PUBLIC_URL, in development also under the request's host name."""

from dataclasses import replace

import pytest

from connector.errors import ConfigurationError
from connector.web.frame.addresses import public_address
from tests.web.conftest import MOUNT, Site

CALLBACK = f"{MOUNT}/oauth/callback"


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        pytest.param(None, f"http://localhost{CALLBACK}", id="not set"),
        pytest.param("https://lms.example", f"https://lms.example{CALLBACK}", id="a host name"),
        pytest.param("https://lms.example:8443", f"https://lms.example:8443{CALLBACK}", id="a port"),
        pytest.param(
            "https://lms.example/learn", f"https://lms.example/learn{CALLBACK}", id="a proxy's prefix"
        ),
        pytest.param(
            f"https://lms.example{MOUNT}",
            f"https://lms.example{CALLBACK}",
            id="a prefix that is there already",
        ),
    ],
)
def test_an_address_is_made_of_the_public_url(site: Site, public_url: str | None, expected: str) -> None:
    """A path in front of the application is added once."""
    site.services.config = replace(site.services.config, public_url=public_url)

    with site.app.test_request_context():
        address = public_address("connector.callback")

    assert address == expected


@pytest.mark.req("A45")
def test_no_request_is_believed_about_its_host_in_production(site: Site) -> None:
    """Paycor would send the consent, or the events, to whatever name the request claims."""
    site.services.config = replace(site.services.config, env="production")

    with (
        site.app.test_request_context(base_url="https://elsewhere.example"),
        pytest.raises(ConfigurationError, match="CONNECTOR_PUBLIC_URL"),
    ):
        public_address("connector.callback")


def test_values_of_the_endpoint_become_part_of_the_address(site: Site) -> None:
    """The secret path of the events is one."""
    with site.app.test_request_context():
        address = public_address("connector_events.receive", path="s3cret")

    assert address == f"http://localhost{MOUNT}/events/s3cret"
