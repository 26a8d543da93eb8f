"""Runs the matrix: a stage and a fault in, a `Cell` out. Each cell begins at a state that is put back."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from connector.core.model.findings import FINDINGS
from connector.core.model.settings import MappingRow
from connector.errors import ConnectorError
from connector.sandbox.demo.walk import MAPPED
from connector.services.views.views import RunView
from tests.faults.matrix import Fault, Moment
from tests.faults.stage import BESIDES, LATER, Stage
from tests.faults.standing import Standing, differences, harms
from tests.whole import PORTAL

#: Groups of faults that may have spent the refresh token.
ENDS_CONSENT = ("token endpoint", "consent")
#: How a message says what to do next, in the words that ours have.
NEXT_STEP = re.compile(
    r"again|next run|[Cc]heck|[Tt]ick|Copy|Correct|report this|Look at|Enter|Ask|Set|Give|Tell|Nothing to do|Left alone"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: `state` is that of the run, or of the connection; `told` is what the admin reads.

    `code` is that of the error, or of the findings there would not have been; `ended` is whether a run was ended.
    """

    state: str
    code: str = ""
    told: str = ""
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
        """Whether whoever reads it is told what to do, if anything went wrong."""
        return not self.outcome.code or bool(NEXT_STEP.search(self.outcome.told))


@dataclass(frozen=True, slots=True)
class Twin:
    """The same moment without a fault: before, after, and after another sync."""

    before: Standing
    after: Standing
    later: Standing


#: Where each moment begins, and how much time has gone by.
_BEGINNINGS = {
    Moment.CONNECT: ("new", timedelta()),
    Moment.FIRST_SYNC: ("connected", timedelta()),
    Moment.DAILY_SYNC: ("synced", LATER),
    Moment.ONE_PERSON: ("synced", LATER),
    Moment.DUE_DATES: ("synced", LATER),
}


class Matrix:
    """The cells of one stage. What a state heals to is worked out once for each state."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._healed: dict[tuple[timedelta, bytes], Standing] = {}
        self._cells: dict[tuple[str, str, Moment], Cell] = {}
        self._prepare()
        self._twins = {moment: self._twin(moment) for moment in Moment}

    def cells(self, faults: Iterable[Fault], moments: Iterable[Moment] = Moment) -> Iterator[Cell]:
        """Every fault at every moment."""
        moments = tuple(moments)
        for fault in faults:
            for moment in moments:
                yield self.cell(fault, moment)

    def cell(self, fault: Fault, moment: Moment) -> Cell:
        """One fault at one moment, looked at right after it and after a healthy sync; each is run once."""
        key = (fault.group, fault.name, moment)
        if key not in self._cells:
            self._cells[key] = self._run(fault, moment)
        return self._cells[key]

    def _run(self, fault: Fault, moment: Moment) -> Cell:
        began, twin, stage = time.monotonic(), self._twins[moment], self._stage
        self._begin(moment)
        stage.break_by(fault)
        outcome = _ACTS[moment](self)
        after = stage.standing()
        outcome = self._with_findings(outcome, after, twin)
        found = [*harms(twin.before, after, twin.after, ended=outcome.ended)]
        found += differences(self._heal(doubtful=fault.group in ENDS_CONSENT), twin.later)
        return Cell(fault, moment, outcome, tuple(dict.fromkeys(found)), time.monotonic() - began)

    def _prepare(self) -> None:
        stage = self._stage
        stage.keep("new")
        self.connect()
        self._map_besides()
        stage.keep("connected")
        self.sync()
        stage.keep("synced")

    def _begin(self, moment: Moment) -> None:
        name, later = _BEGINNINGS[moment]
        self._stage.back(name, later)

    def _twin(self, moment: Moment) -> Twin:
        self._begin(moment)
        before = self._stage.standing()
        _ACTS[moment](self)
        after = self._stage.standing()
        return Twin(before, after, self._heal())

    def _heal(self, *, doubtful: bool = False) -> Standing:
        """What the state at hand comes to when Paycor is well again: connected if need be, and synced.

        Looked up if the state is known, unless it is `doubtful` whether the consent still works, which no row says.
        """
        stage = self._stage
        stage.mend()
        key = (_time_of(stage), stage.state())
        if doubtful or key not in self._healed:
            self._make_active()
            if self.sync().state == "failed":
                self._make_active()
                self.sync()
            self._healed[key] = stage.standing()
        return self._healed[key]

    def _make_active(self) -> None:
        connection = self._stage.connection
        if connection is None or connection.state != "active":
            self.connect()

    def connect(self) -> Outcome:
        """What an admin does with a pasted application, as far as it goes."""
        whole = self._stage.whole
        connecting, configuring = whole.services.connection, whole.services.settings
        with whole.app.app_context():
            try:
                connecting.paste(PORTAL, None, whole.pasted())
                connecting.finish(PORTAL, None)
                if not configuring.mapping(PORTAL):
                    rows = [MappingRow(attribute, key) for attribute, key in MAPPED.items()]
                    configuring.save_mapping(PORTAL, None, rows)
            except ConnectorError as error:
                state = self._stage.connection
                return Outcome(state.state if state else "not connected", error.code, error.message)
        return Outcome("active")

    def _map_besides(self) -> None:
        """What an admin maps who has looked for custom fields."""
        configuring = self._stage.whole.services.settings
        with self._stage.whole.app.app_context():
            configuring.look_for_custom_fields(PORTAL, None)
            rows = [MappingRow(attribute, key) for attribute, key in (MAPPED | BESIDES).items()]
            configuring.save_mapping(PORTAL, None, rows)

    def sync(self) -> Outcome:
        """A sync that was asked for by hand."""
        return _outcome(self._stage.whole.sync())

    def tick(self) -> Outcome:
        """The daily sync, whose hour has come."""
        with self._stage.whole.app.app_context():
            self._stage.services.executor.tick(role="test")
        return _outcome(self._last())

    def due(self) -> Outcome:
        """What the hourly job does about dates that have passed."""
        with self._stage.whole.app.app_context():
            self._stage.services.executor.due(role="test")
        return _outcome(self._last())

    def one(self) -> Outcome:
        """A sync of the person whom most faults of a record are about, asked for by hand."""
        services = self._stage.services
        with self._stage.whole.app.app_context():
            try:
                run_id = services.runs.request_one(PORTAL, self._stage.ordinary, "admin")
                services.executor.attempt(run_id, role="test")
            except ConnectorError as error:
                return Outcome("refused", error.code, error.message, ended=True)
        return _outcome(self._last())

    def _last(self) -> RunView:
        return self._stage.services.views.runs(PORTAL).rows[0]

    def _with_findings(self, outcome: Outcome, after: Standing, twin: Twin) -> Outcome:
        """With no error to tell of, what the list of findings has that the twin's has not."""
        if outcome.code:
            return outcome
        new = sorted({code for code, _, _ in after.findings - twin.after.findings})
        told = " ".join(f"{FINDINGS[code].label}. {FINDINGS[code].advice}" for code in new)
        return Outcome(outcome.state, ", ".join(new), told or outcome.told, outcome.ended)


def _time_of(stage: Stage) -> timedelta:
    return timedelta(seconds=stage.clock().timestamp())


def _outcome(run: RunView) -> Outcome:
    ended = run.status not in ("done", "held")
    code = run.error_code or ("held" if run.status == "held" else "")
    return Outcome(run.status, code, run.error_message or "", ended)


_ACTS: Mapping[Moment, Callable[[Matrix], Outcome]] = {
    Moment.CONNECT: Matrix.connect,
    Moment.FIRST_SYNC: Matrix.sync,
    Moment.DAILY_SYNC: Matrix.tick,
    Moment.ONE_PERSON: Matrix.one,
    Moment.DUE_DATES: Matrix.due,
}
