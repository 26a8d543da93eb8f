"""What the pages, the jobs and the command line ask for, by portal: the one surface of the connector they know.

It is built once for an app and lives in `app.extensions["connector"]`.
"""

from collections.abc import Callable

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
from connector.wiring import Wiring


class Services:
    """Everything that can be asked for; `wiring` is what it stands on, `clock` gives the aware UTC instant.

    `wake` is given the id of each run that is asked for, once it is on record.
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
        self.pausing = Pausing(wiring)
        self.settings = SettingsService(wiring)
        self.mapping_previews = Trying(wiring)
        self.head_counts = Scoping(wiring)
        self.runs = RunRequests(wiring.database, wiring.clock, wake)
        self.executor = RunExecutor(wiring)
        self.undo = UndoService(wiring, wake)
        self.exports = Exporting(wiring.database)
        self.people = Directory(wiring.database)
        self.explanations = Explanations(wiring)
        self.matching = AccountMatching(wiring)
        self.overrides = OverrideService(wiring)
        self.invitations = InvitationService(wiring, wake)
        self.events = EventEndpoints(wiring)
        self.completions = CompletionsSwitch(wiring)
        self.views = Views(wiring.database)
