"""Credentials that hide their secrets, and the token store in memory."""

from connector.paycor.auth.credentials import MemoryTokenStore
from tests.paycor.fake_paycor import CREDENTIALS, tokens


def test_repr_of_credentials_shows_no_secret() -> None:
    """The client id may be shown; secret, key and tokens never."""
    shown = repr(CREDENTIALS) + repr(tokens())

    assert "client-0001" in shown
    assert "hush" not in shown
    assert "access-1" not in shown
    assert "refresh-1" not in shown


def test_a_transaction_saves_to_the_store() -> None:
    """It reads the stored tokens, and every later reader gets the saved ones."""
    store = MemoryTokenStore(tokens())

    with store.locked() as transaction:
        assert transaction.tokens == tokens()
        transaction.save(tokens("access-2", "refresh-2"))

    assert store.current() == tokens("access-2", "refresh-2")
