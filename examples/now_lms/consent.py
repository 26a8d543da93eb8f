"""The exception for Paycor's sign-in in NOW-LMS's Content-Security-Policy, which allows forms only to NOW-LMS itself.

"Continue to Paycor" is a form that is answered with a redirect, and browsers apply the policy to the redirect too.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from connector.paycor.environments import ENVIRONMENTS, resolve_environment

HEADER = "Content-Security-Policy"
SELF = "form-action 'self'"


def allow_consent(app: Flask) -> None:
    """Allow the forms of one page to lead to Paycor.

    The first function in Flask's list is called last, when NOW-LMS has set its header.
    """
    authorize_url = app.extensions["connector"].config.paycor_authorize_url
    urls = [urlsplit(resolve_environment(name, None, authorize_url).authorize_url) for name in ENVIRONMENTS]
    allowed = " ".join([SELF, *sorted({f"{url.scheme}://{url.netloc}" for url in urls})])

    def widen(response: Response) -> Response:
        if request.endpoint == "connector.connect" and HEADER in response.headers:
            response.headers[HEADER] = response.headers[HEADER].replace(SELF, allowed)
        return response

    app.after_request_funcs.setdefault(None, []).insert(0, widen)
