"""The error for input that is wrong field by field."""

from collections.abc import Mapping

from connector.errors import Refused


class InvalidSettings(Refused):
    """Nothing was saved. `errors` has a sentence for each field name, or for each row number (from 0)."""

    def __init__(self, message: str, errors: Mapping[str | int, str]) -> None:
        super().__init__(message)
        self.errors = dict(errors)
