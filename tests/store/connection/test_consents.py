"""A consent on its way: usable once, in time, by the same admin in the same browser."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.errors import ConsentError
from connector.store.connection import consents
from connector.store.db.sessions import Database
from connector.store.db.vault import Vault, new_key
from connector.store.tables.connection import Consent
from tests.store.connection.steps import NOW

VAULT = Vault([new_key()])
CONSENT = consents.NewConsent("a", "ada", "production", "session-key", "verifier")


def begin(database: Database, state: str = "state-1", minutes: int = 0) -> None:
    """Ada starts a consent."""
    with database.writing() as session:
        consents.begin(session, VAULT, CONSENT, state, NOW + timedelta(minutes=minutes))


def take(
    database: Database,
    state: str = "state-1",
    viewer_id: str = "ada",
    session_key: str = "session-key",
    minutes: float = 0,
) -> Consent:
    """Somebody returns from Paycor with this state; Ada in her browser, unless it says otherwise."""
    with database.writing() as session:
        return consents.take(session, state, viewer_id, session_key, NOW + timedelta(minutes=minutes))


@pytest.mark.req("A45")
def test_a_state_works_once(database: Database) -> None:
    """The transaction that reads the consent deletes it."""
    begin(database)

    first = take(database)

    assert (first.portal_id, VAULT.decrypt(first.verifier)) == ("a", "verifier")
    with pytest.raises(ConsentError, match="used already"):
        take(database)


def test_starting_a_consent_deletes_those_that_ran_out(database: Database) -> None:
    """One that is still in time stays."""
    begin(database, "old")
    begin(database, "recent", minutes=5)
    begin(database, "new", minutes=12)

    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Consent)) == 2
    assert take(database, "recent").viewer_id == "ada"
    with pytest.raises(ConsentError, match="not started here"):
        take(database, "old")


@pytest.mark.parametrize(
    ("viewer_id", "session_key", "minutes", "sentence"),
    [
        pytest.param("bob", "session-key", 0, "another admin", id="another admin"),
        pytest.param("ada", "other", 0, "another browser session", id="another browser"),
        pytest.param("ada", "session-key", 10, "more than 10 minutes ago", id="too late"),
    ],
)
def test_a_consent_of_another_admin_browser_or_hour_is_rejected(
    database: Database, viewer_id: str, session_key: str, minutes: int, sentence: str
) -> None:
    """The error says which of them it was, and what to press; the consent of its own admin is not spoiled by it."""
    begin(database)

    with pytest.raises(ConsentError, match=f"{sentence}.*Press \\+ Connect again"):
        take(database, viewer_id=viewer_id, session_key=session_key, minutes=minutes)

    assert take(database).viewer_id == "ada"


def test_a_consent_of_the_same_admin_in_time_is_accepted(database: Database) -> None:
    """One second before it runs out."""
    begin(database)

    assert take(database, minutes=10 - 1 / 60).viewer_id == "ada"


def test_printing_a_consent_shows_no_secret() -> None:
    """A traceback reveals neither the session's key nor the verifier."""
    assert "session-key" not in repr(CONSENT)
    assert "verifier" not in repr(CONSENT)
