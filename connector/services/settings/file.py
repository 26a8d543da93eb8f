"""The settings of a portal as a file: out to keep or compare, in to the same portal or another (rule X30)."""

from typing import Any

import msgspec

from connector.errors import Refused
from connector.services.settings.choices import Choices, values_in, with_values


def to_file(choices: Choices) -> str:
    """The choices as JSON, one value a line, in a fixed order."""
    return msgspec.json.format(msgspec.json.encode(choices), indent=2).decode()


def from_file(text: str, saved: Choices) -> Choices:
    """The choices after a file is saved; what the file leaves out stays.

    Raises Refused when it is no JSON, or has a setting or a value that this release does not know.
    """
    try:
        return with_values(saved, values_in(msgspec.json.decode(text, type=dict[str, Any])))
    except msgspec.MsgspecError as error:
        raise Refused(f"The file has no settings that can be read: {error}. Nothing was saved.") from error
    except KeyError as error:
        raise Refused(f"Unknown settings in the file: {error.args[0]}. Nothing was saved.") from error
