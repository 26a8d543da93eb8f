"""Serve Canaille on loopback, with its database in a temporary folder: `python canaille_lms.py PORT TOKEN`."""

import logging
import sys
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from serving import serve

PORT, TOKEN = int(sys.argv[1]), sys.argv[2]


def main(folder: str) -> None:
    """Serve, with one client for the token."""
    app = create_app(
        {
            "SECRET_KEY": "of a test",
            "SERVER_NAME": f"127.0.0.1:{PORT}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "sql"},
            "CANAILLE_SQL": {"DATABASE_URI": f"sqlite:///{folder}/canaille.sqlite"},
        }
    )
    logging.disable(logging.WARNING)

    def reset() -> None:
        with app.app_context():
            for model in (models.User, models.Group):
                for one in Backend.instance.query(model):
                    Backend.instance.delete(one)

    with app.app_context():
        client = models.Client(
            client_id="connector", client_name="connector", grant_types=["client_credentials"]
        )
        Backend.instance.save(client)
        token = models.Token(
            access_token=TOKEN,
            client=client,
            subject=None,
            scope=[],
            audience=[client],
            issue_date=datetime.now(UTC),
            lifetime=86_400,
        )
        Backend.instance.save(token)
    serve(app, PORT, reset)


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        main(temporary)
