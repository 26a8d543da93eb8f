"""Connect with the secrets of a Paycor application, and disconnect, from the shell."""

import json
from typing import IO

import click

from connector.cli.frame.command import connector_command, current_services, portal_option, require_portal
from connector.cli.frame.files import json_text
from connector.core.model.settings import ListVersion


@click.command()
@portal_option
@click.option(
    "--paste",
    "file",
    type=click.File("rb"),
    required=True,
    help="A JSON file with the secrets of the application.",
)
@click.option(
    "--list-version",
    type=click.Choice([version.value for version in ListVersion]),
    help="Which employee list of Paycor to read: v1 is the default; v2 adds a second last name, the country code and "
    "the worker category.",
)
@connector_command
def connect(portal_id: str | None, file: IO[bytes], list_version: str | None) -> None:
    """Connect a portal to Paycor with the secrets of a Paycor application.

    The file is a JSON object with client_id, client_secret, subscription_key, refresh_token and legal_entity_id (or
    legal_entities); scope is optional. A refresh token works once: do not keep the file.
    """
    try:
        payload = json.loads(json_text(file))
    except ValueError as error:
        raise click.ClickException(f"{file.name} is not JSON: {error}.") from error
    if not isinstance(payload, dict):
        raise click.ClickException(
            f"{file.name} has no JSON object in it. Put the secrets into one: {{...}}."
        )
    portal, services = require_portal(portal_id), current_services()
    services.connection.paste(portal, None, payload, operator=True)
    if list_version:
        services.settings.choose_list(portal, None, ListVersion(list_version))
    for entity in services.connection.review(portal).legal_entities:
        click.echo(f"Legal entity {entity.legal_entity_id} of Paycor company {entity.tenant_id}")
    services.connection.finish(portal, None)
    click.echo("Connected. Run `flask connector preview` to see what a sync would do.")


@click.command()
@portal_option
@click.option(
    "--forget", is_flag=True, help="Also delete everything that the connector has stored about the portal."
)
@click.confirmation_option(prompt="Stop syncing this portal and delete its secrets?")
@connector_command
def disconnect(portal_id: str | None, forget: bool) -> None:
    """End the connection of a portal: syncs stop, and learners keep their accounts."""
    current_services().connection.disconnect(require_portal(portal_id), None, forget=forget)
    click.echo("Disconnected.")
