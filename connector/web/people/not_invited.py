"""Not told yet: learners created as active only, whom the admin may tell now (rule D13)."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.web.frame import access
from connector.web.frame.forms import PeopleForm

NOBODY = "Tick at least one person."


def tell() -> str | Response:
    """Tick some and send, or send to all; the mail goes out in the background."""
    visit = access.visit()
    portal_id = visit.portal.portal_id
    form = PeopleForm()
    everybody = "everybody" in request.form
    if request.method == "POST" and (everybody or form.person.data):
        ticked = None if everybody else list(form.person.data or ())
        run_id = visit.services.runs.tell(portal_id, visit.viewer.viewer_id, ticked)
        access.flash("The welcome mails are on their way.")
        return redirect(url_for("connector.run", run_id=run_id))
    page = visit.services.views.untold(portal_id, request.args.get("after", type=int))
    error = NOBODY if request.method == "POST" else ""
    return render_template("connector/people/not_invited.html", form=form, page=page, error=error)
