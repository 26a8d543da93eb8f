"""What every command shares: the services of the app, the portal that is meant, and how an error is told."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext

from connector.errors import ConnectorError
from connector.services import Services

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
    """The portal that is meant: the one named, or the only one there is."""
    if portal_id is not None:
        if services().lms.portal(portal_id) is None:
            raise click.ClickException(
                f"There is no portal {portal_id}, or the integration is switched off in it."
            )
        return portal_id
    known = [portal.portal_id for portal in services().lms.portals()]
    if len(known) == 1:
        return known[0]
    listed = ", ".join(known) or "none"
    raise click.ClickException(
        f"Say which portal with --portal. The integration is switched on in: {listed}."
    )


def told(command: Command) -> Command:
    """Run a command within the app, and tell what the connector refuses or cannot do as a plain message."""

    @wraps(command)
    def plain(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ConnectorError as error:
            raise click.ClickException(f"{error.message} [{error.code}]") from error

    return with_appcontext(plain)  # type: ignore[return-value]


portal_option = click.option("--portal", "portal_id", help="The portal's id; needed when there are several.")
