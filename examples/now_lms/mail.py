"""Mail with NOW-LMS's own settings and its own link to set a password."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import jwt
from flask import current_app, url_for
from flask_mail import Message
from now_lms.db import MailConfig, Usuario, database
from now_lms.mail import _load_mail_config_from_env, send_mail
from sqlalchemy import select

from connector.host import Mail, RowRefused

#: Longer than the hour of NOW-LMS's own links, whose readers have just asked for one (rule A13).
LINK_LIFE = timedelta(hours=72)

SUBJECTS = {Mail.WELCOME: "Welcome to {site}", Mail.INVITATION: "You are invited to {site}"}
TEXT = """Hello {name},

an account was created for you at {site}. Choose a password here within 72 hours:

{link}

After that, sign in with this address: {address}
"""

log = logging.getLogger(__name__)


def can_mail() -> bool:
    """Whether mail can go out now."""
    return _settings() is not None


def send_welcome(user: Usuario, mail: Mail, site: str) -> None:
    """Mail a user a link to choose a password. Raises RowRefused, or the OSError of the mail server."""
    settings, address = _settings(), user.correo_electronico
    if settings is None:
        raise RowRefused("mail.not_configured")
    text = TEXT.format(name=user.nombre, site=site, link=password_link(address), address=address)
    _send(settings, address, SUBJECTS[mail].format(site=site), text)


def mail_all(addresses: Sequence[str], subject: str, text: str) -> None:
    """Mail several addresses, one by one; a mail that cannot be sent is logged, without its address."""
    settings = _settings()
    if settings is None:
        log.warning("NOW-LMS has no mail server, so its admins were not mailed: %s", subject)
        return
    for address in addresses:
        try:
            _send(settings, address, subject, text)
        except OSError as failure:
            log.warning("An admin was not mailed (%s): %s", type(failure).__name__, subject)


def password_link(address: str) -> str:
    """A link as NOW-LMS makes it, to set a password for the account with this address."""
    public_url = current_app.extensions["connector"].config.public_url
    if not public_url:
        raise RowRefused("mail.no_public_url")
    claims = {"exp": datetime.now(UTC) + LINK_LIFE, "reset_email": address, "action": "password_reset"}
    token = jwt.encode(claims, current_app.config["SECRET_KEY"], algorithm="HS512")
    with current_app.test_request_context(base_url=public_url):
        return url_for("user.reset_password", token=token, _external=True)


def _send(settings: MailConfig, address: str, subject: str, text: str) -> None:
    """Send a mail and wait until it is handed over: in the background, NOW-LMS loses a failed mail silently."""
    sender = (settings.MAIL_DEFAULT_SENDER_NAME or "NOW LMS", settings.MAIL_DEFAULT_SENDER)
    send_mail(Message(subject, recipients=[address], body=text, sender=sender), background=False)


def _settings() -> MailConfig | None:
    """NOW-LMS's mail settings, if an admin has verified them or the environment has a mail server; else None."""
    settings = database.session.execute(select(MailConfig)).scalars().first()
    if settings is None:
        return None
    is_usable = settings.email_verificado or _load_mail_config_from_env().mail_configured
    return settings if is_usable else None
