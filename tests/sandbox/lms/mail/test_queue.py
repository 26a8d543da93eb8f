import socket
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from connector.core.model.account import Mail
from connector.core.ports.host import Invitation, OutcomeStatus
from connector.sandbox.lms.config import settings
from connector.sandbox.lms.db.tables import MailState, OutboxMail, db
from connector.sandbox.lms.mail import queue
from tests.sandbox.lms.conftest import NORTHFIELD_ID, MakeApp, host_of
from tests.sandbox.lms.rows import add, mails, new, send_mail
from tests.sandbox.lms.visitor import NORTHFIELD, Visitor, admin, links


class Mailbox:
    """The mails that an SMTP server got; it refuses recipients called `refused`."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.sessions: set[int] = set()

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a queue."""
        self.sessions.add(id(session))
        message = BytesParser(policy=default).parsebytes(cast(bytes, envelope.content))
        self.messages.append(message)
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A real SMTP server on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def states(app: Flask) -> list[MailState]:
    """Where each queue is."""
    return [found.state for found in mails(app)]


def test_without_a_server_mail_stays_in_the_outbox_with_a_working_link(app: Flask) -> None:
    """Recipient, subject, text; the link in it opens the form."""
    host = host_of(app, NORTHFIELD_ID)
    send_mail(host, add(host, new("ada")), Mail.WELCOME)
    visitor = admin(app)

    listed = visitor.read(f"{NORTHFIELD}/settings/outbox")
    page = visitor.read(f"{NORTHFIELD}/settings/outbox/1")

    assert ("ada@northfield.example" in listed, "Welcome to Northfield Academy" in listed) == (True, True)
    assert Visitor(app).get(links(page)[0]).status_code == 200
    assert states(app) == [MailState.QUEUED]


def test_mail_leaves_by_smtp_over_one_connection_and_its_text_is_not_kept(
    make_app: MakeApp, mailbox: tuple[Mailbox, int]
) -> None:
    """After the batch is committed the mails are sent, as they were written."""
    box, port = mailbox
    app = make_app(LMS_SMTP_URL=f"smtp://127.0.0.1:{port}", LMS_BASE_URL="https://learn.example/")
    host = host_of(app, NORTHFIELD_ID)
    people = [add(host, new(name)) for name in ("ada", "bea", "cleo")]

    host.invite([Invitation(user_id, Mail.WELCOME) for user_id in people])

    assert [message["To"] for message in box.messages] == [
        f"{name}@northfield.example" for name in ("ada", "bea", "cleo")
    ]
    text = box.messages[0].get_content()
    assert "https://learn.example/invitation/" in text
    assert Visitor(app).get(links(text)[0]).status_code == 200
    assert len(box.sessions) == 1
    assert states(app) == [MailState.SENT] * 3
    assert {found.text for found in mails(app)} == {""}
    assert "not kept" in admin(app).read(f"{NORTHFIELD}/settings/outbox/1")


def test_a_refused_recipient_does_not_hold_up_the_others(
    make_app: MakeApp, mailbox: tuple[Mailbox, int]
) -> None:
    """One has failed, with a reason that names no one; the rest is sent."""
    box, port = mailbox
    app = make_app(LMS_SMTP_URL=f"smtp://127.0.0.1:{port}")
    host = host_of(app, NORTHFIELD_ID)
    people = [add(host, new(name)) for name in ("ada", "refused", "bea")]

    outcomes = host.invite([Invitation(user_id, Mail.WELCOME) for user_id in people])

    assert {outcome.status for outcome in outcomes} == {OutcomeStatus.SENT}
    assert states(app) == [MailState.SENT, MailState.FAILED, MailState.SENT]
    assert mails(app)[1].error == "SMTPRecipientsRefused"
    assert len(box.messages) == 2


def test_a_server_that_is_away_leaves_mail_queued_for_the_next_time(
    make_app: MakeApp, mailbox: tuple[Mailbox, int]
) -> None:
    """Nothing is lost and nothing fails; once the server is back, one press sends what waits."""
    box, port = mailbox
    away = make_app(LMS_SMTP_URL="smtp://127.0.0.1:1")
    host = host_of(away, NORTHFIELD_ID)
    send_mail(host, add(host, new("ada")), Mail.WELCOME)
    assert states(away) == [MailState.QUEUED]

    back = make_app(LMS_SMTP_URL=f"smtp://127.0.0.1:{port}")
    admin(back).post(f"{NORTHFIELD}/settings/outbox")

    assert states(back) == [MailState.SENT]
    assert len(box.messages) == 1


def test_a_mail_whose_sending_was_cut_off_is_not_sent_again(
    make_app: MakeApp, mailbox: tuple[Mailbox, int]
) -> None:
    """Whether it left is unknown: it stays as it is, and others are sent."""
    box, port = mailbox
    app = make_app(LMS_SMTP_URL=f"smtp://127.0.0.1:{port}")
    with app.app_context():
        for state in (MailState.SENDING, MailState.QUEUED):
            db.session.add(
                OutboxMail(
                    portal_id=1,
                    recipient="ada@northfield.example",
                    subject=state.value,
                    text="Hello",
                    state=state,
                    claim="another sender" if state is MailState.SENDING else None,
                    created_at=settings(app).clock(),
                )
            )
        db.session.commit()

        assert queue.drain(db.engine, settings(app)) == 1

    assert [message["Subject"] for message in box.messages] == ["queued"]
    assert states(app) == [MailState.SENDING, MailState.SENT]


def test_a_subject_cannot_smuggle_in_a_header(make_app: MakeApp, mailbox: tuple[Mailbox, int]) -> None:
    """A portal's name with a line break stays one line."""
    box, port = mailbox
    app = make_app(LMS_SMTP_URL=f"smtp://127.0.0.1:{port}")
    admin(app).post(f"{NORTHFIELD}/settings/portal", {"name": "A\r\nBcc: spy@x.example", "time_zone": "UTC"})
    host = host_of(app, NORTHFIELD_ID)

    send_mail(host, add(host, new("ada")), Mail.WELCOME)

    assert box.messages[0]["Subject"] == "Welcome to A Bcc: spy@x.example"
    assert box.messages[0]["Bcc"] is None
