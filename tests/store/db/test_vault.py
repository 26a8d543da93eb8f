"""Encrypted secrets: unreadable without a key, and keys can change."""

import pytest

from connector.errors import ConfigurationError
from connector.store.db.vault import Vault, new_key

OLD, NEW = new_key(), new_key()


def test_an_encrypted_secret_can_be_decrypted() -> None:
    """The ciphertext shows nothing, and differs every time."""
    vault = Vault([OLD])
    first, second = vault.encrypt("zebra-token"), vault.encrypt("zebra-token")

    assert first != second
    assert b"zebra" not in first
    assert [vault.decrypt(first), vault.decrypt(second)] == ["zebra-token", "zebra-token"]


def test_an_earlier_key_still_decrypts() -> None:
    """A new key comes first; secrets of the old one stay readable."""
    assert Vault([NEW, OLD]).decrypt(Vault([OLD]).encrypt("s")) == "s"


def test_after_rotation_the_earlier_key_is_not_needed() -> None:
    """The new key is enough."""
    rotated = Vault([NEW, OLD]).rotate(Vault([OLD]).encrypt("s"))

    assert Vault([NEW]).decrypt(rotated) == "s"


def test_a_missing_key_is_reported() -> None:
    """The message names the setting and says what to do; it contains neither key nor ciphertext."""
    ciphertext = Vault([OLD]).encrypt("s")
    stranger = Vault([NEW])

    for use in (stranger.decrypt, stranger.rotate):
        with pytest.raises(ConfigurationError, match="CONNECTOR_SECRET_KEYS") as refused:
            use(ciphertext)
        assert ciphertext.decode() not in refused.value.message
        assert NEW not in refused.value.message


def test_printing_a_vault_shows_nothing() -> None:
    """A traceback with local variables reveals no key."""
    assert repr(Vault([OLD])) == "Vault(...)"
