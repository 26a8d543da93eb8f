"""A new key for secrets at rest."""

import click

from connector.store.db.vault import new_key


@click.command("secret-key")
def secret_key() -> None:
    """Print a new key for CONNECTOR_SECRET_KEYS; nothing is stored."""
    click.echo(new_key())
