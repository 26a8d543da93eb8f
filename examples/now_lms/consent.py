"""The way to Paycor's sign-in, past NOW-LMS's Content-Security-Policy: it lets forms lead to NOW-LMS itself alone.

"Continue to Paycor" is a form that is answered with a redirect, and browsers hold redirects to that rule as well.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from connector.paycor.environments import ENVIRONMENTS, environment

HEADER = "Content-Security-Policy"
ITSELF = "form-action 'self'"


def let_consent_through(app: Flask) -> None:
    """Let the forms of one page lead to Paycor. First in the list is last in turn: after NOW-LMS has set its header."""
    given = app.extensions["connector"].config.paycor_authorize_url
    places = [urlsplit(environment(name, None, given).authorize_url) for name in ENVIRONMENTS]
    allowed = " ".join([ITSELF, *sorted({f"{place.scheme}://{place.netloc}" for place in places})])

    def widen(response: Response) -> Response:
        if request.endpoint == "connector.connect" and HEADER in response.headers:
            response.headers[HEADER] = response.headers[HEADER].replace(ITSELF, allowed)
        return response

    app.after_request_funcs.setdefault(None, []).insert(0, widen)
