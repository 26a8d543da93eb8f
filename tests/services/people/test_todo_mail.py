"""The to-do list by mail: after a sync, to the portal's admins, only when it has changed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connector.core.model.settings import Policy
from connector.words.findings import FINDING_TEXTS
from connector.words.todo import SUBJECT
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, hire


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> Iterator[ConnectedPortal]:
    """A connected portal with one person who has no work email."""
    made = ConnectedPortal(tmp_path, clock)
    made.employs(hire(1), hire(2, email=None))
    yield made
    made.database.engine.dispose()


@pytest.mark.req("X10")
def test_the_list_is_mailed_when_it_changes_and_closes_itself(portal: ConnectedPortal, clock: Clock) -> None:
    """One mail for what is new, none for what stays, one for what was fixed; with numbers, without a name."""
    letters = []
    for company in ([hire(1), hire(2, email=None)], [hire(1), hire(2, email=None)], [hire(1), hire(2)]):
        portal.employs(*company)
        portal.sync(trigger="daily")
        clock.advance(timedelta(days=1))
        letters.append(len(portal.lms.letters))
    (to, subject, first), (_, _, last) = portal.lms.letters

    assert letters == [1, 1, 2]
    assert (to, subject) == ("a", SUBJECT)
    assert "1 new" in first
    assert "First2" not in first
    assert last.startswith("Nothing is left for HR to fix in Paycor: 0 new, 1 closed")


@pytest.mark.req("X10", "D23")
def test_a_work_email_that_is_no_address_is_in_the_mail(portal: ConnectedPortal) -> None:
    """With what it is about; the text itself is on the page alone, where it is protected."""
    portal.employs(hire(1), hire(2, email=None, bad_email="First2 <two@example.com>"))
    portal.sync(trigger="daily")

    ((_, subject, text),) = portal.lms.letters
    assert subject == SUBJECT
    assert f"{FINDING_TEXTS['bad_work_email'].label}: 1." in text
    assert "First2" not in text
    assert "two@" not in text


@pytest.mark.req("X10")
def test_a_preview_sends_no_mail(portal: ConnectedPortal) -> None:
    """Nor is there a mail after an admin has switched it off."""
    portal.sync(mode="preview")
    portal.chooses(Policy(todo_mail=False))
    portal.sync()

    assert portal.lms.letters == []


class Silent(OSError):
    """The mail server does not answer."""


@pytest.mark.req("X10")
def test_a_mail_server_that_is_down_stops_no_sync(
    portal: ConnectedPortal, caplog: pytest.LogCaptureFixture
) -> None:
    """The sync is done all the same, and the log has the kind of the error."""

    def refuse(portal_id: str, subject: str, text: str) -> None:
        raise Silent

    portal.lms.mail_admins = refuse  # type: ignore[method-assign]

    assert portal.sync().status == "done"
    assert "could not be mailed: Silent" in caplog.text
