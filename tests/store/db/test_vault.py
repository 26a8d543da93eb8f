"""Secrets at rest: unreadable without a key, and keys can change."""

import pytest

from connector.errors import ConfigurationError
from connector.store.db.vault import Vault, new_key

OLD, NEW = new_key(), new_key()


def test_what_is_encrypted_comes_back() -> None:
    """The ciphertext holds nothing readable, and is another every time."""
    vault = Vault([OLD])
    first, second = vault.encrypt("zebra-token"), vault.encrypt("zebra-token")

    assert first != second
    assert b"zebra" not in first
    assert [vault.decrypt(first), vault.decrypt(second)] == ["zebra-token", "zebra-token"]


def test_an_earlier_key_still_decrypts() -> None:
    """A new key is put in front; what the old one wrote stays readable."""
    assert Vault([NEW, OLD]).decrypt(Vault([OLD]).encrypt("s")) == "s"


def test_rotation_frees_the_earlier_key() -> None:
    """After it the new key alone is enough."""
    rotated = Vault([NEW, OLD]).rotate(Vault([OLD]).encrypt("s"))

    assert Vault([NEW]).decrypt(rotated) == "s"


def test_a_key_that_is_gone_is_named() -> None:
    """The message says which setting and what to do, and has neither key nor ciphertext in it."""
    ciphertext = Vault([OLD]).encrypt("s")
    stranger = Vault([NEW])

    for use in (stranger.decrypt, stranger.rotate):
        with pytest.raises(ConfigurationError, match="CONNECTOR_SECRET_KEYS") as refused:
            use(ciphertext)
        assert ciphertext.decode() not in refused.value.message
        assert NEW not in refused.value.message


def test_a_vault_that_is_printed_shows_nothing() -> None:
    """A traceback with local variables gives no key away."""
    assert repr(Vault([OLD])) == "Vault(...)"
