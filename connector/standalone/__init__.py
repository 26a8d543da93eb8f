"""The connector beside a remote LMS, with no LMS around it: its own app, its own admins, one portal.

In: the CONNECTOR_* settings; out: a Flask app. The pages, the jobs and the commands are those of the plugin.
"""

from connector.standalone.app import create_app

__all__ = ["create_app"]
