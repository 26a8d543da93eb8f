"""Encryption of stored secrets: text in, ciphertext out, and back. It knows no table and logs nothing."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from connector.errors import ConfigurationError


def new_key() -> str:
    """A new random key for CONNECTOR_SECRET_KEYS."""
    return Fernet.generate_key().decode()


class Vault:
    """Encrypts with the first key and decrypts with any, so that keys can change without downtime."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def __repr__(self) -> str:
        return "Vault(...)"

    def encrypt(self, secret: str) -> bytes:
        """The ciphertext of `secret`; it differs every time, also for the same secret."""
        return self._fernet.encrypt(secret.encode())

    def decrypt(self, ciphertext: bytes) -> str:
        """The secret; raises ConfigurationError when no key fits this ciphertext."""
        try:
            return self._fernet.decrypt(ciphertext).decode()
        except InvalidToken as error:
            raise _lost_key() from error

    def rotate(self, ciphertext: bytes) -> bytes:
        """The same secret under the first key; raises ConfigurationError as `decrypt` does."""
        try:
            return self._fernet.rotate(ciphertext)
        except InvalidToken as error:
            raise _lost_key() from error


def _lost_key() -> ConfigurationError:
    return ConfigurationError(
        "A stored secret was encrypted with a key that is not in CONNECTOR_SECRET_KEYS. "
        "Add the earlier key again, after the new one. If it is lost, connect the portal again."
    )
