"""Stored plans from the shell: apply a preview, release or discard a held run, export a plan."""

from collections.abc import Iterator
from typing import IO

import click

from connector.cli.frame.command import (
    HELD,
    connector_command,
    current_services,
    portal_option,
    require_portal,
)
from connector.cli.runs.sync import json_option, run_and_print
from connector.errors import OverLimits
from connector.services.runs.export import export_csv, export_json
from connector.services.runs.request import PlanPart
from connector.words.runs import hold_reasons

FORMATS = ("csv", "json")


@click.command()
@click.option("--digest", required=True, help="The digest of the plan, as the preview printed it.")
@portal_option
@json_option
@connector_command
def apply(digest: str, portal_id: str | None, as_json: bool) -> None:
    """Apply the plan with this digest: only its rows, without those that are outdated by now.

    Exits with 3 when the plan is over a limit: then release it.
    """
    portal_id = require_portal(portal_id)
    run_id = current_services().runs.plan_with(portal_id, digest)
    try:
        applying_id = current_services().runs.apply(portal_id, run_id, None, digest=digest)
    except OverLimits as error:
        click.echo(
            f"{error.message}\nNothing was changed. To release it: flask connector release {run_id}", err=True
        )
        click.get_current_context().exit(HELD)
    run_and_print(portal_id, applying_id, as_json)


@click.command()
@click.argument("run_id", type=int)
@click.option("--safe", is_flag=True, help="Only the rows that break no limit.")
@click.option("--row", "rows", type=int, multiple=True, help="Only this row of the plan; can be repeated.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@portal_option
@json_option
@connector_command
def release(
    run_id: int, safe: bool, rows: tuple[int, ...], yes: bool, portal_id: str | None, as_json: bool
) -> None:
    """Apply a held run, or a preview over a limit: all of it, the safe part, or single rows. The rest waits.

    Says which limits the plan is over, and asks.
    """
    if safe and rows:
        raise click.UsageError("Use --safe or --row, not both.")
    services, portal_id = current_services(), require_portal(portal_id)
    if not yes:
        run = services.views.run(portal_id, run_id)
        if run is not None and run.held is not None:
            click.echo(hold_reasons(run.held), err=True)
        what = f"{len(rows):,} rows" if rows else "what is within the limits" if safe else "all of it"
        click.confirm(f"Release {what}?", abort=True, err=True)
    part = rows or (PlanPart.SAFE if safe else PlanPart.ALL)
    run_and_print(portal_id, services.runs.release(portal_id, run_id, None, part=part), as_json)


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
        else export_csv(services.wiring, portal_id, run_id, services.options.labels(portal_id))
    )
    for line in lines:
        out.write(line)
