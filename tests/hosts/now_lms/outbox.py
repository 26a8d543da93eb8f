"""A mail server on this machine that stores the mails."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Outbox:
    """The mails, in order."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store a mail."""
        self.messages.append(BytesParser(policy=default).parsebytes(cast(bytes, envelope.content)))
        return "250 OK"

    def text(self, address: str) -> str:
        """The text of the one mail to this address."""
        [message] = [one for one in self.messages if one["To"] == address]
        return str(message.get_content())


@contextmanager
def opened() -> Iterator[tuple[Outbox, int]]:
    """The outbox, and the port of its server."""
    outbox, port = Outbox(), free_port()
    server = Controller(outbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield outbox, port
    finally:
        server.stop()


def free_port() -> int:
    """A free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
