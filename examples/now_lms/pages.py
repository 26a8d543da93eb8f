"""A page for admins: the users from Paycor, with their custom user data, which NOW-LMS does not show."""

from flask import Blueprint, render_template, request
from flask_login import login_required
from lms import FIELDS
from now_lms.auth import perfil_requerido
from now_lms.db import Usuario, database
from profiles import PaycorProfile, state_of
from sqlalchemy import select

PAGE_SIZE = 50

blueprint = Blueprint("paycor", __name__, template_folder="templates")


@blueprint.route("/admin/users/paycor")
@login_required
@perfil_requerido("admin")
def learners() -> str:
    """All users with the connector's key, the newest first."""
    query = (
        select(Usuario)
        .join(PaycorProfile)
        .where(PaycorProfile.external_id.is_not(None))
        .order_by(Usuario.id.desc())
    )
    page = database.paginate(query, page=request.args.get("page", 1, type=int), per_page=PAGE_SIZE)
    return render_template("paycor/learners.html", page=page, fields=FIELDS, state_of=state_of)
