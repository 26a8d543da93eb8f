"""Disconnect asks first (rule A50), and says what becomes of what is stored (rule D17)."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from connector.web.frame import access
from connector.web.frame.forms import DisconnectForm


def disconnect() -> str | Response:
    """The dialog as a page of its own; its button ends the connection."""
    visit = access.visit()
    form = DisconnectForm()
    if not form.validate_on_submit():
        return render_template("connector/connection/disconnect.html", disconnecting=form)
    forget = form.afterwards.data == "forget"
    visit.services.connection.disconnect(visit.portal.portal_id, visit.viewer.viewer_id, forget=forget)
    access.flash(
        "Paycor is disconnected and everything stored about it is forgotten. Learners keep their accounts."
        if forget
        else "Paycor is disconnected. Learners keep their accounts, and connecting again restores your settings."
    )
    return redirect(url_for("connector.integrations"))
