"""Exceptions: people, or single values of theirs, that the sync leaves alone until a day, and why (rule X16)."""

import wtforms
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired

from connector.errors import Refused
from connector.services.invalid_settings import InvalidSettings
from connector.web.frame import access
from connector.web.frame.bounds import optional_row_id
from connector.web.frame.forms import TokenForm

EVERYTHING = "Everything: nothing is done to them or for them"


class ExceptionForm(TokenForm):
    """A new exception. The LMS knows which values there are, so the page sets the choices of `name`."""

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
    """The exceptions in force, and a form for one more; End now ends one."""
    visit = access.visit()
    access.require_connection(visit)
    overrides, portal_id = visit.services.overrides, visit.portal_id
    ended = optional_row_id(request.form, "end")
    if ended is not None:
        overrides.end(portal_id, visit.viewer_id, ended)
        access.flash("The exception is ended. The next sync treats them as everybody.")
        return redirect(url_for("connector.exceptions"))
    values = overrides.values(portal_id)
    form = ExceptionForm()
    form.name.choices = [("", EVERYTHING), *values.items()]
    if form.validate_on_submit() and _add(visit, form):
        access.flash("The exception is made. It holds from the next sync on.")
        return redirect(url_for("connector.exceptions"))
    page = overrides.page(portal_id, optional_row_id(request.args, "after"))
    return render_template(
        "connector/people/exceptions.html", form=form, page=page, values=values, me=visit.viewer_id
    )


def _add(visit: access.Visit, form: ExceptionForm) -> bool:
    """Whether the exception was made; when it was not, the form says why."""
    try:
        employee = visit.services.people.find(visit.portal_id, (form.person.data or "").strip())
        visit.services.overrides.add(
            visit.portal_id,
            visit.viewer_id,
            employee.employee_id,
            name=form.name.data or "",
            reason=form.reason.data or "",
            until=form.until.data,
        )
    except InvalidSettings as error:
        form.add_errors(error.errors)
        return False
    except Refused as error:
        form.add_errors({"person": error.message})
        return False
    return True
