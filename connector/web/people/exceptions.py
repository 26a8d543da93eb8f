"""Exceptions: whom, or which value of whom, the sync leaves as it is for a while, and why (rule X16)."""

import wtforms
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired

from connector.errors import Refused
from connector.services.settings.invalid import InvalidSettings
from connector.web.frame import access
from connector.web.frame.forms import TokenForm

EVERYTHING = "Everything: nothing is done to them or for them"


class ExceptionForm(TokenForm):
    """A new exception; which values there are to be held is known only by asking the LMS."""

    person = wtforms.StringField(
        "Who",
        description="Employee id, work email, or the employee number if it is mapped.",
        validators=[DataRequired("Name somebody.")],
    )
    name = wtforms.SelectField("What is left as it is", validate_choice=False)
    until = wtforms.DateField(
        "Last day",
        description="On this portal's clock. The day after, they are treated as everybody again.",
        validators=[DataRequired("Give a day.")],
    )
    reason = wtforms.StringField("Why", validators=[DataRequired("Say why.")])


def edit() -> str | Response:
    """The exceptions that hold, and a form for one more; End now ends one."""
    visit = access.visit()
    portal_id, viewer_id = visit.portal.portal_id, visit.viewer.viewer_id
    excepting = visit.services.overrides
    if visit.services.views.connection(portal_id) is None:
        return redirect(url_for("connector.overview"))
    ended = request.form.get("end", type=int)
    if ended is not None:
        excepting.end(portal_id, viewer_id, ended)
        access.flash("The exception is ended. The next sync treats them as everybody.")
        return redirect(url_for("connector.exceptions"))
    values = excepting.values(portal_id)
    form = ExceptionForm()
    form.name.choices = [("", EVERYTHING), *values.items()]
    if form.validate_on_submit() and _add(visit, form):
        access.flash("The exception is made. It holds from the next sync on.")
        return redirect(url_for("connector.exceptions"))
    page = excepting.exceptions(portal_id, request.args.get("after", type=int))
    return render_template(
        "connector/people/exceptions.html", form=form, page=page, values=values, me=visit.viewer.viewer_id
    )


def _add(visit: access.Visit, form: ExceptionForm) -> bool:
    """Make the exception; when it cannot be made, the form says why."""
    portal_id = visit.portal.portal_id
    try:
        found = visit.services.people.one(portal_id, (form.person.data or "").strip())
        visit.services.overrides.add(
            portal_id,
            visit.viewer.viewer_id,
            found.employee_id,
            name=form.name.data or "",
            reason=form.reason.data or "",
            until=form.until.data,
        )
    except InvalidSettings as error:
        form.take_errors(error.errors)
        return False
    except Refused as error:
        form.take_errors({"person": error.message})
        return False
    return True
