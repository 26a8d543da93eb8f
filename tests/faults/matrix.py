"""The matrix of faults and moments: a rig and a fault in, a `Cell` out. Each cell starts from a restored state."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from connector.core.model.run import RunStatus
from connector.core.model.settings import MappingRow
from connector.errors import ConnectorError
from connector.sandbox.demo.connect import DEMO_MAPPING
from connector.services.views.views import RunView
from connector.words.findings import FINDING_TEXTS
from tests.faults.fault_list import Fault, Moment
from tests.faults.rig import EXTRA_MAPPING, LATER, Rig
from tests.faults.snapshots import Snapshot, differences, harms
from tests.whole import PORTAL

#: Groups of faults that may have used up the refresh token.
ENDS_CONSENT = ("token endpoint", "consent")
#: The words of our messages that say what to do next.
NEXT_STEP = re.compile(
    r"again|next run|[Cc]heck|[Tt]ick|Copy|Correct|[Rr]eport this|Look at|Enter|Ask|Set|Give|Tell"
    r"|Add |Change |Choose |Map |Merge |Remove |Nothing needs doing|Nothing changes"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for the admin: the `state` of the run or of the connection, and the `message` that the admin reads.

    `code` is that of the error, or of the findings that the baseline does not have; `ended` is whether a run failed.
    """

    state: str
    code: str = ""
    message: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One fault at one moment. `harm` has to be empty."""

    fault: Fault
    moment: Moment
    outcome: Outcome
    harm: tuple[str, ...]
    seconds: float

    @property
    def is_helpful(self) -> bool:
        """Whether the message says what to do, if anything went wrong."""
        return not self.outcome.code or bool(NEXT_STEP.search(self.outcome.message))


@dataclass(frozen=True, slots=True)
class Baseline:
    """The same moment without a fault: before, after, and after another sync."""

    before: Snapshot
    after: Snapshot
    later: Snapshot


#: The saved state that each moment starts from, and how much time has passed.
_STARTS = {
    Moment.CONNECT: ("new", timedelta()),
    Moment.FIRST_SYNC: ("connected", timedelta()),
    Moment.DAILY_SYNC: ("synced", LATER),
    Moment.ONE_PERSON: ("synced", LATER),
    Moment.DUE_DATES: ("synced", LATER),
}


class Matrix:
    """The cells of one rig. The snapshot after repair is made once for each state."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._repaired: dict[tuple[timedelta, bytes], Snapshot] = {}
        self._cells: dict[tuple[str, str, Moment], Cell] = {}
        self._prepare()
        self._baselines = {moment: self._baseline(moment) for moment in Moment}

    def cells(self, faults: Iterable[Fault], moments: Iterable[Moment] = Moment) -> Iterator[Cell]:
        """Every fault at every moment."""
        moments = tuple(moments)
        for fault in faults:
            for moment in moments:
                yield self.cell(fault, moment)

    def cell(self, fault: Fault, moment: Moment) -> Cell:
        """One fault at one moment, checked right after it and after a healthy sync; each is run once."""
        key = (fault.group, fault.name, moment)
        if key not in self._cells:
            self._cells[key] = self._run(fault, moment)
        return self._cells[key]

    def _run(self, fault: Fault, moment: Moment) -> Cell:
        began, baseline, rig = time.monotonic(), self._baselines[moment], self._rig
        self._restore(moment)
        rig.plant(fault)
        outcome = _ACTIONS[moment](self)
        after = rig.snapshot()
        outcome = self._with_findings(outcome, after, baseline)
        found = [*harms(baseline.before, after, baseline.after, ended=outcome.ended)]
        found += differences(
            self._snapshot_after_repair(consent_unknown=fault.group in ENDS_CONSENT), baseline.later
        )
        return Cell(fault, moment, outcome, tuple(dict.fromkeys(found)), time.monotonic() - began)

    def _prepare(self) -> None:
        rig = self._rig
        rig.save("new")
        self.connect()
        self._map_extra_fields()
        rig.save("connected")
        self.sync()
        rig.save("synced")

    def _restore(self, moment: Moment) -> None:
        name, later = _STARTS[moment]
        self._rig.restore(name, later)

    def _baseline(self, moment: Moment) -> Baseline:
        self._restore(moment)
        before = self._rig.snapshot()
        _ACTIONS[moment](self)
        after = self._rig.snapshot()
        return Baseline(before, after, self._snapshot_after_repair())

    def _snapshot_after_repair(self, *, consent_unknown: bool = False) -> Snapshot:
        """The snapshot after Paycor works again: connected if needed, and synced.

        Cached for a known state, except with `consent_unknown`: no row says whether the consent still works.
        """
        rig = self._rig
        rig.repair()
        key = (_time_of(rig), rig.state())
        if consent_unknown or key not in self._repaired:
            self._make_active()
            if self.sync().state == "failed":
                self._make_active()
                self.sync()
            self._repaired[key] = rig.snapshot()
        return self._repaired[key]

    def _make_active(self) -> None:
        connection = self._rig.connection
        if connection is None or connection.state != "active":
            self.connect()

    def connect(self) -> Outcome:
        """Connect by paste and map the demo's fields, as an admin does."""
        whole = self._rig.whole
        connection_service, settings_service = whole.services.connection, whole.services.settings
        with whole.app.app_context():
            try:
                connection_service.paste(PORTAL, None, whole.pasted())
                connection_service.finish(PORTAL, None)
                if not settings_service.mapping(PORTAL):
                    rows = [MappingRow(attribute, key) for attribute, key in DEMO_MAPPING.items()]
                    settings_service.save_mapping(PORTAL, None, rows)
            except ConnectorError as error:
                state = self._rig.connection
                return Outcome(state.state if state else "not connected", error.code, error.message)
        return Outcome("active")

    def _map_extra_fields(self) -> None:
        """Look for custom fields and map the extra fields, as an admin does."""
        services = self._rig.whole.services
        with self._rig.whole.app.app_context():
            services.options.find_custom_fields(PORTAL, None)
            rows = [MappingRow(attribute, key) for attribute, key in (DEMO_MAPPING | EXTRA_MAPPING).items()]
            services.settings.save_mapping(PORTAL, None, rows)

    def sync(self) -> Outcome:
        """Start a sync by hand."""
        return _outcome(self._rig.whole.sync())

    def sync_daily(self) -> Outcome:
        """Run the daily sync that is due."""
        with self._rig.whole.app.app_context():
            self._rig.services.executor.tick(role="test")
        return _outcome(self._last())

    def sync_due(self) -> Outcome:
        """Run the hourly job for dates that have passed."""
        with self._rig.whole.app.app_context():
            self._rig.services.executor.due(role="test")
        return _outcome(self._last())

    def sync_one(self) -> Outcome:
        """Start, by hand, a sync of the person whose record most record faults change."""
        services = self._rig.services
        with self._rig.whole.app.app_context():
            try:
                run_id = services.runs.request_one(PORTAL, self._rig.ordinary, "admin")
                services.executor.attempt(run_id, role="test")
            except ConnectorError as error:
                return Outcome("refused", error.code, error.message, ended=True)
        return _outcome(self._last())

    def _last(self) -> RunView:
        """The last run that was carried out; a failure that passes has queued another one."""
        rows = self._rig.services.views.runs(PORTAL).rows
        return next(run for run in rows if run.status != RunStatus.QUEUED)

    def _with_findings(self, outcome: Outcome, after: Snapshot, baseline: Baseline) -> Outcome:
        """The outcome; without an error, its code and message are those of the findings that the baseline has not."""
        if outcome.code:
            return outcome
        new = sorted({code for code, _, _ in after.findings - baseline.after.findings})
        message = " ".join(f"{FINDING_TEXTS[code].label}. {FINDING_TEXTS[code].advice}" for code in new)
        return Outcome(outcome.state, ", ".join(new), message or outcome.message, outcome.ended)


def _time_of(rig: Rig) -> timedelta:
    return timedelta(seconds=rig.clock().timestamp())


def _outcome(run: RunView) -> Outcome:
    ended = run.status not in ("done", "held")
    code = run.error_code or ("held" if run.status == "held" else "")
    return Outcome(run.status, code, run.error_message or "", ended)


_ACTIONS: Mapping[Moment, Callable[[Matrix], Outcome]] = {
    Moment.CONNECT: Matrix.connect,
    Moment.FIRST_SYNC: Matrix.sync,
    Moment.DAILY_SYNC: Matrix.sync_daily,
    Moment.ONE_PERSON: Matrix.sync_one,
    Moment.DUE_DATES: Matrix.sync_due,
}
