"""The settings of a LearnUpon portal."""

import pytest
import requests
import responses

from connector.errors import ConfigurationError
from connector.hosts.learnupon import LearnUponHost, LearnUponSettings, host
from tests.clock import Clock
from tests.hosts.learnupon.fake.wire import SECRET


@pytest.mark.parametrize(
    ("portal", "address"),
    [
        pytest.param("acme", "https://acme.learnupon.com/api/v1", id="a subdomain"),
        pytest.param("https://learn.acme.example/", "https://learn.acme.example/api/v1", id="an address"),
        pytest.param("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v1", id="this machine"),
    ],
)
def test_a_portal_is_named_by_its_subdomain_or_its_address(portal: str, address: str) -> None:
    """An API key is sent over https only, except to the same machine."""
    assert LearnUponSettings(portal, "key", SECRET).base_url == address


@pytest.mark.parametrize(
    "portal",
    [
        "",
        "acme.learnupon.com",
        "http://acme.learnupon.com",
        "https://x@acme.learnupon.com",
        "https://a.test/b",
    ],
)
def test_any_other_name_of_a_portal_is_refused(portal: str) -> None:
    """The error says what to enter."""
    with pytest.raises(ConfigurationError, match="subdomain, such as acme"):
        _ = LearnUponSettings(portal, "key", SECRET).base_url


def test_the_api_key_is_sent_as_basic_auth_and_never_shown(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """It is not in the `repr` of the settings."""
    portal.fields()

    assert wire.calls[0].request.headers["Authorization"] == requests.auth._basic_auth_str("key", SECRET)
    assert SECRET not in repr(LearnUponSettings("acme", "key", SECRET))


def test_capabilities_follow_the_settings(clock: Clock) -> None:
    """Without a field for it no external id is stored; without invitations there is no mail and no pending account."""
    capabilities = host(
        LearnUponSettings("acme", "key", SECRET), clock=clock, sleep=lambda _: None
    ).capabilities()

    assert not capabilities.keeps_external_id
    assert not capabilities.invite
    assert not capabilities.pending
    assert not capabilities.changed_since


@pytest.mark.parametrize("label", ["Payroll ID", "Hire date"], ids=["not there", "not a text"])
def test_the_field_for_the_external_id_has_to_exist(
    wire: responses.RequestsMock, clock: Clock, label: str
) -> None:
    """With the type String; the error names the field."""
    settings = LearnUponSettings("acme", "key", SECRET, external_id_label=label)
    with pytest.raises(ConfigurationError, match=label):
        host(settings, clock=clock, sleep=lambda _: None).fields()
