"""`python -m tests.bench_hosts`: progress to standard error, one JSON object a line to standard output."""

import json

import click

from tests.bench_hosts.far import KINDS
from tests.bench_hosts.measuring import requests_line, seconds_line


@click.command()
@click.option("--people", default=10_000, show_default=True, help="The accounts to create.")
@click.option("--latency-ms", default=50.0, show_default=True)
def main(people: int, latency_ms: float) -> None:
    """Measure what a changed learner of a remote LMS takes: requests (P7) and time (P8)."""
    for kind in KINDS:
        click.echo(f"{kind.name}: counting requests", err=True)
        click.echo(json.dumps(requests_line(kind)))
    for kind in KINDS:
        click.echo(f"{kind.name}: {people:,} creates, {latency_ms:g} ms away", err=True)
        click.echo(json.dumps(seconds_line(kind, people, latency_ms / 1000)))


if __name__ == "__main__":
    main()
