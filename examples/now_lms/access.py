"""Whoever is suspended is out: at the next click, and until an admin or Paycor lets them in again.

By itself NOW-LMS refuses an inactive user at the sign-in, but shows those who are signed in already an error page on
most addresses only, and lets two of its own pages, which ask no admin, make a user active again.
"""

from flask import Flask, has_request_context, request
from now_lms import administrador_sesion, cargar_sesion
from now_lms.db import Usuario
from sqlalchemy import event

#: Where a visitor's own doing makes an account active: a sign-in with an unverified address, a link by mail.
BY_THEMSELVES = ("user.inicio_sesion", "user.check_mail")


def keep_suspended_out(app: Flask) -> None:
    """Close the three ways in."""
    administrador_sesion.user_loader(active_user)
    event.listen(Usuario.activo, "set", unless_suspended, retval=True)


def active_user(user_id: str | None) -> Usuario | None:
    """Whoever is signed in, while they are active; NOW-LMS makes an exception for admins, and so is one here."""
    user = cargar_sesion(user_id)
    return user if user is not None and (user.activo or user.tipo == "admin") else None


def unless_suspended(user: Usuario, active: bool, was: object, initiator: object) -> bool:
    """What becomes of `activo` when it is set: whom the connector has suspended, no visit of their own lets in."""
    by_themselves = has_request_context() and request.endpoint in BY_THEMSELVES
    return active and not (by_themselves and user.paycor is not None and user.paycor.suspended)
