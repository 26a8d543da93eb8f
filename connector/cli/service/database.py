"""The connector's tables, from the shell: upgrade, downgrade, check."""

import click

from connector.cli.frame.command import connector_command, current_services
from connector.store import schema


@click.group()
def db() -> None:
    """Upgrade, downgrade or check the connector's own tables."""


@db.command()
@connector_command
def upgrade() -> None:
    """Upgrade the connector's tables to this release."""
    engine = current_services().database.engine
    schema.upgrade(engine)
    click.echo(f"The connector's tables are at revision {schema.current(engine)}.")


@db.command()
@click.option("--revision", default="base", show_default=True, help="The revision to go back to.")
@click.confirmation_option(prompt="This deletes data that the connector has stored. Continue?")
@connector_command
def downgrade(revision: str) -> None:
    """Take the connector's tables back to an older revision, or drop them all."""
    schema.downgrade(current_services().database.engine, revision)
    click.echo(f"The connector's tables are back at {revision}.")


@db.command()
@connector_command
def check() -> None:
    """Check that the tables are those of this release; exits with 1 if not."""
    engine = current_services().database.engine
    current, head = schema.current(engine), schema.head()
    if not schema.is_current(engine):
        raise click.ClickException(
            f"The tables are at revision {current}, and this release needs {head}: run `flask connector db upgrade`."
        )
    drift = schema.drift(engine)
    if drift:
        raise click.ClickException(
            f"The tables differ from this release in {len(drift)} ways: {'; '.join(drift)}."
        )
    click.echo(f"The connector's tables are at revision {current}, as this release needs them.")
