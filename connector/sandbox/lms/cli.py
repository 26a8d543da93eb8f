"""`flask lms`: the commands of the LMS's operator, for what no admin of a portal can do."""

import click
from flask import current_app
from flask.cli import AppGroup

from connector.sandbox.lms.config import settings
from connector.sandbox.lms.db.tables import PLANS, db
from connector.sandbox.lms.mail import queue
from connector.sandbox.lms.people.portals import by_slug
from connector.sandbox.lms.seed import seed

commands = AppGroup("lms", help="The operator's commands of the built-in LMS.")


@commands.command("seed")
@click.option(
    "--learners", default=20, show_default=True, help="How many learners exist before the first sync."
)
def seed_command(learners: int) -> None:
    """Fill an empty LMS with the demo's portals and people."""
    seed(current_app, learners)
    click.echo(
        "The portals northfield and dayton are there; their passwords are in connector/sandbox/lms/seed.py."
    )


@commands.command("portal")
@click.argument("slug")
@click.option("--plan", type=click.Choice(PLANS), help="What the portal's owner pays for.")
@click.option("--integrations/--no-integrations", default=None, help="Switch integrations on or off.")
@click.option("--sso/--no-sso", default=None, help="Whether people sign in elsewhere.")
def portal_command(slug: str, plan: str | None, integrations: bool | None, sso: bool | None) -> None:
    """Show a portal's switches, or change them."""
    portal = by_slug(db.session(), slug)
    if portal is None:
        raise click.ClickException(f"There is no portal {slug!r}. `flask lms seed` makes the demo's.")
    for name, value in (("plan", plan), ("integrations", integrations), ("sso", sso)):
        if value is not None:
            setattr(portal, name, value)
    db.session.commit()
    seen = "seen" if portal.has_integrations else "not seen"
    click.echo(f"{portal.name}: plan {portal.plan}, integrations {seen} by its admins, SSO {portal.sso}")


@commands.command("send-mail")
def send_mail_command() -> None:
    """Send what is queued, through LMS_SMTP_URL."""
    if settings(current_app).smtp_url is None:
        raise click.ClickException("LMS_SMTP_URL is not set: mail stays in the outbox.")
    click.echo(f"{queue.drain(db.engine, settings(current_app))} sent")
