"""Settings > Portal: what the portal's admin may change, and what only the operator can."""

from zoneinfo import available_timezones

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.sandbox.lms.db.tables import db
from connector.sandbox.lms.web import access
from connector.sandbox.lms.web.forms import PortalForm, options
from connector.sandbox.lms.web.pages.common import enter


@access.require_full
def portal(slug: str) -> str | Response:
    """The portal's name, time zone and single sign-on."""
    current = enter(slug)
    form = PortalForm(request.form, obj=current)
    form.time_zone.choices = options({zone: zone for zone in sorted(available_timezones())})
    if request.method == "POST" and form.validate():
        current.name, current.time_zone = (form.name.data or "").strip(), form.time_zone.data
        current.sso = bool(form.sso.data)
        db.session.commit()
        flash("Saved.", "done")
        return redirect(url_for("lms.portal", slug=current.slug))
    return render_template("lms/portal.html", portal=current, form=form)
