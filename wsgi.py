"""`flask --app wsgi run`, or any WSGI server: the stand-alone connector for the LMS that CONNECTOR_HOST names.

Without CONNECTOR_HOST it is the built-in LMS with the connector installed.
"""

import os

from connector import standalone
from connector.sandbox import lms

app = standalone.create_app() if os.environ.get("CONNECTOR_HOST") else lms.create_app()
