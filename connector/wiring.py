"""The one place that builds objects from settings: Paycor's address, our credentials there, and the LMS of a portal.

In: the configuration, the database, the LMS and the clock; out: objects that do not know each other.
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
from connector.paycor import environments
from connector.paycor.auth.credentials import Credentials, Tokens, TokenStore
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.environments import Environment
from connector.paycor.source import PaycorSource
from connector.paycor.wire.client import Client
from connector.paycor.wire.rate_limit import RateLimiter
from connector.paycor.wire.writer import Writer
from connector.stopping import StopSignal
from connector.store import settings as stored_settings
from connector.store.connection import connections, legal_entities
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
    """Builds from settings. `clock` returns the aware UTC instant; nothing reads another clock.

    `sleep` waits before a call to Paycor; `rate_limiter` counts the calls, and None builds it from the settings.
    """

    def __init__(
        self,
        config: Config,
        database: Database,
        lms: Lms,
        clock: Callable[[], datetime],
        *,
        sleep: Callable[[float], None] = real_sleep,
        rate_limiter: RateLimiter | None = None,
    ) -> None:
        self.config = config
        self.database = database
        self.lms = lms
        self.clock = clock
        self.vault = Vault(config.secret_keys)
        self.stop = StopSignal()
        self._sleep_on = sleep
        self._rate_limiter = rate_limiter or RateLimiter(config.rate_limit_url)

    def _sleep(self, seconds: float) -> None:
        """Wait before a call to Paycor. Raises Stopped when the process is about to end."""
        self.stop.check()
        self._sleep_on(seconds)

    def environment_named(self, name: str, api_url: str | None = None) -> Environment:
        """Where Paycor is for `name` (production or sandbox). An operator may set `api_url` for one connection.

        None falls back to the address in the settings, which exists in development only.
        """
        return environments.resolve_environment(
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
        return self.environment_named(connection.environment, connection.api_url)

    def credentials(self, connection: Connection) -> Credentials:
        """The application that this connection's consent is for: its own if one was pasted, otherwise the vendor's.

        Raises SourceAuthError when the secrets have been erased.
        """
        with self.database.reading() as session:
            row = connections.credential(session, connection.id)
        if row is None:
            raise SourceAuthError(f"Connection {connection.id} has no consent: connect it again.")
        return self._own_application(row) or self.application()

    def tokens(self, connection_id: int) -> SqlTokenStore[Tokens]:
        """The stored tokens of a connection."""
        return SqlTokenStore(self.database, self.vault, connection_id, Tokens)

    def client(self, connection: Connection) -> Client:
        """A client that reads the Paycor of a connection."""
        return self.client_for(
            self.environment(connection), self.credentials(connection), self.tokens(connection.id)
        )

    def client_for(self, environment: Environment, credentials: Credentials, store: TokenStore) -> Client:
        """A client for tokens from anywhere, such as those of a consent that is not proven yet."""
        return self._client(Client, environment, credentials, store)

    def writer(self, connection: Connection) -> Writer:
        """A client that can also add certifications to the Paycor of a connection; no sync gets one (rule A1)."""
        credentials, store = self.credentials(connection), self.tokens(connection.id)
        return self._client(Writer, self.environment(connection), credentials, store)

    def _client(
        self, kind: type[AnyClient], environment: Environment, credentials: Credentials, store: TokenStore
    ) -> AnyClient:
        rate_limit = self._rate_limiter.for_key(credentials.subscription_key)
        refresher = TokenRefresher(
            store,
            environment,
            credentials,
            self.clock,
            wait_for_rate_limit=lambda: rate_limit.wait(self._sleep),
        )
        return kind(
            environment,
            credentials,
            refresher,
            clock=self.clock,
            sleep=self._sleep,
            rate_limit=rate_limit.wait_s,
        )

    def wait_for_rate_limit(self, credentials: Credentials) -> None:
        """Wait until the limit of the subscription key allows one more call; for calls that no client makes."""
        self._rate_limiter.for_key(credentials.subscription_key).wait(self._sleep)

    def host(self, connection: Connection) -> Host:
        """The user API of the connection's portal."""
        return self.lms.host(connection.portal_id)

    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Mail the portal's admins. A mail that fails, however, stops nothing: the pages say the same."""
        try:
            self.lms.mail_admins(portal_id, subject, text)
        except Exception as failure:
            log.warning("The admins of portal %s could not be mailed: %s.", portal_id, type(failure).__name__)

    def next_daily_at(self, connection: Connection) -> datetime:
        """When the connection is synced next by the clock, in the portal's time zone (rules A23, B1, X28)."""
        portal = self.lms.portal(connection.portal_id)
        zone = portal.time_zone if portal else "UTC"
        return days.next_time_at(self.clock(), zone, connection.daily_hour, connection.read_interval.hours)

    def settings(self, connection: Connection) -> Settings:
        """What the admin of the connection's portal has chosen.

        Raises ConfigurationError when the LMS has no such portal, the operator has switched it off, or its time zone
        does not exist: dates would be acted on at the wrong hour.
        """
        portal = self.lms.portal(connection.portal_id)
        if portal is None:
            raise ConfigurationError(
                f"Connection {connection.id} belongs to a portal that the LMS no longer offers: "
                "switch the integration on in it, or disconnect it."
            )
        if not days.is_zone(portal.time_zone):
            raise ConfigurationError(
                f"The time zone of portal {portal.portal_id} is {portal.time_zone!r}, which is no IANA name such as "
                "America/New_York. Correct it in the LMS."
            )
        with self.database.reading() as session:
            rows = stored_settings.mapping(session, connection.id)
        version, policy = connection.settings_version, stored_settings.policy(connection)
        return Settings(version, portal.time_zone, policy, rows, portal.sso)

    def source(self, connection: Connection, settings: Settings) -> PaycorSource:
        """All employees at the Paycor of a connection, with the attributes that are mapped."""
        with self.database.reading() as session:
            entity_ids = legal_entities.ids_of_connection(session, connection.id)
        return PaycorSource(
            self.client(connection),
            entity_ids,
            settings.attributes,
            settings.version,
            settings.policy.list_version,
        )

    def run_context(
        self,
        connection: Connection,
        run: RunRow,
        lease: LeaseHandle,
        only_employee_ids: Sequence[str] | None = None,
    ) -> RunContext:
        """What the engine needs for a run. Its source reads everybody, or only the employees with the given ids.

        A run that reads nothing has no source.
        """
        settings = self.settings(connection)
        source: Source | None = None
        if run.mode.reads_everybody:
            source = self.source(connection, settings)
        elif only_employee_ids is not None:
            source = SubsetSource(self.source(connection, settings), only_employee_ids)
        fence = Fence(self.database, lease, self.clock)
        origins = attributes.origins(settings.attributes)
        return RunContext(
            source=source,
            mirror=SqlMirror(fence, connection.id, settings, origins),
            ledger=SqlLedger(fence, connection.id, run.id, sso=settings.sso),
            mails=SqlMailLedger(fence, connection.id, run.id),
            host=self.host(connection),
            settings=settings,
            clock=self.clock,
            only_employee_ids=None if only_employee_ids is None else tuple(only_employee_ids),
            check_stop=self.stop.check,
        )

    def applied_run(self, connection: Connection, run: RunRow) -> SqlAppliedRun:
        """What the run that `run` undoes has done: to everybody, or to the one employee of the undo."""
        return SqlAppliedRun(self.database, connection.id, run.plan_of or 0, run.employee_id)

    def ledger(self, connection: Connection, run: RunRow, lease: LeaseHandle) -> SqlLedger:
        """The record of a run that decides nothing."""
        return SqlLedger(Fence(self.database, lease, self.clock), connection.id, run.id)

    def seal_credentials(self, row: Credential, own: Credentials | None, tokens: Tokens) -> None:
        """Encrypt a consent into its row; `own` is the pasted application, None for the vendor's."""
        row.client_id = None if own is None else own.client_id
        row.client_secret = None if own is None else self.vault.encrypt(own.client_secret)
        row.subscription_key = None if own is None else self.vault.encrypt(own.subscription_key)
        row.scope = None if own is None else own.scope
        seal_tokens(self.vault, row, tokens)

    def _own_application(self, row: Credential) -> Credentials | None:
        if row.client_id is None or row.client_secret is None or row.subscription_key is None:
            return None
        return Credentials(
            row.client_id,
            self.vault.decrypt(row.client_secret),
            self.vault.decrypt(row.subscription_key),
            row.scope or "",
        )
