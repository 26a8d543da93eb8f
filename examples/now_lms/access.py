"""A suspended user is signed out at the next click, and stays out until an admin or Paycor restores the access.

NOW-LMS itself refuses an inactive user at the sign-in. But a user who is signed in already gets an error only on most
pages, and two of its pages make a user active again without an admin.
"""

from flask import Flask, has_request_context, request
from now_lms import administrador_sesion, cargar_sesion
from now_lms.db import Usuario
from sqlalchemy import event

#: The pages where a visitor can make an account active: the sign-in with an unverified address, the link by mail.
SELF_SERVICE = ("user.inicio_sesion", "user.check_mail")


def keep_suspended_out(app: Flask) -> None:
    """Close the three ways in."""
    administrador_sesion.user_loader(active_user)
    event.listen(Usuario.activo, "set", unless_suspended, retval=True)


def active_user(user_id: str | None) -> Usuario | None:
    """The signed-in user while active; admins are exempt, as in NOW-LMS itself."""
    user = cargar_sesion(user_id)
    return user if user is not None and (user.activo or user.tipo == "admin") else None


def unless_suspended(user: Usuario, active: bool, was: object, initiator: object) -> bool:
    """The new value of `activo`: a user that the connector has suspended cannot activate the account."""
    is_self_service = has_request_context() and request.endpoint in SELF_SERVICE
    return active and not (is_self_service and user.paycor is not None and user.paycor.suspended)
