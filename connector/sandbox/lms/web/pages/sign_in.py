"""Sign-in and sign-out, the user's own password, and the links in mails."""

from functools import cache

from flask import abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.wrappers import Response

from connector.core.model.account import AccountState
from connector.sandbox.lms.db.tables import PasswordMailKind, Portal, User, db
from connector.sandbox.lms.people import checks
from connector.sandbox.lms.people.invitations import open_link
from connector.sandbox.lms.people.portals import by_slug
from connector.sandbox.lms.web import access, user_actions
from connector.sandbox.lms.web.forms import EmailForm, PasswordForm, SignInForm
from connector.sandbox.lms.web.pages.common import commit_and_send, lms_settings, moment

SIGN_IN_FAILED = "Portal, email and password do not go together, or the account cannot sign in."


@cache
def _dummy_hash() -> str:
    """The hash to check when there is no such account, so that the answer takes as long; made on first use."""
    return generate_password_hash("nobody")


def sign_in(slug: str | None = None) -> str | Response:
    """The sign-in page; `slug` is set on a portal's own page."""
    form = SignInForm(request.form, portal=slug or request.args.get("portal", ""))
    portal = _portal(slug)
    if portal is not None and portal.sso:
        return redirect(url_for("lms.sso", slug=portal.slug, next=request.args.get("next")))
    if request.method == "POST" and form.validate():
        user = _authenticated_user(form)
        if user is not None:
            access.sign_in(user)
            return redirect(access.own_path(request.args.get("next")) or url_for("lms.home"))
        flash(SIGN_IN_FAILED, "error")
    empty = portal is None and db.session.scalar(select(Portal.id).limit(1)) is None
    return render_template("lms/sign_in.html", form=form, portal=portal, empty=empty)


def sign_out() -> Response:
    """End the session."""
    access.sign_out()
    flash("You are signed out.", "done")
    return redirect(url_for("lms.sign_in"))


def sso(slug: str) -> str | Response:
    """A stand-in for an identity provider: it checks nothing, and the page says so."""
    portal = _portal(slug)
    if portal is None or not portal.sso:
        abort(404)
    form = EmailForm(request.form)
    if request.method == "POST" and form.validate():
        user = _user_of(portal, form.email.data or "")
        if user is not None and user.state is AccountState.ACTIVE:
            access.sign_in(user)
            return redirect(access.own_path(request.args.get("next")) or url_for("lms.home"))
        flash("This portal has no account with this address that can sign in.", "error")
    return render_template("lms/sso.html", form=form, portal=portal)


def forgotten(slug: str) -> str | Response:
    """Request a link to choose a password: the first one of an account made without a mail, or a new one."""
    portal = _portal(slug)
    if portal is None or portal.sso:
        abort(404)
    form = EmailForm(request.form)
    if request.method == "POST" and form.validate():
        user = _user_of(portal, form.email.data or "")
        if user is not None and user.state is AccountState.ACTIVE:
            user_actions.send_password_mail(
                db.session(), portal, [user], PasswordMailKind.PASSWORD, moment(), lms_settings().base_url
            )
            commit_and_send()
        flash("If there is an active account with this address, a link is on its way to it.", "done")
        return redirect(url_for("lms.portal_sign_in", slug=portal.slug))
    return render_template("lms/forgotten.html", form=form, portal=portal)


def invitation(token: str) -> str | tuple[str, int] | Response:
    """Choose a password by a link from a mail. A GET does not use the link up: mail scanners open links, too."""
    found = open_link(db.session(), token, moment())
    if found is None or found[1].portal.sso:
        return render_template("lms/link_over.html"), 410
    link, user = found
    form = PasswordForm(request.form)
    g.portal = user.portal
    if request.method == "POST" and form.validate():
        user_actions.use_link(link, user, form.password.data or "", moment())
        db.session.commit()
        access.sign_in(user)
        flash("Your password is set: you are signed in.", "done")
        return redirect(url_for("lms.home"))
    return render_template("lms/choose_password.html", form=form, portal=user.portal, user=user, forced=True)


def own_password() -> str | Response:
    """Change the user's own password; a user with a first password must."""
    viewer = access.signed_in()
    if viewer is None:
        return redirect(url_for("lms.sign_in"))
    if viewer.user.portal.sso:
        abort(404)
    form = PasswordForm(request.form)
    if request.method == "POST" and form.validate():
        user_actions.set_password(viewer.user, form.password.data or "", moment())
        db.session.commit()
        access.sign_in(viewer.user)
        flash("Your new password is set.", "done")
        return redirect(url_for("lms.home"))
    return render_template(
        "lms/choose_password.html",
        form=form,
        portal=viewer.user.portal,
        user=viewer.user,
        forced=viewer.user.must_set_password,
    )


def _portal(slug: str | None) -> Portal | None:
    """The portal of a sign-in page; None without a slug, 404 for an unknown one."""
    if slug is None:
        return None
    portal = by_slug(db.session(), slug)
    if portal is None:
        abort(404)
    g.portal = portal
    return portal


def _authenticated_user(form: SignInForm) -> User | None:
    """The user with this email and password, if they may sign in; else None."""
    portal = by_slug(db.session(), form.portal.data or "")
    user = _user_of(portal, form.email.data or "") if portal and not portal.sso else None
    right = check_password_hash((user and user.password_hash) or _dummy_hash(), form.password.data or "")
    return user if user is not None and right and user.state is AccountState.ACTIVE else None


def _user_of(portal: Portal, email: str) -> User | None:
    return db.session.scalars(
        select(User).where(User.portal_id == portal.id, User.email_key == checks.key_of(email))
    ).one_or_none()
