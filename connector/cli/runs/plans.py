"""Stored plans from the shell: apply what was previewed or held, throw it away, write it to a file."""

from collections.abc import Iterator
from typing import IO

import click

from connector.cli.frame import screen
from connector.cli.frame.command import connector_command, one_portal, portal_option, services
from connector.cli.runs.sync import carry_out, json_option
from connector.services.runs.request import Part

FORMATS = ("csv", "json")


@click.command()
@click.option("--digest", required=True, help="The digest of the plan, as the preview has told it.")
@portal_option
@json_option
@connector_command
def apply(digest: str, portal_id: str | None, as_json: bool) -> None:
    """Apply the plan with this digest: its rows and nothing else, but for what has moved since."""
    portal_id = one_portal(portal_id)
    run_id = services().runs.plan_with(portal_id, digest)
    carry_out(portal_id, services().runs.apply(portal_id, run_id, None, digest=digest), as_json)


@click.command()
@click.argument("run_id", type=int)
@click.option("--safe", is_flag=True, help="Only the rows that no limit stands against.")
@click.option("--row", "rows", type=int, multiple=True, help="Only this row of the plan; may be given again.")
@portal_option
@json_option
@connector_command
def release(run_id: int, safe: bool, rows: tuple[int, ...], portal_id: str | None, as_json: bool) -> None:
    """Let a held run be applied: all of it, the safe part, or row by row. The rest goes on waiting."""
    if safe and rows:
        raise click.UsageError("Give --safe or --row, not both.")
    portal_id = one_portal(portal_id)
    part = rows or (Part.SAFE if safe else Part.ALL)
    carry_out(portal_id, services().runs.apply(portal_id, run_id, None, part=part), as_json)


@click.command()
@click.argument("run_id", type=int)
@portal_option
@connector_command
def discard(run_id: int, portal_id: str | None) -> None:
    """Throw a held run away; nothing was changed, and the next sync plans afresh."""
    services().runs.discard(one_portal(portal_id), run_id, None)
    click.echo(f"Run {run_id} is discarded. Nothing was changed.")


@click.command()
@click.argument("run_id", type=int)
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option(
    "--out", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file; else the screen."
)
@portal_option
@connector_command
def export(run_id: int, form: str, out: IO[str], portal_id: str | None) -> None:
    """Write the plan of a run, or what became of it, as CSV or JSON. It has names and addresses in it."""
    portal_id = one_portal(portal_id)
    exporting = services().exports
    lines: Iterator[str] = (
        exporting.as_json(portal_id, run_id)
        if form == "json"
        else exporting.as_csv(portal_id, run_id, screen.labels(services(), portal_id))
    )
    for line in lines:
        out.write(line)
