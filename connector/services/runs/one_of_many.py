"""One of many: whatever goes wrong with one portal, connection or run, the others are served (rule D22).

The text of an unexpected error may name a person, so the log gets its type and where it was raised.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from connector.errors import ConnectorError, without_text

log = logging.getLogger(__name__)


@contextmanager
def one_of_many(subject: str) -> Iterator[None]:
    """Log every error that the block raises, and go on behind it."""
    try:
        yield
    except ConnectorError as error:
        log.warning("%s ended with %s.", subject, error.code)
    except Exception as error:
        log.error("%s ended with an unexpected %s.", subject, without_text(error))
