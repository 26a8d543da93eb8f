"""NOW-LMS with the connector: `flask run`."""

from access import keep_suspended_out
from consent import allow_consent
from lms import NowLms
from now_lms import init_app, lms_app
from now_lms.db import database
from pages import blueprint
from profiles import PaycorProfile

from connector import Connector

app = lms_app

if not init_app():  # creates the tables and the first admin of a new NOW-LMS
    raise SystemExit("NOW-LMS cannot use its database. Check DATABASE_URL and the log.")
with app.app_context():
    database.metadata.create_all(database.engine, tables=[PaycorProfile.__table__])
keep_suspended_out(app)
app.register_blueprint(blueprint)
Connector(app, host=NowLms(database), db=database)
allow_consent(app)
