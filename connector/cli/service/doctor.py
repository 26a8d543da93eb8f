"""What is wrong with this installation, as far as this process can see, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import click
from flask import Flask, current_app

from connector.cli.frame.command import connector_command, current_services
from connector.core.model.connection import ConnectionState
from connector.core.ports.lms import Portal
from connector.core.rules.access.days import is_zone
from connector.services import Services
from connector.services.views.views import ConnectionView
from connector.store import schema

#: A daily sync that is later than this is reported.
LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    """One check and what it found; `advice` says what to do, and is empty when all is well."""

    subject: str
    found: str
    advice: str = ""


@click.command()
@connector_command
def doctor() -> None:
    """Check the installation; exits with 1 when something needs to be done."""
    checks = list(_checks(current_app, current_services()))
    for check in checks:
        mark = click.style("!!", fg="red") if check.advice else click.style("ok", fg="green")
        click.echo(f"{mark}  {check.subject}: {check.found}")
        if check.advice:
            click.echo(f"      {check.advice}")
    if any(check.advice for check in checks):
        click.get_current_context().exit(1)


def _checks(app: Flask, services: Services) -> Iterator[DoctorCheck]:
    yield DoctorCheck("Settings", f"read, {services.config.env}")
    yield _tables(services)
    yield _host_migrations(app)
    yield _jobs(services)
    if schema.is_current(services.database.engine):
        for portal in services.lms.portals():
            yield _portal(services, portal)


def _tables(services: Services) -> DoctorCheck:
    engine = services.database.engine
    if schema.is_current(engine):
        return DoctorCheck("Tables", f"at revision {schema.current(engine)}")
    advice = "Run `flask connector db upgrade`."
    return DoctorCheck("Tables", f"at {schema.current(engine)}, this release needs {schema.head()}", advice)


def _host_migrations(app: Flask) -> DoctorCheck:
    """Whether the LMS's own autogenerate leaves our tables out; otherwise it proposes to drop them."""
    migrate = app.extensions.get("migrate")
    if migrate is None:
        return DoctorCheck("The LMS's own migrations", "not made with Flask-Migrate")
    if migrate.configure_args.get("include_name") is schema.not_ours:
        return DoctorCheck("The LMS's own migrations", "ignore the connector's tables")
    return DoctorCheck(
        "The LMS's own migrations",
        "would drop the connector's tables",
        "Create it as Migrate(app, db, include_name=connector.not_ours).",
    )


def _jobs(services: Services) -> DoctorCheck:
    if services.config.scheduler:
        return DoctorCheck("Jobs", "run in every web process")
    return DoctorCheck("Jobs", "run elsewhere: keep `flask connector scheduler` running")


def _portal(services: Services, portal: Portal) -> DoctorCheck:
    subject = f"Portal {portal.portal_id}"
    if not is_zone(portal.time_zone):
        advice = "Correct it in the LMS: until then, no sync of this portal runs."
        return DoctorCheck(subject, f"its time zone {portal.time_zone!r} is no IANA name", advice)
    connection = services.views.connection(portal.portal_id)
    if connection is None:
        return DoctorCheck(subject, "not connected")
    if connection.state == ConnectionState.ATTENTION:
        advice = "An admin of the portal has to connect to Paycor again; every setting is kept."
        return DoctorCheck(subject, f"needs attention ({connection.attention_code})", advice)
    return _daily(subject, connection, services.clock())


def _daily(subject: str, connection: ConnectionView, now: datetime) -> DoctorCheck:
    due = connection.next_daily_at
    if due and now - due > LATE:
        return DoctorCheck(
            subject, f"its daily sync was due at {due:%Y-%m-%d %H:%M} UTC", "Check that the jobs are running."
        )
    next_one = f"{due:%Y-%m-%d %H:%M} UTC" if due else "after the first sync"
    return DoctorCheck(subject, f"{connection.state}, next daily sync {next_one}")
