"""One of many: whatever goes wrong with one portal, connection or run, the others are served (rule D22).

The text of an unexpected error may name a person, so the log gets its type and where it was raised.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import extract_tb

from connector.errors import ConnectorError

log = logging.getLogger(__name__)


@contextmanager
def one_of_many(subject: str) -> Iterator[None]:
    """Log every error that the block raises, and go on behind it."""
    try:
        yield
    except ConnectorError as error:
        log.warning("%s ended with %s.", subject, error.code)
    except Exception as error:
        log.error(
            "%s ended with an unexpected %s, raised at %s.", subject, type(error).__name__, _frames(error)
        )


def _frames(error: Exception) -> str:
    frames = extract_tb(error.__traceback__)
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
