"""What every command shares: the services of the app, the portal that is meant, and how an error is told."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from connector.errors import ConnectorError
from connector.services import Services
from connector.services.settings.invalid import InvalidSettings

Command = TypeVar("Command", bound=Callable[..., Any])

#: What a command ends with when a plan is held: neither done nor failed, somebody has to look.
HELD = 3


def services() -> Services:
    """The connector of the app that the command was loaded for."""
    found = current_app.extensions.get("connector")
    if not isinstance(found, Services):
        raise click.ClickException(
            "The connector is not installed in this app: call Connector().init_app(app, …)."
        )
    return found


def one_portal(portal_id: str | None) -> str:
    """The portal that is meant: the one named, or the only one there is. Raises SchemaBehind before the upgrade."""
    here = services()
    here.views.check_schema()
    if portal_id is not None:
        if here.lms.portal(portal_id) is None:
            raise click.ClickException(
                f"There is no portal {portal_id}, or the integration is switched off in it."
            )
        return portal_id
    known = [portal.portal_id for portal in here.lms.portals()]
    if len(known) == 1:
        return known[0]
    listed = ", ".join(known) or "none"
    raise click.ClickException(
        f"Say which portal with --portal. The integration is switched on in: {listed}."
    )


def connector_command(command: Command) -> Command:
    """Run a command within the app, and tell what stops either as a plain line."""
    return plain_errors(with_appcontext(command))


def plain_errors(command: Command) -> Command:
    """Tell what stops a command, which may do without an app, as a plain line."""

    @wraps(command)
    def plain(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ConnectorError as error:
            raise click.ClickException(f"{_sentence(error)} [{error.code}]") from error
        except OperationalError as error:
            raise click.ClickException(
                f"The database cannot be used ({type(error.orig).__name__}): see that it runs, that the LMS's own "
                "tables are there, and that SQLALCHEMY_DATABASE_URI is right."
            ) from error

    return plain  # type: ignore[return-value]


def _sentence(error: ConnectorError) -> str:
    """What the error says; of settings that are wrong, with what is wrong about each."""
    if not isinstance(error, InvalidSettings):
        return error.message
    return " ".join([error.message, *(f"{name}: {said}" for name, said in error.errors.items())])


portal_option = click.option("--portal", "portal_id", help="The portal's id; needed when there are several.")
