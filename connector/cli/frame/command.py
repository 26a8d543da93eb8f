"""What every command shares: the services of the app, the portal, and how an error is shown."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext

from connector.errors import ConnectorError
from connector.services import Services
from connector.services.invalid_settings import InvalidSettings
from connector.store.db.sessions import DatabaseUnusable

Command = TypeVar("Command", bound=Callable[..., Any])

#: The exit code when a plan is held: neither done nor failed, an admin has to look at it.
HELD = 3


def current_services() -> Services:
    """The connector of the app that the command was loaded for."""
    services = current_app.extensions.get("connector")
    if not isinstance(services, Services):
        raise click.ClickException(
            "The connector is not installed in this app: call Connector().init_app(app, …)."
        )
    return services


def require_portal(portal_id: str | None) -> str:
    """The id of the portal: `portal_id`, or the only one there is.

    Raises ClickException when there is no such portal, or when there are several and none is named; SchemaBehind
    before the upgrade.
    """
    services = current_services()
    services.views.check_schema()
    if portal_id is not None:
        if services.lms.portal(portal_id) is None:
            raise click.ClickException(
                f"There is no portal {portal_id}, or the integration is switched off in it."
            )
        return portal_id
    portal_ids = [portal.portal_id for portal in services.lms.portals()]
    if len(portal_ids) == 1:
        return portal_ids[0]
    listed = ", ".join(portal_ids) or "none"
    raise click.ClickException(f"Name the portal with --portal. The integration is switched on in: {listed}.")


def connector_command(command: Command) -> Command:
    """Run a command within the app; an error of either is shown as one plain line."""
    return plain_errors(with_appcontext(command))


def plain_errors(command: Command) -> Command:
    """Show an error of a command as one plain line, without a traceback; the command may need no app."""

    @wraps(command)
    def plain(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ConnectorError as error:
            raise click.ClickException(f"{_sentence(error)} [{error.code}]") from error
        except DatabaseUnusable as error:
            raise click.ClickException(
                f"The database cannot be used ({type(error.orig).__name__}). Check that it is running, that the LMS's "
                "own tables exist, and that SQLALCHEMY_DATABASE_URI is right."
            ) from error

    return plain  # type: ignore[return-value]


def _sentence(error: ConnectorError) -> str:
    """The message of an error; for invalid settings also the sentence about each field."""
    if not isinstance(error, InvalidSettings):
        return error.message
    return " ".join([error.message, *(f"{name}: {reason}" for name, reason in error.errors.items())])


portal_option = click.option(
    "--portal", "portal_id", help="The id of the portal; required when there are several."
)
