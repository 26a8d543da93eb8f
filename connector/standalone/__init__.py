"""The connector as a stand-alone service for a remote LMS: its own app, its own admins, one portal.

In: the CONNECTOR_* settings; out: a Flask app. The pages, jobs and commands are those of the plugin.
"""

from connector.standalone.app import create_app

__all__ = ["create_app"]
