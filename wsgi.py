"""`flask --app wsgi run`, or any WSGI server: the stand-alone connector for the LMS that CONNECTOR_HOST names.

In development without CONNECTOR_HOST it is the built-in LMS with the connector installed.
"""

import os

from flask import Flask

from connector import standalone
from connector.errors import ConfigurationError
from connector.sandbox import lms


def _app() -> Flask:
    if os.environ.get("CONNECTOR_HOST"):
        return standalone.create_app()
    if os.environ.get("CONNECTOR_ENV") != "development":
        raise ConfigurationError(
            "CONNECTOR_HOST is not set. Set it to the kind of LMS; or set CONNECTOR_ENV=development for the built-in "
            "LMS, which is for trying things out and not for real people."
        )
    return lms.create_app()


app = _app()
