"""HR's to-do list: what is open, what is new, and what the last mail said."""

from datetime import timedelta

from connector.store.db.sessions import Database
from connector.store.people import todo
from tests.services.stored import NOW, add, finding

CODES = ("no_work_email", "no_name")


def test_before_the_first_mail_nothing_was_open(database: Database) -> None:
    """What a mail has said is kept for the next one."""
    with database.writing() as session:
        first = todo.last_mail(session, 1)
        before = (first.open, first.mailed_at)
        first.open, first.mailed_at = 3, NOW

    with database.writing() as session:
        after = todo.last_mail(session, 1)
        assert (before, (after.open, after.mailed_at)) == ((0, None), (3, NOW))


def test_only_the_given_codes_of_the_connection_count(database: Database) -> None:
    """New are those that began after the last mail; before the first one, all are."""
    rows = [finding(1, "no_name"), finding(2, "no_name"), finding(3, "no_work_email")]
    rows[1].since = NOW + timedelta(seconds=1)
    add(database, *rows, finding(4, "refused"), finding(5, "no_name", connection_id=2))

    with database.reading() as session:
        assert todo.count_open(session, 1, CODES) == {"no_name": 2, "no_work_email": 1}
        assert todo.count_since(session, 1, CODES, NOW) == 1
        assert todo.count_since(session, 1, CODES, None) == 3
