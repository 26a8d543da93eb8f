"""Our tables: bring them up to this release, take them away, say how they are."""

import click

from connector.cli.frame.command import connector_command, services
from connector.store import schema


@click.group()
def db() -> None:
    """Look after the connector's own tables."""


@db.command()
@connector_command
def upgrade() -> None:
    """Bring the connector's tables to this release."""
    engine = services().database.engine
    schema.upgrade(engine)
    click.echo(f"The connector's tables are at revision {schema.current(engine)}.")


@db.command()
@click.option("--revision", default="base", show_default=True, help="The revision to go back to.")
@click.confirmation_option(prompt="This deletes what the connector has stored. Go on?")
@connector_command
def downgrade(revision: str) -> None:
    """Take the connector's tables back, or away."""
    schema.downgrade(services().database.engine, revision)
    click.echo(f"The connector's tables are back at {revision}.")


@db.command()
@connector_command
def check() -> None:
    """Say whether the tables are those of this release; ends with 1 when they are not."""
    engine = services().database.engine
    here, head = schema.current(engine), schema.head()
    if not schema.is_current(engine):
        raise click.ClickException(
            f"The tables are at {here}, this release needs {head}: run `flask connector db upgrade`."
        )
    drift = schema.drift(engine)
    if drift:
        raise click.ClickException(
            f"The tables differ from this release in {len(drift)} places: {'; '.join(drift)}."
        )
    click.echo(f"The connector's tables are at revision {here}, as this release needs them.")
