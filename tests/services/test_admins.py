"""Sign-in to a stand-alone connector: names, passwords, and the lock after wrong ones."""

from datetime import timedelta

import pytest

from connector.errors import ConfigurationError
from connector.services.admins import LOCKED_FOR, MOST_FAILURES, PASSWORD_MIN, Admins
from connector.store.db.sessions import Database
from tests.clock import Clock

PASSWORD = "correct horse battery"  # noqa: S105  # of a test


@pytest.fixture
def admins(database: Database, clock: Clock) -> Admins:
    """One admin, Ada."""
    admins = Admins(database, clock)
    admins.put("Ada", PASSWORD)
    return admins


def test_a_name_is_the_same_in_any_case(admins: Admins) -> None:
    """So are blanks around it; there is one admin of a name."""
    signed_in = admins.check(" ADA ", PASSWORD)

    assert signed_in is not None
    assert signed_in.name == "ada"
    assert not admins.put("aDa", PASSWORD)
    assert list(admins.names()) == ["ada"]


@pytest.mark.parametrize(
    ("name", "password"),
    [("", PASSWORD), ("x" * 101, PASSWORD), ("bob", "x" * (PASSWORD_MIN - 1)), ("bob", "x" * 501)],
)
def test_a_name_or_password_of_the_wrong_length_is_refused(admins: Admins, name: str, password: str) -> None:
    """Nobody is added."""
    with pytest.raises(ConfigurationError, match="characters"):
        admins.put(name, password)

    assert list(admins.names()) == ["ada"]


def test_several_wrong_passwords_lock_the_name_for_a_while(admins: Admins, clock: Clock) -> None:
    """Also for the right password; the lock ends by time or with a new password."""
    for _ in range(MOST_FAILURES):
        assert admins.check("ada", "wrong") is None

    locked = admins.check("ada", PASSWORD)
    clock.advance(LOCKED_FOR + timedelta(seconds=1))

    assert locked is None
    assert admins.check("ada", PASSWORD) is not None


def test_a_right_password_resets_the_count(admins: Admins) -> None:
    """Only wrong passwords in a row count."""
    for _ in range(2):
        for _ in range(MOST_FAILURES - 1):
            admins.check("ada", "wrong")
        assert admins.check("ada", PASSWORD) is not None


def test_a_new_password_ends_the_earlier_sessions(admins: Admins) -> None:
    """A session carries the stamp of the password that it began with."""
    before = admins.named("ada")
    admins.put("ada", PASSWORD + "!")
    after = admins.named("ada")

    assert before is not None
    assert after is not None
    assert before.stamp != after.stamp


def test_a_removed_admin_is_gone(admins: Admins) -> None:
    """Removing them twice is not an error."""
    assert admins.remove("ADA")
    assert not admins.remove("ada")
    assert admins.named("ada") is None
    assert admins.check("ada", PASSWORD) is None
