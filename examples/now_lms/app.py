"""NOW-LMS with the connector in it: `flask run`."""

from access import keep_suspended_out
from consent import let_consent_through
from lms import NowLms
from now_lms import init_app, lms_app
from now_lms.db import database
from pages import blueprint
from profiles import PaycorProfile

from connector import Connector

app = lms_app

if not init_app():  # which makes the tables and the first admin of a new NOW-LMS
    raise SystemExit("NOW-LMS cannot use its database: see DATABASE_URL, and what it has logged.")
with app.app_context():
    database.metadata.create_all(database.engine, tables=[PaycorProfile.__table__])
keep_suspended_out(app)
app.register_blueprint(blueprint)
Connector(app, host=NowLms(database), db=database)
let_consent_through(app)
