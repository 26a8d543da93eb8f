"""What is wrong with this installation, as far as this process can see, and what to do about it."""

from collections.abc import Iterator

import click
from flask import Flask, current_app
from jinja2 import Environment, TemplateError, TemplateNotFound, nodes

from connector.cli.frame.command import connector_command, current_services
from connector.services import Services
from connector.services.doctor import Doctor, DoctorCheck
from connector.store import schema

#: The blocks of the LMS's layout that our pages fill.
BLOCKS = frozenset({"title", "content"})


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
    doctor = Doctor(services.wiring)
    yield DoctorCheck("Settings", f"read, {services.config.env}")
    yield doctor.public_address()
    yield _session_cookie(app)
    yield _tables(services)
    yield _host_migrations(app)
    yield _layout(app, services.lms.base_template)
    if schema.is_current(services.database.engine):
        yield doctor.secrets()
        yield doctor.jobs()
        yield from doctor.portals()


def _session_cookie(app: Flask) -> DoctorCheck:
    """Whether the cookie of the LMS's sessions comes along on the way back from Paycor."""
    same_site = app.config.get("SESSION_COOKIE_SAMESITE")
    if str(same_site).lower() != "strict":
        return DoctorCheck("Session cookie", f"SameSite={same_site or 'not set'}")
    return DoctorCheck(
        "Session cookie", "SameSite=Strict: an admin comes back from Paycor over a page that leads on"
    )


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


def _layout(app: Flask, name: str) -> DoctorCheck:
    """Whether our pages can extend the LMS's layout: without one of its blocks they come out empty."""
    subject = "Base template"
    try:
        missing = BLOCKS - _blocks(app.jinja_env, name)
    except TemplateNotFound as error:
        advice = "Set base_template of the LMS's class to the template that the LMS's own pages extend."
        return DoctorCheck(subject, f"{name} needs {error.name}, which does not exist", advice)
    except TemplateError as error:
        return DoctorCheck(subject, f"{name} cannot be read", f"Correct it: {type(error).__name__}.")
    if not missing:
        return DoctorCheck(subject, name)
    blocks = " and ".join(f"{{% block {block} %}}{{% endblock %}}" for block in sorted(missing))
    return DoctorCheck(
        subject,
        f"{name} has no block {', '.join(sorted(missing))}",
        f"Add {blocks} to it, or name a template with them as base_template of the LMS's class.",
    )


def _blocks(environment: Environment, name: str) -> frozenset[str]:
    """The blocks of a template and of those that it extends; all of ours if it chooses its parent at run time."""
    if environment.loader is None:
        raise TemplateNotFound(name)
    tree = environment.parse(environment.loader.get_source(environment, name)[0])
    blocks = frozenset(block.name for block in tree.find_all(nodes.Block))
    for parent in tree.find_all(nodes.Extends):
        if not isinstance(parent.template, nodes.Const):
            return blocks | BLOCKS
        blocks |= _blocks(environment, str(parent.template.value))
    return blocks
