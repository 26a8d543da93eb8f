"""What the pages, the jobs and the command line ask for, by portal: the one surface of the connector they know.

It is built once for an app and lives in `app.extensions["connector"]`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connector.config import Config
from connector.core.ports.lms import Lms
from connector.services.completions.switch import CompletionsSwitch
from connector.services.connection.connect import ConnectionService
from connector.services.connection.pause import Pausing
from connector.services.events import EventEndpoints
from connector.services.people.account_matching import AccountMatching
from connector.services.people.directory import Directory
from connector.services.people.explain import Explanations
from connector.services.people.invitations import InvitationService
from connector.services.people.overrides import OverrideService
from connector.services.runs.execute import RunExecutor
from connector.services.runs.export import Exporting
from connector.services.runs.request import RunRequests
from connector.services.runs.undo import UndoService
from connector.services.settings.head_count import Scoping
from connector.services.settings.mapping_preview import Trying
from connector.services.settings.settings import SettingsService
from connector.services.views.pages import Views
from connector.store.db.sessions import Database
from connector.wiring import Wiring


@dataclass(frozen=True)
class Services:
    """Everything that can be asked for, and what it stands on. `clock` gives the aware UTC instant."""

    config: Config
    database: Database
    lms: Lms
    clock: Callable[[], datetime]
    connecting: ConnectionService
    configuring: SettingsService
    running: RunRequests
    disputing: AccountMatching
    excepting: OverrideService
    executing: RunExecutor
    reading: Views
    nudging: EventEndpoints
    completing: CompletionsSwitch
    exporting: Exporting
    resending: InvitationService
    explaining: Explanations
    pausing: Pausing
    people: Directory
    scoping: Scoping
    trying: Trying
    undoing: UndoService


def build(wiring: Wiring, *, wake: Callable[[int], None]) -> Services:
    """The services of one app. `wake` is given the id of each run that is asked for, once it is on record."""
    return Services(
        config=wiring.config,
        database=wiring.database,
        lms=wiring.lms,
        clock=wiring.clock,
        connecting=ConnectionService(wiring),
        configuring=SettingsService(wiring),
        running=RunRequests(wiring.database, wiring.clock, wake),
        disputing=AccountMatching(wiring),
        excepting=OverrideService(wiring),
        executing=RunExecutor(wiring),
        reading=Views(wiring.database),
        nudging=EventEndpoints(wiring),
        completing=CompletionsSwitch(wiring),
        exporting=Exporting(wiring.database),
        resending=InvitationService(wiring, wake),
        explaining=Explanations(wiring),
        pausing=Pausing(wiring),
        people=Directory(wiring.database),
        scoping=Scoping(wiring),
        trying=Trying(wiring),
        undoing=UndoService(wiring, wake),
    )
