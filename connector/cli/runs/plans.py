"""Stored plans from the shell: apply a preview, release or discard a held run, export a plan."""

from collections.abc import Iterator
from typing import IO

import click

from connector.cli.frame.command import connector_command, current_services, portal_option, require_portal
from connector.cli.runs.sync import json_option, run_and_print
from connector.services.runs.export import export_csv, export_json
from connector.services.runs.request import PlanPart

FORMATS = ("csv", "json")


@click.command()
@click.option("--digest", required=True, help="The digest of the plan, as the preview printed it.")
@portal_option
@json_option
@connector_command
def apply(digest: str, portal_id: str | None, as_json: bool) -> None:
    """Apply the plan with this digest: only its rows, without those that are outdated by now."""
    portal_id = require_portal(portal_id)
    run_id = current_services().runs.plan_with(portal_id, digest)
    run_and_print(portal_id, current_services().runs.apply(portal_id, run_id, None, digest=digest), as_json)


@click.command()
@click.argument("run_id", type=int)
@click.option("--safe", is_flag=True, help="Only the rows that break no limit.")
@click.option("--row", "rows", type=int, multiple=True, help="Only this row of the plan; can be repeated.")
@portal_option
@json_option
@connector_command
def release(run_id: int, safe: bool, rows: tuple[int, ...], portal_id: str | None, as_json: bool) -> None:
    """Apply a held run: all of it, the safe part, or single rows. The rest stays held."""
    if safe and rows:
        raise click.UsageError("Use --safe or --row, not both.")
    portal_id = require_portal(portal_id)
    part = rows or (PlanPart.SAFE if safe else PlanPart.ALL)
    run_and_print(portal_id, current_services().runs.apply(portal_id, run_id, None, part=part), as_json)


@click.command()
@click.argument("run_id", type=int)
@portal_option
@connector_command
def discard(run_id: int, portal_id: str | None) -> None:
    """Throw a held run away. Nothing was changed, and the next sync makes a new plan."""
    current_services().runs.discard(require_portal(portal_id), run_id, None)
    click.echo(f"Run {run_id} is discarded. Nothing was changed.")


@click.command()
@click.argument("run_id", type=int)
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option(
    "--out",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    help="A file; otherwise standard output.",
)
@portal_option
@connector_command
def export(run_id: int, form: str, out: IO[str], portal_id: str | None) -> None:
    """Export the plan of a run with its outcomes as CSV or JSON. It has names and addresses in it."""
    portal_id = require_portal(portal_id)
    services = current_services()
    lines: Iterator[str] = (
        export_json(services.wiring, portal_id, run_id)
        if form == "json"
        else export_csv(services.wiring, portal_id, run_id, services.settings.labels(portal_id))
    )
    for line in lines:
        out.write(line)
