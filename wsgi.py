"""The built-in LMS with the connector installed: `flask --app wsgi run`, or any WSGI server."""

from connector.sandbox.lms import create_app

app = create_app()
