"""A web worker with a scheduler, in its own process: `python -m tests.jobs.scheduler_process URL`, until killed.

Its LMS is the built-in one on the database URL; a fake Paycor has three people; every job runs once a second.
"""

import sys
import threading
from datetime import UTC, datetime

import msgspec
from apscheduler.schedulers.background import BackgroundScheduler

from connector import manifest
from connector.config import load
from connector.jobs import Jobs
from connector.sandbox.lms import BuiltInLms, create_app, db
from connector.services import Services
from connector.store.db.sessions import Database
from tests.services.portal import Breaking, FeedWiring, hire
from tests.whole import KEY

SETTINGS = {"CONNECTOR_ENV": "development", "CONNECTOR_SECRET_KEYS": KEY, "CONNECTOR_SCHEDULER": "false"}


def main(url: str) -> None:
    """Run the jobs of the manifest until the process is killed."""
    app = create_app({**SETTINGS, "LMS_DATABASE_URL": url, "LMS_SECRET_KEY": "for a test"})
    with app.app_context():
        engine = db.engine
    wiring = FeedWiring(load(SETTINGS, {}), Database(engine), BuiltInLms(db), lambda: datetime.now(UTC))
    wiring.feed = Breaking([hire(1), hire(2), hire(3)])
    scheduler = BackgroundScheduler(timezone=UTC)
    plugin = manifest.load()
    jobs = [msgspec.structs.replace(job, trigger="interval", fields={"seconds": 1}) for job in plugin.jobs]
    Jobs(app, Services(wiring, wake=lambda run_id: None), scheduler).schedule(
        msgspec.structs.replace(plugin, jobs=tuple(jobs))
    )
    scheduler.start()
    print("running", flush=True)  # noqa: T201 - the test waits for this line
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
