"""What the pages, the jobs and the command line ask for, by portal: the one surface of the connector they know.

It is built once for an app and lives in `app.extensions["connector"]`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connector.config import Config
from connector.core.lms import Lms
from connector.services.completing import Completing
from connector.services.configuring import Configuring
from connector.services.connecting import Connecting
from connector.services.disputing import Disputing
from connector.services.excepting import Excepting
from connector.services.executing import Executing
from connector.services.explaining import Explaining
from connector.services.exporting import Exporting
from connector.services.nudging import Nudging
from connector.services.pausing import Pausing
from connector.services.people import People
from connector.services.reading import Reading
from connector.services.resending import Resending
from connector.services.running import Running
from connector.services.scoping import Scoping
from connector.services.trying import Trying
from connector.services.undoing import Undoing
from connector.store.sessions import Database
from connector.wiring import Wiring


@dataclass(frozen=True)
class Services:
    """Everything that can be asked for, and what it stands on. `clock` gives the aware UTC instant."""

    config: Config
    database: Database
    lms: Lms
    clock: Callable[[], datetime]
    connecting: Connecting
    configuring: Configuring
    running: Running
    disputing: Disputing
    excepting: Excepting
    executing: Executing
    reading: Reading
    nudging: Nudging
    completing: Completing
    exporting: Exporting
    resending: Resending
    explaining: Explaining
    pausing: Pausing
    people: People
    scoping: Scoping
    trying: Trying
    undoing: Undoing


def build(wiring: Wiring, *, wake: Callable[[int], None]) -> Services:
    """The services of one app. `wake` is given the id of each run that is asked for, once it is on record."""
    return Services(
        config=wiring.config,
        database=wiring.database,
        lms=wiring.lms,
        clock=wiring.clock,
        connecting=Connecting(wiring),
        configuring=Configuring(wiring),
        running=Running(wiring.database, wiring.clock, wake),
        disputing=Disputing(wiring),
        excepting=Excepting(wiring),
        executing=Executing(wiring),
        reading=Reading(wiring.database),
        nudging=Nudging(wiring),
        completing=Completing(wiring),
        exporting=Exporting(wiring.database),
        resending=Resending(wiring, wake),
        explaining=Explaining(wiring),
        pausing=Pausing(wiring),
        people=People(wiring.database),
        scoping=Scoping(wiring),
        trying=Trying(wiring),
        undoing=Undoing(wiring, wake),
    )
