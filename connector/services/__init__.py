"""The services that pages, jobs, API and commands call, each with a portal's id: they know nothing below them.

An app builds them once, in `app.extensions["connector"]`.
"""

from collections.abc import Callable

from connector.services.completions.switch import CompletionsSwitch
from connector.services.connection.connect import ConnectionService
from connector.services.events import EventEndpoints
from connector.services.people.account_handover import AccountHandover
from connector.services.people.account_matching import AccountMatching
from connector.services.people.directory import Directory
from connector.services.people.invitations import InvitationService
from connector.services.people.overrides import OverrideService
from connector.services.runs.execute import RunExecutor
from connector.services.runs.request import RunRequests
from connector.services.runs.undo import UndoService
from connector.services.settings.options import SettingOptions
from connector.services.settings.settings import SettingsService
from connector.services.views.pages import Views
from connector.wiring import Wiring


class Services:
    """All services of an app, built on `wiring`. `clock` returns the aware UTC instant.

    `wake` is called with the id of each requested run, once the run is stored.
    """

    def __init__(self, wiring: Wiring, *, wake: Callable[[int], None]) -> None:
        self.wiring = wiring
        self.config, self.database, self.lms, self.clock = (
            wiring.config,
            wiring.database,
            wiring.lms,
            wiring.clock,
        )
        self.connection = ConnectionService(wiring)
        self.options = SettingOptions(wiring)
        self.settings = SettingsService(wiring)
        self.runs = RunRequests(wiring.database, wiring.clock, wake)
        self.executor = RunExecutor(wiring)
        self.undo = UndoService(wiring, wake)
        self.people = Directory(wiring.database)
        self.matching = AccountMatching(wiring)
        self.handover = AccountHandover(wiring)
        self.overrides = OverrideService(wiring)
        self.invitations = InvitationService(wiring, wake)
        self.events = EventEndpoints(wiring)
        self.completions = CompletionsSwitch(wiring)
        self.views = Views(wiring.database)
