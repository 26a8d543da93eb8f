"""The protection against forged requests that the LMS may have for all its forms."""

from typing import Any

from flask import Blueprint, current_app


def skip_csrf_of_the_lms(blueprint: Blueprint) -> None:
    """Exempt a blueprint that has a check of its own, if the LMS has Flask-WTF's check.

    The LMS may have chosen another name for the token, which its check would look for in our forms. A preprocessor
    runs before that check, in whatever order the two are installed.
    """

    def skip(endpoint: str | None, values: dict[str, Any] | None) -> None:
        csrf = current_app.extensions.get("csrf")
        if csrf is not None:
            csrf.exempt(blueprint)

    blueprint.url_value_preprocessor(skip)
