"""The values that a customer pastes from their own Paycor application."""

import pytest
from marshmallow import ValidationError

from connector.paycor.auth.paste import PastedConnection, PasteSchema
from connector.paycor.environments import PRODUCTION, SANDBOX
from tests.paycor.fake_paycor import CREDENTIALS

PASTED: dict[str, object] = {
    "client_id": "client-0001",
    "client_secret": "secret-hush",
    "subscription_key": "key-hush",
    "scope": "scope0001",
    "refresh_token": "refresh-1",
    "legal_entity_id": 190204,
}


def loaded(**changes: object) -> PastedConnection:
    """The pasted values with some fields replaced; None leaves a field out."""
    pasted = PasteSchema().load(
        {key: value for key, value in (PASTED | changes).items() if value is not None}
    )
    assert isinstance(pasted, PastedConnection)
    return pasted


def refused(**changes: object) -> dict[str, list[str]]:
    """The error messages by field."""
    with pytest.raises(ValidationError) as caught:
        loaded(**changes)
    return dict(caught.value.messages_dict)


@pytest.mark.req("B3")
def test_a_paste_becomes_a_connection() -> None:
    """All values are there, and the default environment is production."""
    assert loaded() == PastedConnection(PRODUCTION, CREDENTIALS, (190204,), "refresh-1")
    assert "hush" not in repr(loaded())
    assert "refresh-1" not in repr(loaded())


@pytest.mark.req("B3")
@pytest.mark.parametrize(
    ("key", "value", "ids"),
    [
        ("legal_entity_id", 190204, (190204,)),
        ("legal_entity_id", " 190204 ", (190204,)),
        ("legal_entity_id", "190204, 190377", (190204, 190377)),
        ("legal_entity_id", "190204 190377 190204", (190204, 190377)),
        ("legal_entities", [{"legalEntityId": 190204, "tenantId": 226410}], (190204,)),
        ("legal_entities", [190204, "190377"], (190204, 190377)),
        ("legal_entities", [2_147_483_647], (2_147_483_647,)),
    ],
)
def test_legal_entities_may_be_written_in_any_usual_way(
    key: str, value: object, ids: tuple[int, ...]
) -> None:
    """One number, several in a text, or a list; duplicates are dropped."""
    assert loaded(**{"legal_entity_id": None, key: value}).legal_entity_ids == ids


@pytest.mark.req("B3")
@pytest.mark.parametrize(
    "key", ["client_id", "client_secret", "subscription_key", "refresh_token", "legal_entity_id"]
)
@pytest.mark.parametrize("value", [None, "", "   "], ids=["absent", "empty", "blank"])
def test_a_missing_value_is_reported_with_where_to_find_it(key: str, value: object) -> None:
    """One sentence for that field, and none for the others."""
    errors = refused(**{key: value})

    assert list(errors) == [key]
    assert len(errors[key]) == 1
    assert "missing" in errors[key][0] or "number such as" in errors[key][0]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("client_secret", "secret hush"),
        ("refresh_token", "refresh\n1"),
        ("subscription_key", "key\x00hush"),
        ("client_id", "clientﬁ"),
        ("scope", "scope0001 scope0002"),
        ("client_secret", ["hush"]),
        ("client_secret", 7),
        ("client_id", "x" * 201),
        ("scope", "x" * 201),
        ("refresh_token", "x" * 8_001),
    ],
)
def test_a_badly_copied_secret_is_refused_and_not_repeated(key: str, value: object) -> None:
    """Blanks, line breaks and unusual characters would fail later, in a header."""
    errors = refused(**{key: value})

    assert list(errors) == [key]
    assert str(value) not in errors[key][0]


@pytest.mark.parametrize(
    "value", ["abc", "190204;190377", "-1", "0", "2147483648", "9" * 5_000, "１９", [], [None], {"a": 1}]
)
def test_an_invalid_legal_entity_is_refused(value: object) -> None:
    """Valid is a number from 1 to the largest int32."""
    assert list(refused(legal_entity_id=value)) == ["legal_entity_id"]


@pytest.mark.parametrize("scope", ["scope0001 offline_access", " offline_access scope0001 ", "scope0001"])
def test_offline_access_next_to_the_scope_is_dropped(scope: str) -> None:
    """Every consent requests it anyway."""
    assert loaded(scope=scope).credentials.scope == "scope0001"


@pytest.mark.req("B3")
@pytest.mark.parametrize("scope", [None, "", "   ", "offline_access"])
def test_an_application_without_a_scope_can_be_pasted(scope: str | None) -> None:
    """Only a consent sends the scope; a pasted application is renewed with its refresh token."""
    assert loaded(scope=scope).credentials.scope == ""


@pytest.mark.req("B4")
def test_a_connection_may_be_to_the_sandbox() -> None:
    """By name, or with the addresses of a stand-in."""
    assert loaded(environment="sandbox").environment == SANDBOX
    environment = loaded(
        environment="sandbox", base_url="http://127.0.0.1:5001", authorize_url=""
    ).environment
    assert (environment.api_url, environment.authorize_url) == (
        "http://127.0.0.1:5001",
        SANDBOX.authorize_url,
    )


@pytest.mark.req("B4")
@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"environment": "staging"}, "environment"),
        ({"base_url": "http://paycor.test"}, "base_url"),
        ({"base_url": SANDBOX.api_url}, "base_url"),
        ({"authorize_url": "paycor.test"}, "authorize_url"),
    ],
    ids=["unknown", "not https", "of the other environment", "no address"],
)
def test_a_wrong_environment_is_refused_under_its_field(changes: dict[str, object], key: str) -> None:
    """The message belongs to the wrong field."""
    assert list(refused(**changes)) == [key]


def test_unknown_keys_are_ignored() -> None:
    """A file may contain more than the connector needs."""
    assert loaded(comment="of the northern clinics") == loaded()
