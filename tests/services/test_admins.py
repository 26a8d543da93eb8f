"""Sign-in to a stand-alone connector: names, passwords, and the lock after wrong ones."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.errors import ConfigurationError
from connector.services.admins import (
    ABSOLUTE_END,
    IDLE_END,
    LOCKED_FOR,
    MOST_FAILURES,
    PASSWORD_MIN,
    Admin,
    Admins,
)
from connector.store.db.sessions import Database
from connector.store.tables.admins import SignInRow
from tests.clock import Clock

PASSWORD = "correct horse battery"  # noqa: S105  # of a test


@pytest.fixture
def admins(database: Database, clock: Clock) -> Admins:
    """One admin, Ada."""
    admins = Admins(database, clock)
    admins.put("Ada", PASSWORD)
    return admins


def signed_in(admins: Admins) -> str:
    """The secret of a new sign-in of Ada."""
    secret = admins.sign_in("ada", PASSWORD)
    assert secret is not None
    return secret


def test_a_name_is_the_same_in_any_case(admins: Admins) -> None:
    """So are blanks around it; there is one admin of a name."""
    secret = admins.sign_in(" ADA ", PASSWORD)

    assert secret is not None
    assert admins.signed_in(secret) == Admin("ada")
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
        assert admins.sign_in("ada", "wrong") is None

    locked = admins.sign_in("ada", PASSWORD)
    clock.advance(LOCKED_FOR + timedelta(seconds=1))

    assert locked is None
    assert admins.sign_in("ada", PASSWORD) is not None


def test_a_right_password_resets_the_count(admins: Admins) -> None:
    """Only wrong passwords in a row count."""
    for _ in range(2):
        for _ in range(MOST_FAILURES - 1):
            admins.sign_in("ada", "wrong")
        assert admins.sign_in("ada", PASSWORD) is not None


@pytest.mark.req("A40")
def test_a_sign_in_ends_at_the_server(admins: Admins) -> None:
    """Signing out ends this sign-in in every copy of its cookie, and no other one."""
    here, elsewhere = signed_in(admins), signed_in(admins)
    admins.sign_out(here)

    assert admins.signed_in(here) is None
    assert admins.signed_in(elsewhere) == Admin("ada")


@pytest.mark.req("A40")
def test_a_sign_in_without_a_page_ends_after_an_hour(admins: Admins, clock: Clock) -> None:
    """Each page starts the hour again."""
    secret = signed_in(admins)
    for _ in range(3):
        clock.advance(IDLE_END - timedelta(seconds=1))
        assert admins.signed_in(secret) is not None
    clock.advance(IDLE_END)

    assert admins.signed_in(secret) is None


@pytest.mark.req("A40")
def test_a_sign_in_ends_after_a_day_however_often_it_is_used(admins: Admins, clock: Clock) -> None:
    """A stolen cookie cannot be kept alive for ever."""
    secret = signed_in(admins)
    minutes = 0
    while admins.signed_in(secret) and minutes < 2 * 24 * 60:
        clock.advance(timedelta(minutes=30))
        minutes += 30

    assert timedelta(minutes=minutes) == ABSOLUTE_END


@pytest.mark.req("A40")
def test_a_new_password_ends_the_earlier_sign_ins(admins: Admins) -> None:
    """In every browser; of this admin alone."""
    admins.put("bob", PASSWORD)
    bobs = admins.sign_in("bob", PASSWORD)
    secret = signed_in(admins)
    admins.put("ada", PASSWORD + "!")

    assert admins.signed_in(secret) is None
    assert admins.signed_in(str(bobs)) == Admin("bob")


def test_no_secret_of_a_sign_in_is_stored(admins: Admins, database: Database) -> None:
    """Who reads the table cannot sign in with it."""
    secret = signed_in(admins)
    with database.reading() as session:
        [row] = session.scalars(sa.select(SignInRow)).all()

    assert secret.encode() not in row.secret_hash


def test_old_sign_ins_are_deleted_by_the_next_one(admins: Admins, clock: Clock, database: Database) -> None:
    """The table does not grow with every forgotten browser."""
    signed_in(admins)
    clock.advance(IDLE_END)
    signed_in(admins)

    with database.reading() as session:
        assert len(session.scalars(sa.select(SignInRow)).all()) == 1


def test_a_removed_admin_is_gone(admins: Admins) -> None:
    """With their sign-ins; removing them twice is not an error."""
    secret = signed_in(admins)

    assert admins.remove("ADA")
    assert not admins.remove("ada")
    assert admins.signed_in(secret) is None
    assert admins.sign_in("ada", PASSWORD) is None
