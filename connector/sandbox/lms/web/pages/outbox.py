"""The outbox: every mail of the portal, and the text of those that SMTP did not send."""

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from connector.sandbox.lms.db.tables import OutboxMail, db
from connector.sandbox.lms.mail import queue
from connector.sandbox.lms.web import access
from connector.sandbox.lms.web.pages.common import enter, lms_settings

PAGE_SIZE = 50


@access.require_full
def outbox(slug: str) -> str | Response:
    """The mails, newest first; a POST sends the queued ones."""
    portal = enter(slug)
    settings = lms_settings()
    if request.method == "POST":
        flash(f"{queue.drain(db.engine, settings)} sent.", "done")
        return redirect(url_for("lms.outbox", slug=portal.slug))
    page = select(OutboxMail).where(OutboxMail.portal_id == portal.id).order_by(OutboxMail.id.desc())
    before = request.args.get("before", type=int)
    if before is not None:
        page = page.where(OutboxMail.id < before)
    rows = db.session.scalars(page.limit(PAGE_SIZE + 1)).all()
    following = rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None
    return render_template(
        "lms/outbox.html",
        portal=portal,
        mails=rows[:PAGE_SIZE],
        following=following,
        smtp=settings.smtp_url is not None,
    )


@access.require_full
def outbox_mail(slug: str, mail_id: int) -> str:
    """One mail, with its text."""
    portal = enter(slug)
    found = db.session.get(OutboxMail, mail_id)
    if found is None or found.portal_id != portal.id:
        abort(404)
    return render_template("lms/outbox_mail.html", portal=portal, mail=found)
