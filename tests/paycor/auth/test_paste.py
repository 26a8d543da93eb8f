"""What a customer pastes in from their own application."""

import pytest
from marshmallow import ValidationError

from connector.paycor.auth.paste import Pasted, PasteSchema
from connector.paycor.environments import PRODUCTION, SANDBOX
from tests.paycor.stub import CREDENTIALS

PASTED: dict[str, object] = {
    "client_id": "client-0001",
    "client_secret": "secret-hush",
    "subscription_key": "key-hush",
    "scope": "scope0001",
    "refresh_token": "refresh-1",
    "legal_entity_id": 190204,
}


def loaded(**changes: object) -> Pasted:
    """The paste with some fields replaced; None leaves one out."""
    found = PasteSchema().load({key: value for key, value in (PASTED | changes).items() if value is not None})
    assert isinstance(found, Pasted)
    return found


def refused(**changes: object) -> dict[str, list[str]]:
    """What is said about each field."""
    with pytest.raises(ValidationError) as caught:
        loaded(**changes)
    return dict(caught.value.messages_dict)


@pytest.mark.req("B3")
def test_a_paste_becomes_a_connection() -> None:
    """Everything is there, and production is meant unless said otherwise."""
    assert loaded() == Pasted(PRODUCTION, CREDENTIALS, (190204,), "refresh-1")
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
def test_legal_entities_may_be_given_in_any_usual_way(key: str, value: object, ids: tuple[int, ...]) -> None:
    """One number, several in a text, or a list; none counts twice."""
    assert loaded(**{"legal_entity_id": None, key: value}).legal_entity_ids == ids


@pytest.mark.req("B3")
@pytest.mark.parametrize(
    "key", ["client_id", "client_secret", "subscription_key", "scope", "refresh_token", "legal_entity_id"]
)
@pytest.mark.parametrize("value", [None, "", "   "], ids=["absent", "empty", "blank"])
def test_what_is_missing_is_said_with_where_to_find_it(key: str, value: object) -> None:
    """One plain sentence for that field, and none for the others."""
    found = refused(**{key: value})

    assert list(found) == [key]
    assert len(found[key]) == 1
    assert "missing" in found[key][0] or "number such as" in found[key][0]


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
    ],
)
def test_a_secret_that_was_copied_badly_is_refused_without_being_repeated(key: str, value: object) -> None:
    """Blanks, line ends and odd signs would fail later, in a header."""
    found = refused(**{key: value})

    assert list(found) == [key]
    assert str(value) not in found[key][0]


@pytest.mark.parametrize(
    "value", ["abc", "190204;190377", "-1", "0", "2147483648", "１９", [], [None], {"a": 1}]
)
def test_what_is_no_legal_entity_is_refused(value: object) -> None:
    """A number between 1 and the largest that Paycor has."""
    assert list(refused(legal_entity_id=value)) == ["legal_entity_id"]


@pytest.mark.parametrize("scope", ["scope0001 offline_access", " offline_access scope0001 ", "scope0001"])
def test_offline_access_beside_the_scope_is_dropped(scope: str) -> None:
    """It is asked for anyway."""
    assert loaded(scope=scope).credentials.scope == "scope0001"


def test_a_scope_of_offline_access_alone_is_none() -> None:
    """The identifier is what matters."""
    assert list(refused(scope="offline_access")) == ["scope"]


@pytest.mark.req("B4")
def test_the_sandbox_can_be_meant() -> None:
    """By its name, or with addresses of a stand-in."""
    assert loaded(environment="sandbox").environment == SANDBOX
    place = loaded(environment="sandbox", base_url="http://127.0.0.1:5001", authorize_url="").environment
    assert (place.api_url, place.authorize_url) == ("http://127.0.0.1:5001", SANDBOX.authorize_url)


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
def test_a_wrong_place_is_refused_by_its_field(changes: dict[str, object], key: str) -> None:
    """The message stands beside the field that is wrong."""
    assert list(refused(**changes)) == [key]


def test_other_keys_are_none_of_our_business() -> None:
    """A file may say more than we need."""
    assert loaded(comment="of the northern clinics") == loaded()
