"""What the operator sets, and what is read of fields and users."""

from typing import Any

import pytest
import requests
import responses

from connector.core.model.account import AccountState, Field, FieldType
from connector.core.ports.host import KeyKind
from connector.errors import ConfigurationError
from connector.hosts.learnupon import LearnUponHost, LearnUponSettings, host
from tests.clock import Clock
from tests.hosts.learnupon.site import DEFINITIONS
from tests.hosts.learnupon.wire import SECRET, URL, USER, found

# --- what the operator sets ---


@pytest.mark.parametrize(
    ("portal", "address"),
    [
        pytest.param("acme", "https://acme.learnupon.com/api/v1", id="a subdomain"),
        pytest.param("https://learn.acme.example/", "https://learn.acme.example/api/v1", id="an address"),
        pytest.param("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v1", id="this machine"),
    ],
)
def test_a_portal_is_named_by_its_subdomain_or_its_address(portal: str, address: str) -> None:
    """A key travels by https only, but on the machine itself."""
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
    """With what to set instead."""
    with pytest.raises(ConfigurationError, match="subdomain, such as acme"):
        _ = LearnUponSettings(portal, "key", SECRET).base_url


def test_the_key_is_sent_and_never_shown(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """As basic auth, over https."""
    portal.fields()

    assert wire.calls[0].request.headers["Authorization"] == requests.auth._basic_auth_str("key", SECRET)
    assert SECRET not in repr(LearnUponSettings("acme", "key", SECRET))


def test_capabilities_follow_the_settings(clock: Clock) -> None:
    """Without a field for it no key is kept; without invitations nobody is mailed, and nobody waits."""
    capabilities = host(
        LearnUponSettings("acme", "key", SECRET), clock=clock, sleep=lambda _: None
    ).capabilities()

    assert not capabilities.keeps_external_id
    assert not capabilities.invite
    assert not capabilities.pending
    assert not capabilities.changed_since


@pytest.mark.parametrize("label", ["Payroll ID", "Hire date"], ids=["not there", "not a text"])
def test_a_field_for_our_key_has_to_be_there(wire: responses.RequestsMock, clock: Clock, label: str) -> None:
    """And to be of the type String; the message names it."""
    settings = LearnUponSettings("acme", "key", SECRET, external_id_label=label)
    with pytest.raises(ConfigurationError, match=label):
        host(settings, clock=clock, sleep=lambda _: None).fields()


# --- fields and users ---


@pytest.mark.req("A34")
def test_fields_are_the_definitions_but_our_own(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """By the ids of their definitions, with the choices as they are written."""
    assert portal.fields() == (
        Field("231", "Job title"),
        Field("232", "Hire date", FieldType.DATE),
        Field("233", "Employment", FieldType.STRING_CHOICE, choices=("Regular", "Temporary")),
        Field("234", "Hours a week", FieldType.DECIMAL),
        Field("235", "Share", FieldType.DECIMAL_CHOICE, choices=("0.50", "1.00")),
    )


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(["Full, time", "Part"], id="a list"),
        pytest.param("Full, time\r\nPart\r\n", id="a line each"),
        pytest.param('"Full, time", "Part"', id="in quotes"),
    ],
)
def test_choices_are_read_in_every_form(
    wire: responses.RequestsMock, portal: LearnUponHost, told: object
) -> None:
    """Which of them LearnUpon uses is not documented."""
    choice = {"id": 7, "type_id": 4, "label": "Time", "predefined_values": told}
    unknown = {"id": 8, "type_id": 99, "label": "Signature"}
    body = {"customDataFieldDefinitions": [DEFINITIONS[-1], choice, unknown]}
    wire.replace(responses.GET, f"{URL}/users/customuserdata", json=body)

    assert [(field.key, field.choices) for field in portal.fields()] == [("7", ("Full, time", "Part"))]


def test_a_user_is_read_by_labels_and_by_ids(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """A number in plain digits, a date without its time, a choice as it is listed, and our key apart."""
    wire.get(f"{URL}/users/662", json={"customDataFieldDefintions": DEFINITIONS, "user": [USER]})
    [ada] = found(portal, KeyKind.ID, "662")

    assert (ada.email, ada.state, ada.is_learner, ada.external_id) == (
        "ada@example.test",
        AccountState.ACTIVE,
        True,
        "p1",
    )
    assert ada.fields == {"231": "Analyst", "232": "2026-03-02", "234": "37.5", "235": "1.00"}


@pytest.mark.parametrize(
    ("told", "state", "is_learner"),
    [
        pytest.param({"enabled": False}, AccountState.SUSPENDED, True, id="disabled"),
        pytest.param({"enabled": "false"}, AccountState.SUSPENDED, True, id="disabled, in words"),
        pytest.param({"user_type": "Admin"}, AccountState.ACTIVE, False, id="an admin"),
        pytest.param({"user_type": None}, AccountState.ACTIVE, False, id="of no type that is told"),
    ],
)
def test_states_and_types(
    wire: responses.RequestsMock,
    portal: LearnUponHost,
    told: dict[str, Any],
    state: AccountState,
    is_learner: bool,
) -> None:
    """Whoever is not told to be a learner is not taken for one."""
    wire.get(f"{URL}/users/662", json={"user": [USER | told]})
    [ada] = found(portal, KeyKind.ID, "662")

    assert (ada.state, ada.is_learner) == (state, is_learner)
