"""A Flask LMS in the same process: mail, edits, and the LMS's own side."""

import smtplib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import Host, Invitation, NewAccount, OutcomeStatus
from connector.core.ports.lms import Lms, Portal, Viewer
from connector.errors import HostContractError
from connector.hosts import Columns, InProcessLms, RowRefused
from connector.hosts.inprocess import PAGE_SIZE

ADA = NewAccount("p1", "ada@example.test", "Ada", "Lovelace", AccountState.ACTIVE)
BOB = NewAccount("p2", "bob@example.test", "Bob", "Noyce", AccountState.ACTIVE)
S = OutcomeStatus


@pytest.fixture
def people(minimal: Any) -> dict[str, int]:
    """An admin and a learner, by role."""
    users = {
        role: minimal.User(first_name=role, last_name="X", email=f"{role}@example.test", role=role)
        for role in ("admin", "learner")
    }
    minimal.db.session.add_all(users.values())
    minimal.db.session.commit()
    return {role: user.id for role, user in users.items()}


def test_it_is_both_an_lms_and_a_host(lms: Any) -> None:
    """mypy checks the class against both protocols here."""
    whole: InProcessLms[Any] = lms
    portal: Lms = whole
    host: Host = whole

    assert portal.host("main") is host


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        pytest.param(ConnectionRefusedError(), S.RETRY, "mail.unreachable", id="no server"),
        pytest.param(smtplib.SMTPRecipientsRefused({}), S.REJECTED, "mail.refused", id="refused"),
        pytest.param(smtplib.SMTPServerDisconnected(), S.UNKNOWN, "mail.unknown", id="hung up"),
        pytest.param(TimeoutError(), S.UNKNOWN, "mail.unknown", id="no answer"),
        pytest.param(
            AttributeError("Ada has no locale"), S.UNKNOWN, "mail.unknown", id="a fault of the hook"
        ),
        pytest.param(RowRefused("mail.opted_out"), S.REJECTED, "mail.opted_out", id="the hook's own no"),
    ],
)
def test_the_outcome_of_a_failed_mail_depends_on_the_failure(
    lms: Any, error: Exception, status: OutcomeStatus, code: str
) -> None:
    """Only what was certainly not handed over may be sent again; the next mail is sent anyway."""
    ids = [outcome.account_id for outcome in lms.create([ADA, BOB])]
    send = lms.send

    def failing(session: Session, user: Any, mail: Mail) -> None:
        if str(user.id) == ids[0]:
            raise error
        send(session, user, mail)

    lms.send = failing
    outcomes = lms.invite([Invitation(account_id, Mail.WELCOME) for account_id in ids])

    assert [(one.status, one.code) for one in outcomes] == [(status, code), (S.SENT, "")]


def test_a_host_without_a_column_for_edits_says_so(lms: Any, minimal: Any) -> None:
    """The capability is off, and a call says what is missing."""
    lms.columns = Columns(minimal.User.id, minimal.User.external_id, minimal.User.email)

    assert not lms.capabilities().changed_since
    with pytest.raises(HostContractError, match="changed_at"):
        next(lms.changed_since(datetime(2026, 3, 2, tzinfo=UTC)))


def test_edits_are_reported_page_by_page_and_each_once(lms: Any) -> None:
    """No session is open between two pages, so the caller can write meanwhile."""
    count = PAGE_SIZE + 1
    rows = [replace(ADA, external_id=f"p{n}", email=f"e{n}@example.test") for n in range(count)]
    ids = [outcome.account_id for outcome in lms.create(rows)]
    reported = []
    for edited in lms.changed_since(datetime(2026, 3, 2, tzinfo=UTC)):
        reported.append(edited.account_id)
        if len(reported) == 1:
            lms.create([BOB])

    assert sorted(reported[:count], key=int) == ids
    assert len(set(reported)) == len(reported)


@pytest.mark.req("A40")
@pytest.mark.parametrize(
    ("role", "full"),
    [pytest.param("admin", {"main"}, id="admin"), pytest.param("learner", set(), id="learner")],
)
def test_only_an_admin_has_full_permissions(
    lms: Any, minimal: Any, people: dict[str, int], role: str, full: set[str]
) -> None:
    """Every user belongs to the one portal."""
    lms.current_user = lambda: minimal.db.session.get(minimal.User, people[role])

    assert lms.viewer() == Viewer(str(people[role]), f"{role} X", frozenset({"main"}), frozenset(full))


def test_without_a_signed_in_user_there_is_no_viewer(lms: Any) -> None:
    """`viewer` gives None."""
    lms.current_user = lambda: None

    assert lms.viewer() is None


@pytest.mark.req("A43")
def test_a_portal_exists_while_the_operator_enables_it(lms: Any) -> None:
    """Switched off, it cannot be found."""
    there = [lms.portal("main"), lms.portal("other"), list(lms.portals())]
    lms.enabled = False

    assert there == [Portal("main", "Small LMS"), None, [Portal("main", "Small LMS")]]
    assert [lms.portal("main"), list(lms.portals())] == [None, []]
