"""The steps of a connection: + Connect, consent or paste, review, Finish, Disconnect (rules A45 to A48, A50, B3)."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from connector.errors import ConnectorError, EntityTaken, SourceError
from connector.services.connection.review import needed_permissions
from connector.services.invalid_settings import InvalidSettings
from connector.web.frame import access, way_back
from connector.web.frame.addresses import public_address
from connector.web.frame.errors import status_of
from connector.web.frame.forms import (
    ENVIRONMENTS,
    ActionForm,
    ConsentForm,
    DisconnectForm,
    EntitiesForm,
    PasteForm,
    values,
)
from connector.words.connection import NEVER_ASKED


def connect() -> str | Response:
    """The two ways; Continue goes to Paycor, where the admin signs in (the LMS never sees that password)."""
    visit = access.visit()
    connections = visit.services.connection
    ready = [name for name in ENVIRONMENTS if connections.redirect_ready(name)]
    form = ConsentForm()
    form.environment.choices = values(ready)
    if form.validate_on_submit():
        address = connections.begin_consent(
            visit.portal_id,
            visit.viewer_id,
            way_back.consent_key(),
            form.environment.data,
            _redirect_uri(),
        )
        return redirect(address)
    return render_template("connector/connection/connect.html", form=form, ready=ready)


def callback() -> Response:
    """The way back from Paycor; the service checks everything that the address claims.

    Only a GET follows it: a HEAD, with which a scanner looks at an address, would use the consent up.
    """
    if request.method != "GET":
        raise MethodNotAllowed(["GET"])
    portal_id = access.services().connection.finish_consent(
        claimed_state=request.args.get("state", ""),
        code=request.args.get("code"),
        error=request.args.get("error"),
        viewer=access.viewer(),
        session_key=way_back.kept_consent_key(),
        redirect_uri=_redirect_uri(),
    )
    return redirect(url_for("connector.review", portal_id=portal_id))


def paste() -> str | Response:
    """The customer's own Paycor application; after an error the form keeps everything but the secrets."""
    visit = access.visit()
    form = PasteForm()
    problem: ConnectorError | None = None
    if form.validate_on_submit():
        try:
            visit.services.connection.paste(visit.portal_id, visit.viewer_id, form.payload())
        except InvalidSettings as error:
            form.add_errors(error.errors)
        except (SourceError, EntityTaken) as error:
            problem = error
        else:
            return redirect(url_for("connector.review"))
    body = render_template(
        "connector/connection/paste.html", form=form, problem=problem, permissions=needed_permissions()
    )
    return make_response(body, status_of(problem) if problem else 200)


def review() -> str | Response:
    """What the sync will receive and what it never asks for, before anything is read (rules A47, B5, D19)."""
    visit = access.visit()
    form = EntitiesForm()
    if form.validate_on_submit() and form.entity.data:
        return redirect(url_for("connector.finish", entity=form.entity.data))
    return render_template(
        "connector/connection/review.html",
        form=form,
        review=visit.services.connection.review(visit.portal_id),
        never_asked=NEVER_ASKED,
        error="Choose at least one legal entity." if request.method == "POST" else "",
    )


def finish() -> str | Response:
    """The last step; its button makes the connection Active."""
    visit = access.visit()
    form = EntitiesForm(request.args if request.method == "GET" else request.form)
    chosen = [entity_id for entity_id in form.entity.data or () if isinstance(entity_id, int)]
    if request.method == "GET":
        return render_template("connector/connection/finish.html", form=ActionForm(), chosen=chosen)
    visit.services.connection.finish(visit.portal_id, visit.viewer_id, chosen or None)
    access.flash(
        "Paycor is Active. Begin with a preview: it changes nothing and names how many mails would go out."
    )
    return redirect(url_for("connector.integrations"))


def disconnect() -> str | Response:
    """Asks first (rule A50) and says what happens to what is stored (rule D17); the button ends the connection."""
    visit = access.visit()
    form = DisconnectForm()
    if not form.validate_on_submit():
        return render_template("connector/connection/disconnect.html", disconnect_form=form)
    forget = form.afterwards.data == "forget"
    visit.services.connection.disconnect(visit.portal_id, visit.viewer_id, forget=forget)
    access.flash(
        "Paycor is disconnected and everything stored about it is forgotten. Learners keep their accounts."
        if forget
        else "Paycor is disconnected. Learners keep their accounts, and connecting again restores your settings."
    )
    return redirect(url_for("connector.integrations"))


def _redirect_uri() -> str:
    """The address to which Paycor sends the admin back, exactly as the application lists it at Paycor."""
    return public_address(way_back.CALLBACK)
