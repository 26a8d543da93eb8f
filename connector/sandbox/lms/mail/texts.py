"""The texts of the LMS's mails. Pure: recipient and links in, subject and text out."""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.sandbox.lms.db.tables import PasswordMailKind

LINK_HOURS = 72


@dataclass(frozen=True, slots=True)
class MailContent:
    """The subject and text of a mail."""

    subject: str
    text: str


_OPENING = {
    PasswordMailKind.WELCOME: (
        "Welcome to {portal}",
        "your account at {portal} is ready. Choose a password and you are in:",
    ),
    PasswordMailKind.INVITATION: (
        "You are invited to {portal}",
        "you are invited to learn at {portal}. Accept the invitation and choose a password here:",
    ),
    PasswordMailKind.PASSWORD: (
        "Choose a new password for {portal}",
        "somebody, we hope you, asked for a new password at {portal}. Choose it here:",
    ),
}


def password_mail(
    kind: PasswordMailKind, name: str, portal: str, link: str, courses: Sequence[tuple[str, str]] = ()
) -> MailContent:
    """A mail with a link to choose a password, and (title, link) of the recipient's courses."""
    subject, opening = _OPENING[kind]
    parts = [
        f"Hello {name},",
        opening.format(portal=portal),
        f"    {link}",
        f"The link is yours alone. It works once, for {LINK_HOURS} hours.",
    ]
    if courses:
        listed = "\n".join(f"  * {title}\n    {url}" for title, url in courses)
        parts.append(f"These courses wait for you:\n\n{listed}")
    return MailContent(_line(subject.format(portal=portal)), "\n\n".join([*parts, portal]) + "\n")


def course_mail(name: str, portal: str, title: str, link: str) -> MailContent:
    """A mail about a new enrolment in a course."""
    text = f"Hello {name},\n\na new course waits for you:\n\n  * {title}\n    {link}\n\n{portal}\n"
    return MailContent(_line(f"New course: {title}"), text)


def _line(text: str) -> str:
    """A subject: one line, of a length that every mail server takes."""
    return " ".join(text.split())[:200]
