"""The whole state of one running sandbox, and how a request reaches it."""

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import cast

from flask import current_app, g

from connector.sandbox.company import TENANTS, Company, Tenant
from connector.sandbox.company.tenants import OTHER_TENANT_PEOPLE
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.data.entity import EntityFeed
from connector.sandbox.paycor.state.calls import CallLog
from connector.sandbox.paycor.state.faults import Fault, Faults
from connector.sandbox.paycor.state.overlay import Overlay
from connector.sandbox.paycor.state.store import Grant, Store
from connector.sandbox.paycor.state.switches import Switches

#: Gives the present instant, aware and in UTC.
Clock = Callable[[], datetime]

EXTENSION = "paycor_sandbox"


def utc_now() -> datetime:
    """The real present."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Application:
    """The one application registered at this Paycor, with all values that its owner copies from the portal."""

    client_id: str
    client_secret: str = field(repr=False)
    subscription_key: str = field(repr=False)
    scope: str

    @classmethod
    def of_seed(cls, seed: int) -> "Application":
        """The application of a seed: the same at every start, so that yesterday's connection still works."""

        def made(name: str, digits: int) -> str:
            return blake2b(f"{seed}/{name}".encode(), digest_size=digits // 2).hexdigest()

        return cls(made("client", 20), made("secret", 40), made("key", 32), made("scope", 32))


@dataclass(frozen=True)
class EventDelivery:
    """A posted event; `status` is that of the answer, None when there was none."""

    event_id: str
    event_type: str
    at: datetime
    status: int | None


class Sandbox:
    """One running Paycor: its companies, its application, its memory and its switches."""

    def __init__(self, people: int, seed: int, today: date, store: Store, clock: Clock = utc_now) -> None:
        """`today` is the company's day; `clock` is only for the life of tokens and the rate limit."""
        self.people = people
        self.seed = seed
        self.store = store
        self.clock = clock
        self.application = Application.of_seed(seed)
        self.switches = Switches()
        self.faults = Faults()
        self.calls = CallLog()
        self.overlay = Overlay()
        self.permissions: dict[str, frozenset[str]] = {self.application.scope: permissions.DEFAULT}
        self.lock = Lock()
        self.deliveries: deque[EventDelivery] = deque(maxlen=1_000)
        self._today = today
        self._remember(today)

    def _remember(self, today: date) -> None:
        """Keep the company across restarts: the anchor is the day of the very first start."""
        for name, value in (("people", str(self.people)), ("seed", str(self.seed))):
            self.store.remember(name, value)
        if self.store.setting("anchor") is None:
            self.store.remember("anchor", today.isoformat())
        self.anchor = date.fromisoformat(self.store.setting("anchor") or today.isoformat())
        self.set_today(today)

    @property
    def today(self) -> date:
        """The company's day."""
        return self._today

    def advance(self, days: int) -> None:
        """Move the company on by some days."""
        self.set_today(self.today + timedelta(days=days))

    def set_today(self, today: date) -> None:
        """Move the company to another day; new employees appear after the delay of the switch."""
        self.store.remember("today", today.isoformat())
        delay_s = self.switches.new_employee_delay_s
        self._shown_at = self.clock() + timedelta(seconds=delay_s)
        self._show(today, arrived_by=min(self._today, today) if delay_s else today)

    def _show(self, today: date, arrived_by: date) -> None:
        feeds: dict[int, EntityFeed] = {}
        companies: dict[int, Company] = {}
        for tenant in TENANTS:
            people = self.people if tenant is TENANTS[0] else OTHER_TENANT_PEOPLE
            company = Company(tenant, people, self.seed, self.anchor, today, arrived_by)
            companies[tenant.id] = company
            feeds.update({entity.id: EntityFeed(company, entity) for entity in tenant.entities})
        self._today, self._arrived_by = today, arrived_by
        self._feeds, self._companies = feeds, companies

    def _catch_up(self) -> None:
        """Show the new employees once their delay is over."""
        if self._arrived_by != self._today and self.clock() >= self._shown_at:
            self._show(self._today, self._today)

    def feed(self, legal_entity_id: int) -> EntityFeed | None:
        """A legal entity's feed; None when there is no such legal entity."""
        self._catch_up()

        return self._feeds.get(legal_entity_id)

    def feeds(self) -> list[EntityFeed]:
        """Every legal entity's feed as of today."""
        self._catch_up()

        return list(self._feeds.values())

    def companies(self) -> list[Company]:
        """Every tenant's company as of today."""
        self._catch_up()

        return list(self._companies.values())

    def company(self, tenant_id: int) -> Company:
        """One tenant's company as of today. Raises KeyError."""
        self._catch_up()

        return self._companies[tenant_id]

    def tenant(self, tenant_id: int) -> Tenant | None:
        """A tenant by its id, which customers know as the company id."""
        return next((tenant for tenant in TENANTS if tenant.id == tenant_id), None)

    def activate(self, tenant: Tenant) -> str:
        """A refresh token for the whole tenant, as the self-service activation form gives it."""
        family = secrets.token_hex(8)
        user = tenant.users[0].user_name

        return self.store.add_refresh(Grant(tenant.id, user, self.application.scope, True, family))

    def may(self, grant: Grant, permission: str) -> bool:
        """Whether the grant's scope has a permission."""
        return permission in self.permissions.get(grant.scope, frozenset())


@dataclass
class CallContext:
    """What the gateway knows about the current call."""

    began_at: datetime
    grant: Grant | None = None
    fault: Fault | None = None


def sandbox() -> Sandbox:
    """The sandbox of the running app."""
    return cast("Sandbox", current_app.extensions[EXTENSION])


def call_context() -> CallContext:
    """What the gateway knows about the current call."""
    return cast("CallContext", g.call_context)


def grant() -> Grant:
    """The consent behind the current call; behind the gateway there always is one."""
    found = call_context().grant
    if found is None:
        raise RuntimeError("The gateway let a call through without a grant.")

    return found


def open_sandbox(
    people: int | None, seed: int | None, today: date | None, path: Path | None, clock: Clock = utc_now
) -> Sandbox:
    """A sandbox. None takes the value of the state file, else the default: 500 people, seed 1, the clock's day."""
    store = Store(path)
    kept_day = store.setting("today")

    return Sandbox(
        people=people if people is not None else int(store.setting("people") or 500),
        seed=seed if seed is not None else int(store.setting("seed") or 1),
        today=today or (date.fromisoformat(kept_day) if kept_day else clock().date()),
        store=store,
        clock=clock,
    )
