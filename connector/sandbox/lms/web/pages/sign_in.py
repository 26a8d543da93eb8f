"""Signing in and out, one's own password, and the links that mails carry."""

from functools import cache

from flask import abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.wrappers import Response

from connector.core.model.account import AccountState
from connector.sandbox.lms.db.tables import LetterKind, Portal, User, db
from connector.sandbox.lms.people import checks
from connector.sandbox.lms.people.invitations import open_link
from connector.sandbox.lms.people.portals import by_slug
from connector.sandbox.lms.web import access, by_hand
from connector.sandbox.lms.web.forms import EmailForm, PasswordForm, SignInForm
from connector.sandbox.lms.web.pages.common import commit_and_send, lms_settings, moment

WRONG = "Portal, email and password do not go together, or the account cannot sign in."


@cache
def _nobodys_hash() -> str:
    """Checked when there is no such account, so that the answer takes as long; made when it is first needed."""
    return generate_password_hash("nobody")


def sign_in(slug: str | None = None) -> str | Response:
    """The sign-in page; `slug` is there when it is a portal's own."""
    form = SignInForm(request.form, portal=slug or request.args.get("portal", ""))
    portal = _portal(slug)
    if portal is not None and portal.sso:
        return redirect(url_for("lms.sso", slug=portal.slug, next=request.args.get("next")))
    if request.method == "POST" and form.validate():
        user = _who(form)
        if user is not None:
            access.sign_in(user)
            return redirect(access.own_path(request.args.get("next")) or url_for("lms.home"))
        flash(WRONG, "error")
    empty = portal is None and db.session.scalar(select(Portal.id).limit(1)) is None
    return render_template("lms/sign_in.html", form=form, portal=portal, empty=empty)


def sign_out() -> Response:
    """End the session."""
    access.sign_out()
    flash("You are signed out.", "done")
    return redirect(url_for("lms.sign_in"))


def sso(slug: str) -> str | Response:
    """A stand-in for an identity provider: it takes anybody's word, which is why it says so on the page."""
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
    """Ask for a link to choose a password: the first one of an account made without a mail, or a new one."""
    portal = _portal(slug)
    if portal is None or portal.sso:
        abort(404)
    form = EmailForm(request.form)
    if request.method == "POST" and form.validate():
        user = _user_of(portal, form.email.data or "")
        if user is not None and user.state is AccountState.ACTIVE:
            by_hand.write_to(
                db.session(), portal, [user], LetterKind.PASSWORD, moment(), lms_settings().base_url
            )
            commit_and_send()
        flash("If there is an active account with this address, a link is on its way to it.", "done")
        return redirect(url_for("lms.portal_sign_in", slug=portal.slug))
    return render_template("lms/forgotten.html", form=form, portal=portal)


def invitation(token: str) -> str | tuple[str, int] | Response:
    """Choose a password by a link from a mail. Looking does not use the link up: mail scanners look, too."""
    found = open_link(db.session(), token, moment())
    if found is None or found[1].portal.sso:
        return render_template("lms/link_over.html"), 410
    link, user = found
    form = PasswordForm(request.form)
    g.portal = user.portal
    if request.method == "POST" and form.validate():
        by_hand.use(link, user, form.password.data or "", moment())
        db.session.commit()
        access.sign_in(user)
        flash("Your password is set: you are signed in.", "done")
        return redirect(url_for("lms.home"))
    return render_template("lms/choose_password.html", form=form, portal=user.portal, user=user, forced=True)


def own_password() -> str | Response:
    """Change one's own password; whoever still has a first one must."""
    who = access.signed_in()
    if who is None:
        return redirect(url_for("lms.sign_in"))
    if who.user.portal.sso:
        abort(404)
    form = PasswordForm(request.form)
    if request.method == "POST" and form.validate():
        by_hand.set_password(who.user, form.password.data or "", moment())
        db.session.commit()
        access.sign_in(who.user)
        flash("Your new password is set.", "done")
        return redirect(url_for("lms.home"))
    return render_template(
        "lms/choose_password.html",
        form=form,
        portal=who.user.portal,
        user=who.user,
        forced=who.user.must_set_password,
    )


def _portal(slug: str | None) -> Portal | None:
    """The portal of a sign-in page; 404 when the address names one that is not there."""
    if slug is None:
        return None
    portal = by_slug(db.session(), slug)
    if portal is None:
        abort(404)
    g.portal = portal
    return portal


def _who(form: SignInForm) -> User | None:
    """The user that these belong to, if they may sign in with a password."""
    portal = by_slug(db.session(), form.portal.data or "")
    user = _user_of(portal, form.email.data or "") if portal and not portal.sso else None
    right = check_password_hash((user and user.password_hash) or _nobodys_hash(), form.password.data or "")
    return user if user is not None and right and user.state is AccountState.ACTIVE else None


def _user_of(portal: Portal, email: str) -> User | None:
    return db.session.scalars(
        select(User).where(User.portal_id == portal.id, User.email_key == checks.key_of(email))
    ).one_or_none()
