"""From + Connect to Active: consent at Paycor or a pasted application, the review, Finish (rules A45 to A48, B3)."""

from secrets import token_urlsafe

from flask import make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from connector.errors import ConnectorError, EntityTaken, SourceError
from connector.services.connection import permissions
from connector.services.settings.invalid import InvalidSettings
from connector.web.frame import access, words
from connector.web.frame.addresses import public
from connector.web.frame.errors import status_of
from connector.web.frame.forms import ENVIRONMENTS, ActionForm, ConsentForm, EntitiesForm, PasteForm, values

#: Ties a consent to the browser it was begun in.
_SESSION_KEY = "connector_consent_key"


def connect() -> str | Response:
    """The two ways; Continue goes to Paycor, where the admin signs in (the LMS never sees that password)."""
    visit = access.visit()
    connecting = visit.services.connection
    ready = [name for name in ENVIRONMENTS if connecting.redirect_ready(name)]
    form = ConsentForm()
    form.environment.choices = values(ready)
    if form.validate_on_submit():
        key = session.setdefault(_SESSION_KEY, token_urlsafe(32))
        address = connecting.begin_consent(
            visit.portal.portal_id, visit.viewer.viewer_id, key, form.environment.data, _redirect_uri()
        )
        return redirect(address)
    return render_template("connector/connection/connect.html", form=form, ready=ready)


def callback() -> Response:
    """The way back from Paycor; what it claims is checked before anything is believed."""
    portal_id = access.services().connection.finish_consent(
        claimed_state=request.args.get("state", ""),
        code=request.args.get("code"),
        error=request.args.get("error"),
        viewer_id=access.viewer().viewer_id,
        session_key=session.pop(_SESSION_KEY, ""),
        redirect_uri=_redirect_uri(),
    )
    return redirect(url_for("connector.review", portal_id=portal_id))


def paste() -> str | Response:
    """The customer's own Paycor application; a mistake keeps what is no secret."""
    visit = access.visit()
    form = PasteForm()
    problem: ConnectorError | None = None
    if form.validate_on_submit():
        try:
            visit.services.connection.paste(visit.portal.portal_id, visit.viewer.viewer_id, form.payload())
        except InvalidSettings as error:
            form.take_errors(error.errors)
        except (SourceError, EntityTaken) as error:
            problem = error
        else:
            return redirect(url_for("connector.review"))
    body = render_template(
        "connector/connection/paste.html", form=form, problem=problem, permissions=permissions.needed()
    )
    return make_response(body, status_of(problem) if problem else 200)


def review() -> str | Response:
    """What will be received and what is never asked for, before anything is read (rules A47, B5, D19)."""
    visit = access.visit()
    form = EntitiesForm()
    if form.validate_on_submit() and form.entity.data:
        return redirect(url_for("connector.finish", entity=form.entity.data))
    return render_template(
        "connector/connection/review.html",
        form=form,
        review=visit.services.connection.review(visit.portal.portal_id),
        never_asked=words.NEVER_ASKED,
        error="Choose at least one legal entity." if request.method == "POST" else "",
    )


def finish() -> str | Response:
    """The last step; its button makes the connection Active."""
    visit = access.visit()
    form = EntitiesForm(request.args if request.method == "GET" else request.form)
    chosen = [entity_id for entity_id in form.entity.data or () if isinstance(entity_id, int)]
    if request.method == "GET":
        return render_template("connector/connection/finish.html", form=ActionForm(), chosen=chosen)
    visit.services.connection.finish(visit.portal.portal_id, visit.viewer.viewer_id, chosen or None)
    access.flash(
        "Paycor is Active. Begin with a preview: it changes nothing and names how many mails would go out."
    )
    return redirect(url_for("connector.integrations"))


def _redirect_uri() -> str:
    """The address that Paycor sends the admin back to, as it is listed at Paycor."""
    return public("connector.callback")
