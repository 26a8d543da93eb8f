"""A small academy: the built-in LMS with a course, connected to a sandbox Paycor that can be broken on purpose."""

import json
from itertools import count

import sqlalchemy as sa

from connector.core.model.run import RunMode, RunTrigger
from connector.sandbox.lms.db.tables import Course, db
from connector.sandbox.lms.groups.completions import finish
from connector.services.views.views import RunView
from connector.store.tables.completions import CompletionRow
from connector.store.tables.people import LinkRow
from tests.whole import PORTAL, Whole

CERTIFICATIONS = "*/certifications"
#: Paycor keeps what one test has sent: the next one finishes another course.
COURSE_IDS = count(1000)


class Academy:
    """An LMS with a course, and what its Paycor has of certifications."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        with whole.app.app_context():
            course = Course(id=next(COURSE_IDS), portal_id=int(PORTAL), title="Fire Safety", summary="")
            db.session.add(course)
            db.session.commit()
            self.course_id = course.id
        links = whole.rows(sa.select(LinkRow.account_id).order_by(LinkRow.account_id))
        self.accounts = [row.account_id for row in links]

    def switch_on(self) -> None:
        """The admin consents."""
        with self.whole.app.app_context():
            self.whole.services.completions.switch_on(PORTAL, "7")

    def finishes(self, *account_ids: str) -> None:
        """These learners finish the course."""
        with self.whole.app.app_context():
            for account_id in account_ids:
                finish(db.session(), self.course_id, account_id, self.whole.services.clock())
            db.session.commit()

    def sends(self) -> RunView:
        """A run in mode completions; gives it, whatever ended it."""
        services = self.whole.services
        with self.whole.app.app_context():
            run_id = services.runs.request(PORTAL, RunMode.COMPLETIONS, RunTrigger.OPERATOR)
            services.executor.attempt(run_id, role="test")
            run = services.views.run(PORTAL, run_id)
        assert run is not None
        return run

    def states(self) -> list[tuple[str, str]]:
        """State and code of each completion."""
        query = sa.select(CompletionRow.state, CompletionRow.code).order_by(CompletionRow.id)
        return [(row.state, row.code) for row in self.whole.rows(query)]

    def at_paycor(self) -> list[str]:
        """The numbers of our completions that are there, one as often as it is there."""
        store, found = self.whole.paycor.sandbox.store, list[str]()
        for row in self.whole.rows(sa.select(CompletionRow.employee_id, CompletionRow.number)):
            bodies = store.written("certification", row.employee_id).values()
            numbers = [json.loads(body)["certificationNumber"] for body in bodies]
            found += [number for number in numbers if number == row.number]
        return found

    def breaks(self, kind: str, **fields: object) -> None:
        """Paycor fails so, once unless it is said otherwise."""
        self.whole.paycor.sandbox.faults.plant({"kind": kind, "path": CERTIFICATIONS, **fields})

    def posted(self) -> int:
        """How many POSTs of certifications reached Paycor."""
        report = self.whole.paycor.sandbox.calls.report(CERTIFICATIONS, "POST")
        return int(str(report["count"]))
