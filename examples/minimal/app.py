"""A Flask app with its own Flask-SQLAlchemy and the connector."""

from flask import Flask, redirect
from lms import SmallLms, db, sign_in_as_admin
from werkzeug.wrappers import Response

from connector import Connector

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///small.sqlite"
app.config.from_prefixed_env()  # FLASK_SECRET_KEY signs the cookies
db.init_app(app)
with app.app_context():
    db.create_all()
Connector(app, host=SmallLms(db), db=db)


@app.route("/sign-in")
def sign_in() -> Response:
    """Sign in as the admin; a real LMS asks for a password."""
    sign_in_as_admin()
    return redirect("/settings/integrations/hr/")
