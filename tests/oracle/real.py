"""The real thing: a sandbox Paycor on a socket, the built-in LMS with the plugin in it, and what they end up with."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from connector.core.model.settings import (
    AccessEnds,
    AddAs,
    Condition,
    InviteWhen,
    Limit,
    Limits,
    OnLeave,
    Operator,
    Outside,
    Policy,
    Scope,
)
from connector.sandbox.lms.db.tables import FieldDefinition, User
from connector.sandbox.lms.people.checks import identity, new_row
from connector.sandbox.paycor import SandboxServer
from connector.services.views.views import RunView
from connector.store import settings as stored_settings
from connector.store.connection import connections
from tests.clock import Clock
from tests.faults.rig import NINE_O_CLOCK, TimedLms
from tests.oracle.model.choices import GROWTH, READS, WEEKS, Choices
from tests.oracle.model.learners import Kind, Learner, State
from tests.oracle.model.values import Values, key_of
from tests.whole import PORTAL, TODAY

PEOPLE = 400
PAGE_SIZE = 25
NO_LIMIT = Limit(100_000, 100)
_SUBJECTS = {"Welcome": "welcome", "You are invited": "invitation"}


def policy_of(choices: Choices) -> Policy:
    """The connector's settings for these choices; of the limits, only that of new accounts is on."""
    excluded = Condition("employment_type", Operator.EQUALS, (choices.excluded,))
    return Policy(
        invite_when=InviteWhen.HIRE_DATE if choices.on_hire_date else InviteWhen.ADDED,
        add_as=AddAs(choices.added.value),
        on_leave=OnLeave.SUSPEND if choices.leave_suspends else OnLeave.KEEP,
        access_ends=AccessEnds.START_OF_DAY if choices.ends_at_start else AccessEnds.END_OF_DAY,
        absent_reads=READS,
        limits=Limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, Limit(GROWTH, 0), NO_LIMIT, WEEKS),
        feed_pct=1,
        scope=Scope(
            never=(excluded,) if choices.excluded else (),
            outside=Outside(choices.outsider.value),
        ),
    )


class RealPortal:
    """One portal of the LMS; its methods of `Hands` do by hand what an admin does on a page."""

    def __init__(self, lms: TimedLms, clock: Clock) -> None:
        self.lms = lms
        self._clock = clock
        self._staff = {one.key for one in self.learners() if one.kind is Kind.ADMIN}

    def pass_midnight(self, day: int) -> None:
        """The hourly job after the portal's midnight: it acts on stored dates, without Paycor."""
        self._clock.set(NINE_O_CLOCK + timedelta(days=day, hours=-8))
        with self.lms.app.app_context():
            self.lms.services.executor.due(role="test")

    def sync(self, day: int, *, approves: bool) -> RunView:
        """The sync of this day, and the release of what it holds back, when the admin approves."""
        # A minute later each day, so that no run is exactly seven days before another.
        self._clock.set(NINE_O_CLOCK + timedelta(days=day, minutes=day))
        run = self.lms.sync()
        if run.status == "held" and approves:
            with self.lms.app.app_context():
                released = self.lms.services.runs.release(PORTAL, run.run_id, None)
                self.lms.services.executor.attempt(released, role="test")
        return run

    def learners(self) -> list[Learner]:
        """Every account of the portal as it is now."""
        fields = self._fields()
        return [
            Learner(
                user.email,
                user.first_name,
                user.last_name,
                Kind(user.type.value),
                State(user.state.value),
                {fields[key]: value for key, value in user.custom.items()},
                user.external_id is not None,
            )
            for (user,) in self.lms.rows(sa.select(User).where(User.portal_id == int(PORTAL)))
        ]

    def mails(self) -> Counter[tuple[str, str]]:
        """How often which mail went to which address, without the admins."""
        return Counter(
            (
                key_of(recipient),
                next((what for start, what in _SUBJECTS.items() if subject.startswith(start)), subject),
            )
            for recipient, subject in self.lms.mails()
            if key_of(recipient) not in self._staff
        )

    def add(self, address: str, first_name: str, kind: Kind) -> None:
        """See `Hands`."""
        row = new_row(int(PORTAL), self._now(), **identity(address, first_name, "By Hand"))
        with self._writing() as session:
            session.add(User(**row))
        if kind is not Kind.LEARNER:
            self.set_kind(address, kind)

    def set_state(self, address: str, state: State) -> None:
        """See `Hands`."""
        self._edit(address, state=state.value)

    def set_kind(self, address: str, kind: Kind) -> None:
        """See `Hands`."""
        self._edit(address, type=kind.value)

    def edit(self, address: str, first_name: str, fields: Values) -> None:
        """See `Hands`."""
        ids = {key: stored for stored, key in self._fields().items()}
        with self._writing() as session:
            user = session.scalars(_at(address)).one()
            custom = {**user.custom, **{ids[key]: value for key, value in fields.items()}}
            user.first_name, user.updated_at = first_name, self._now()
            user.custom = {key: value for key, value in custom.items() if value is not None}

    def delete(self, address: str) -> None:
        """See `Hands`."""
        with self._writing() as session:
            session.delete(session.scalars(_at(address)).one())

    def _edit(self, address: str, **values: str) -> None:
        with self._writing() as session:
            user = session.scalars(_at(address)).one()
            for name, value in values.items():
                setattr(user, name, type(getattr(user, name))(value))
            user.updated_at = self._now()

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)

    def _fields(self) -> dict[str, str]:
        query = sa.select(FieldDefinition.id, FieldDefinition.key)
        rows = self.lms.rows(query.where(FieldDefinition.portal_id == int(PORTAL)))
        return {str(row.id): row.key for row in rows}

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with Session(self.lms.services.database.engine) as session, session.begin():
            yield session


def _at(address: str) -> Any:
    return sa.select(User).where(User.email_key == key_of(address), User.portal_id == int(PORTAL))


@contextmanager
def connected(
    folder: Path, url: str, choices: Choices, seed: int
) -> Iterator[tuple[SandboxServer, RealPortal]]:
    """A Paycor and a connected portal before its first sync, in an empty folder and an empty database."""
    clock = Clock(NINE_O_CLOCK)
    with SandboxServer(people=PEOPLE, seed=seed, today=TODAY, clock=clock) as paycor:
        lms = TimedLms(paycor, folder, url, clock)
        try:
            lms.prepare()
            box = paycor.sandbox
            box.switches = box.switches.changed(
                {"employees_per_page": PAGE_SIZE, "calls_per_minute": 1_000_000}
            )
            lms.connect()
            with lms.services.database.writing() as session:
                connection = connections.of_portal(session, PORTAL)
                if connection is None:
                    raise LookupError("The portal is not connected.")
                stored_settings.set_policy(connection, policy_of(choices))
            yield paycor, RealPortal(lms, clock)
        finally:
            lms.close()
