"""Keeps secrets out of what the libraries below us log at DEBUG. Nothing goes in or out: it changes two loggers."""

import logging
import re

#: Paycor wants the subscription key in the query of the token call.
_KEY_IN_QUERY = re.compile(r"(subscription-key=)[^&\s\"']*")


def redact_logs() -> None:
    """Make the two libraries that write secrets into their debug logs stop it; may be called any number of times."""
    logging.getLogger("requests_oauthlib.oauth2_session").addFilter(without_debug)
    logging.getLogger("urllib3.connectionpool").addFilter(without_key)


def without_debug(record: logging.LogRecord) -> bool:
    """Drop what requests-oauthlib says at DEBUG: whole bodies with client secrets and tokens."""
    return record.levelno > logging.DEBUG


def without_key(record: logging.LogRecord) -> bool:
    """Blank the subscription key in the URLs that urllib3 logs; no record is dropped."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            _KEY_IN_QUERY.sub(r"\1...", value) if isinstance(value, str) else value for value in record.args
        )
    return True
