"""Reading the files that an operator hands to a command."""

import json
from typing import IO

import click


def json_text(file: IO[bytes]) -> str:
    """The text of a JSON file in UTF-8, UTF-16 or UTF-32, as editors save it, with a byte order mark or without.

    Raises ClickException when it is in no such encoding.
    """
    content = file.read()
    try:
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} is not in UTF-8. Save it in that encoding.") from error
