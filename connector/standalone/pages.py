"""The sign-in and sign-out pages, and the way to the pages of the plugin."""

from urllib.parse import urlsplit

import wtforms
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired, Length

from connector.errors import SchemaBehind
from connector.services.admins import PASSWORD_MAX
from connector.standalone import access
from connector.store.tables.admins import NAME_MAX
from connector.web.frame import bounds
from connector.web.frame.forms import ActionForm, TokenForm

#: The same text for a wrong name, a wrong password and a lock, so that it does not reveal which it was.
WRONG = "Name and password do not go together, or there were too many wrong ones: then wait 15 minutes."


class SignInForm(TokenForm):
    """A name and a password."""

    name = wtforms.StringField(
        "Name", [InputRequired(), Length(max=NAME_MAX)], render_kw={"autocomplete": "username"}
    )
    password = wtforms.PasswordField(
        "Password",
        [InputRequired(), Length(max=PASSWORD_MAX)],
        render_kw={"autocomplete": "current-password"},
    )


def blueprint() -> Blueprint:
    """The pages that are not part of the plugin."""
    pages = Blueprint(
        "standalone",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/_static",
    )
    pages.url_value_preprocessor(bounds.refuse_large_body)
    pages.before_request(bounds.refuse_texts)
    pages.add_url_rule("/", "home", _home)
    pages.add_url_rule("/sign-in", "sign_in", _sign_in, methods=["GET", "POST"])
    pages.add_url_rule("/sign-out", "sign_out", _sign_out, methods=["POST"])
    return pages


def _home() -> Response:
    return redirect(url_for("connector.index"))


def _sign_in() -> str | Response | tuple[str, int]:
    try:
        access.services().views.check_schema()
    except SchemaBehind as behind:
        abort(503, behind.message)
    form = SignInForm()
    error = ""
    if form.validate_on_submit():
        secret = access.admins().sign_in(form.name.data or "", form.password.data or "")
        if secret is not None:
            access.begin(secret)
            return redirect(_own_path(request.args.get("next")) or url_for("standalone.home"))
        error = WRONG
    has_no_admin = not access.admins().names()
    return render_template(
        "standalone/sign_in.html", form=form, error=error, has_no_admin=has_no_admin
    ), 403 if error else 200


def _sign_out() -> Response:
    if ActionForm().validate():
        access.end()
    return redirect(url_for("standalone.sign_in"))


def _own_path(address: str | None) -> str | None:
    """The address if it is a path of this site, else None: a sign-in must not lead to another site."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return None
    # A browser leaves control characters and blanks out before it reads an address: "/\t/elsewhere" is another site.
    if any(char.isspace() or not char.isprintable() for char in address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address
