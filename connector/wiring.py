"""The one place that builds things from settings: where Paycor is, who we are to it, and the LMS of a portal.

In: the configuration, the database, the LMS and the clock; out: parts that know nothing of each other.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from time import sleep as real_sleep
from typing import TypeVar

from connector.config import Config
from connector.core.model import attributes
from connector.core.model.settings import Settings
from connector.core.ports.host import Host
from connector.core.ports.lms import Lms
from connector.core.ports.source import Source
from connector.core.rules.access import days
from connector.engine.context import RunContext
from connector.engine.subset import SubsetSource
from connector.errors import ConfigurationError, SourceAuthError
from connector.paycor.auth.credentials import Credentials, Tokens, TokenStore
from connector.paycor.auth.tokens import TokenKeeper
from connector.paycor.environments import Environment
from connector.paycor.environments import environment as paycor_environment
from connector.paycor.source import PaycorSource
from connector.paycor.wire.client import Client
from connector.paycor.wire.pacing import Pacing
from connector.paycor.wire.writer import Writer
from connector.store.connection import connections
from connector.store.connection.tokens import SqlTokenStore, seal_tokens
from connector.store.db.sessions import Database
from connector.store.db.vault import Vault
from connector.store.mirror.mirror import SqlMirror
from connector.store.runs.fence import Fence
from connector.store.runs.lease import LeaseHandle
from connector.store.runs.ledger import SqlLedger
from connector.store.runs.mail_ledger import SqlMailLedger
from connector.store.runs.undo import SqlAppliedRun
from connector.store.tables.connection import Connection, Credential
from connector.store.tables.runs import RunRow

log = logging.getLogger(__name__)

AnyClient = TypeVar("AnyClient", bound=Client)


class Wiring:
    """Builds from settings. `clock` gives the aware UTC instant; it is the only clock there is.

    `sleep` is what waits for Paycor, `pacing` what counts the calls to it; None: as the settings say.
    """

    def __init__(
        self,
        config: Config,
        database: Database,
        lms: Lms,
        clock: Callable[[], datetime],
        *,
        sleep: Callable[[float], None] = real_sleep,
        pacing: Pacing | None = None,
    ) -> None:
        self.config = config
        self.database = database
        self.lms = lms
        self.clock = clock
        self.vault = Vault(config.secret_keys)
        self._sleep = sleep
        self._pacing = pacing or Pacing(config.rate_limit_url)

    def place(self, name: str, api_url: str | None = None) -> Environment:
        """Where Paycor is for `name` (production or sandbox). `api_url` was set for one connection by an operator.

        The settings' own addresses, which exist in development only, hold where it is None.
        """
        return paycor_environment(
            name, api_url or self.config.paycor_api_url, self.config.paycor_authorize_url
        )

    def application(self) -> Credentials:
        """The vendor's own Paycor application; raises ConfigurationError when the settings have none."""
        config = self.config
        if not (config.client_id and config.client_secret and config.subscription_key and config.scope):
            raise ConfigurationError(
                "Connecting by sign-in at Paycor needs CONNECTOR_CLIENT_ID, CONNECTOR_CLIENT_SECRET, "
                "CONNECTOR_SUBSCRIPTION_KEY and CONNECTOR_SCOPE. Set them, or paste an application of your own."
            )
        return Credentials(config.client_id, config.client_secret, config.subscription_key, config.scope)

    def environment(self, connection: Connection) -> Environment:
        """Where the Paycor of this connection is."""
        return self.place(connection.environment, connection.api_url)

    def credentials(self, connection: Connection) -> Credentials:
        """The application this connection was consented to: its own if one was pasted, else the vendor's.

        Raises SourceAuthError when the secrets have been erased.
        """
        with self.database.reading() as session:
            row = connections.credential(session, connection.id)
        if row is None:
            raise SourceAuthError(f"Connection {connection.id} has no consent: connect it again.")
        return self._pasted(row) or self.application()

    def tokens(self, connection_id: int) -> SqlTokenStore[Tokens]:
        """Where the tokens of a connection are kept."""
        return SqlTokenStore(self.database, self.vault, connection_id, Tokens)

    def client(self, connection: Connection) -> Client:
        """Reads the Paycor of a connection."""
        return self.client_for(
            self.environment(connection), self.credentials(connection), self.tokens(connection.id)
        )

    def client_for(self, place: Environment, credentials: Credentials, store: TokenStore) -> Client:
        """Reads a Paycor with tokens from anywhere, such as of a consent that is still to be proven."""
        return self._reaching(Client, place, credentials, store)

    def writer(self, connection: Connection) -> Writer:
        """Reads the Paycor of a connection, and may add certifications; no sync is given one (rule A1)."""
        credentials, store = self.credentials(connection), self.tokens(connection.id)
        return self._reaching(Writer, self.environment(connection), credentials, store)

    def _reaching(
        self, kind: type[AnyClient], place: Environment, credentials: Credentials, store: TokenStore
    ) -> AnyClient:
        pace = self._pacing.of(credentials.subscription_key)
        keeper = TokenKeeper(store, place, credentials, self.clock, await_turn=lambda: pace.wait(self._sleep))
        return kind(place, credentials, keeper, clock=self.clock, sleep=self._sleep, pace=pace.wait_s)

    def await_turn(self, credentials: Credentials) -> None:
        """Come back when a call that no client makes is within the limit of the subscription key."""
        self._pacing.of(credentials.subscription_key).wait(self._sleep)

    def host(self, connection: Connection) -> Host:
        """The user API of the connection's portal."""
        return self.lms.host(connection.portal_id)

    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Tell the portal's admins; a mail server that does not answer stops nothing, for the pages say it too."""
        try:
            self.lms.mail_admins(portal_id, subject, text)
        except OSError as failure:
            log.warning("The admins of portal %s could not be mailed: %s.", portal_id, type(failure).__name__)

    def next_daily_at(self, connection: Connection) -> datetime:
        """When the hour of the connection's daily sync comes next, on the portal's clock (rules A23, B1)."""
        portal = self.lms.portal(connection.portal_id)
        zone = portal.time_zone if portal else "UTC"
        return days.next_hour(self.clock(), zone, connection.daily_hour)

    def settings(self, connection: Connection) -> Settings:
        """What the admin of the connection's portal has chosen.

        Raises ConfigurationError when the LMS has no such portal, or the operator has switched it off.
        """
        portal = self.lms.portal(connection.portal_id)
        if portal is None:
            raise ConfigurationError(
                f"Connection {connection.id} belongs to a portal that the LMS does not offer any more: "
                "switch the integration on in it, or disconnect it."
            )
        with self.database.reading() as session:
            rows = connections.mapping(session, connection.id)
        version, policy = connection.settings_version, connections.policy(connection)
        return Settings(version, portal.time_zone, policy, rows, portal.sso)

    def source(self, connection: Connection, settings: Settings) -> PaycorSource:
        """Everybody at the Paycor of a connection, with the attributes that are mapped."""
        with self.database.reading() as session:
            entities = [entity.legal_entity_id for entity in connections.entities(session, connection.id)]
        return PaycorSource(
            self.client(connection),
            entities,
            settings.attributes,
            settings.version,
            settings.policy.list_version,
        )

    def parts(
        self, connection: Connection, run: RunRow, held: LeaseHandle, few: Sequence[str] | None = None
    ) -> RunContext:
        """What a run is made of: a source if it reads everybody, or those whose employee ids are in `few`."""
        settings = self.settings(connection)
        source: Source | None = None
        if run.mode.reads_everybody:
            source = self.source(connection, settings)
        elif few is not None:
            source = SubsetSource(self.source(connection, settings), few)
        fence = Fence(self.database, held, self.clock)
        origins = attributes.origins(settings.attributes)
        return RunContext(
            source=source,
            mirror=SqlMirror(fence, connection.id, settings, origins),
            ledger=SqlLedger(fence, connection.id, run.id, sso=settings.sso),
            mails=SqlMailLedger(fence, connection.id, run.id),
            host=self.host(connection),
            settings=settings,
            clock=self.clock,
            few=None if few is None else tuple(few),
        )

    def past(self, connection: Connection, run: RunRow) -> SqlAppliedRun:
        """What the run that another one undoes has done, to everybody or to the one whom the undo is about."""
        return SqlAppliedRun(self.database, connection.id, run.plan_of or 0, run.employee_id)

    def ledger(self, connection: Connection, run: RunRow, held: LeaseHandle) -> SqlLedger:
        """The record of a run that decides nothing."""
        return SqlLedger(Fence(self.database, held, self.clock), connection.id, run.id)

    def seal_credentials(self, row: Credential, own: Credentials | None, tokens: Tokens) -> None:
        """Put a consent into its row, encrypted; `own` is the pasted application, None for the vendor's."""
        row.client_id = None if own is None else own.client_id
        row.client_secret = None if own is None else self.vault.encrypt(own.client_secret)
        row.subscription_key = None if own is None else self.vault.encrypt(own.subscription_key)
        row.scope = None if own is None else own.scope
        seal_tokens(self.vault, row, tokens)

    def _pasted(self, row: Credential) -> Credentials | None:
        if row.client_id is None or row.client_secret is None or row.subscription_key is None:
            return None
        return Credentials(
            row.client_id,
            self.vault.decrypt(row.client_secret),
            self.vault.decrypt(row.subscription_key),
            row.scope or "",
        )
