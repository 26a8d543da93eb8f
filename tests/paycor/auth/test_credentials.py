"""Secrets, and the store that ships for trying out."""

from connector.paycor.auth.credentials import MemoryTokenStore
from tests.paycor.stub import CREDENTIALS, tokens


def test_no_secret_shows_when_credentials_are_printed() -> None:
    """The client id may be seen; secret, key and tokens never."""
    shown = repr(CREDENTIALS) + repr(tokens())

    assert "client-0001" in shown
    assert "hush" not in shown
    assert "access-1" not in shown
    assert "refresh-1" not in shown


def test_what_a_transaction_saves_is_what_the_store_holds() -> None:
    """A transaction reads what is stored now, and saves for everybody."""
    store = MemoryTokenStore(tokens())

    with store.locked() as transaction:
        assert transaction.tokens == tokens()
        transaction.save(tokens("access-2", "refresh-2"))

    assert store.current() == tokens("access-2", "refresh-2")
