"""Keeps secrets out of the DEBUG logs of requests-oauthlib and urllib3, by a filter on the logger of each."""

import logging
import re

#: Paycor requires the subscription key in the query of the token call.
_KEY_IN_QUERY = re.compile(r"(subscription-key=)[^&\s\"']*")


def redact_logs() -> None:
    """Add the two filters. A second call changes nothing."""
    logging.getLogger("requests_oauthlib.oauth2_session").addFilter(without_debug)
    logging.getLogger("urllib3.connectionpool").addFilter(without_key)


def without_debug(record: logging.LogRecord) -> bool:
    """Drop DEBUG records: requests-oauthlib logs whole bodies with client secrets and tokens."""
    return record.levelno > logging.DEBUG


def without_key(record: logging.LogRecord) -> bool:
    """Blank the subscription key in the URLs that urllib3 logs. Keeps every record."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            _KEY_IN_QUERY.sub(r"\1...", value) if isinstance(value, str) else value for value in record.args
        )
    return True
