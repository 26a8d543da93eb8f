"""Connecting from the shell with an application's own secrets, and disconnecting."""

import json
from typing import IO

import click

from connector.cli.frame.command import connector_command, one_portal, portal_option, services
from connector.core.model.settings import ListVersion


@click.command()
@portal_option
@click.option(
    "--paste", "file", type=click.File(), required=True, help="A JSON file with the application's secrets."
)
@click.option(
    "--list-version",
    type=click.Choice([version.value for version in ListVersion]),
    help="Which of Paycor's employee lists is read. v1 is the proven one; v2 adds a second last name, the country "
    "code and the worker category.",
)
@connector_command
def connect(portal_id: str | None, file: IO[str], list_version: str | None) -> None:
    """Connect a portal to Paycor with client id, client secret, subscription key, scope and refresh token.

    The file is a JSON object with client_id, client_secret, subscription_key, scope, refresh_token and legal_entity_id
    (or legal_entities). A refresh token is good for one use: do not keep the file.
    """
    try:
        payload = json.load(file)
    except ValueError as error:
        raise click.ClickException(f"{file.name} is not JSON: {error}.") from error
    if not isinstance(payload, dict):
        raise click.ClickException(f"{file.name} holds no JSON object.")
    portal, here = one_portal(portal_id), services()
    here.connection.paste(portal, None, payload, operator=True)
    if list_version:
        here.settings.choose_list(portal, None, ListVersion(list_version))
    for entity in here.connection.review(portal).legal_entities:
        click.echo(f"Legal entity {entity.legal_entity_id} of Paycor company {entity.tenant_id}")
    here.connection.finish(portal, None)
    click.echo("Connected. Run `flask connector preview` to see what a sync would do.")


@click.command()
@portal_option
@click.option(
    "--forget", is_flag=True, help="Delete everything the connector has stored about the portal, too."
)
@click.confirmation_option(prompt="Stop syncing this portal and erase its secrets?")
@connector_command
def disconnect(portal_id: str | None, forget: bool) -> None:
    """End the connection of a portal: learners stay as they are, nothing more is synced."""
    services().connection.disconnect(one_portal(portal_id), None, forget=forget)
    click.echo("Disconnected.")
