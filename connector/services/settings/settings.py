"""What an admin chooses for a portal: the mapping, the invite configuration, and the `Settings` made of both.

In: whole new choices; they are checked before anything is kept, and kept whole or not at all. Nothing takes effect
before it is saved (rules A30, A39).
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

from sqlalchemy.orm import Session

from connector.core.model.account import Field, Group
from connector.core.model.attributes import CUSTOM, Attribute, offered
from connector.core.model.settings import ListVersion, MappingRow, Policy, Settings
from connector.core.ports.lms import Portal
from connector.core.ports.optional import SupportsGroups
from connector.core.rules.access import days
from connector.errors import Refused
from connector.paycor.records import custom_fields
from connector.services.settings.invalid import InvalidSettings
from connector.services.settings.validation import (
    Errors,
    mapping_errors,
    policy_errors,
    rule_errors,
    scope_errors,
)
from connector.store.connection import connections
from connector.store.tables.connection import Connection
from connector.wiring import Wiring


class SettingsService:
    """Reads and saves the choices of one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._lms = wiring.lms
        self._database = wiring.database
        self._clock = wiring.clock

    def fields(self, portal_id: str) -> Sequence[Field]:
        """The custom user data fields that the portal has now, as the LMS gives them."""
        return self._lms.host(portal_id).fields()

    def groups(self, portal_id: str) -> Sequence[Group]:
        """The groups that rules may fill; none where the LMS does not let the connector do so."""
        host = self._lms.host(portal_id)
        return host.groups() if isinstance(host, SupportsGroups) else ()

    def mapping(self, portal_id: str) -> tuple[MappingRow, ...]:
        """The saved rows in their order; none when nothing was saved yet."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            return () if row is None else connections.mapping(session, row.id)

    def attributes(self, portal_id: str) -> tuple[Attribute, ...]:
        """What can be mapped: the catalogue, and the custom fields that were found at the portal's Paycor."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            return offered(ListVersion.V1) if row is None else _offered(row)

    def has_looked(self, portal_id: str) -> bool:
        """Whether anybody has looked yet which custom fields there are at the portal's Paycor."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            return row is not None and row.custom_fields is not None

    def look_for_custom_fields(self, portal_id: str, viewer_id: str | None) -> int:
        """Ask Paycor which custom fields there are, and keep their names; gives how many were found.

        One that is mapped stays, though the values that were looked at do not have it. Raises a SourceError, such as
        RightMissing, and then keeps what was known.
        """
        with self._database.reading() as session:
            row = _existing(connections.of_portal(session, portal_id), portal_id)
            entities = [entity.legal_entity_id for entity in connections.entities(session, row.id)]
        with closing(self._wiring.client(row)) as client:
            found = custom_fields.known(client, entities)
        with self._database.writing() as session:
            row = _existing(connections.locked(session, portal_id), portal_id)
            mapped = {line.attribute for line in connections.mapping(session, row.id)}
            names = {field.name for field in found}
            kept = [one for one in connections.custom_fields(row) if CUSTOM + one.name in mapped]
            everything = [*found, *(one for one in kept if one.name not in names)]
            connections.set_custom_fields(row, everything)
            self._audit(session, portal_id, viewer_id, "fields.looked_up", fields=len(found))
        return len(found)

    def policy(self, portal_id: str) -> Policy:
        """The saved choice; the defaults when nothing was saved yet."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            return Policy() if row is None else connections.policy(row)

    def settings(self, portal_id: str) -> Settings:
        """Everything that a decision depends on besides the person.

        Raises Refused when the portal has no connection, ConfigurationError when it is switched off in it.
        """
        with self._database.reading() as session:
            row = _existing(connections.of_portal(session, portal_id), portal_id)
        return self._wiring.settings(row)

    def save_mapping(self, portal_id: str, viewer_id: str | None, rows: Sequence[MappingRow]) -> None:
        """Put these rows in the place of all others.

        Raises InvalidSettings, with a sentence for each wrong row by its number from 0, and then keeps nothing.
        """
        errors = mapping_errors(rows, self._attribute_keys(portal_id), self.fields(portal_id))
        if errors:
            raise InvalidSettings(f"{len(errors)} of {len(rows)} rows cannot be saved; none was.", errors)
        with self._database.writing() as session:
            row = _existing(connections.locked(session, portal_id), portal_id)
            if connections.mapping(session, row.id) == tuple(rows):
                return
            connections.set_mapping(session, row.id, rows)
            row.settings_version += 1
            self._audit(session, portal_id, viewer_id, "mapping.saved", rows=len(rows))

    def save_policy(self, portal_id: str, viewer_id: str | None, policy: Policy, daily_hour: int) -> None:
        """Keep this policy, and the hour of the daily sync on the portal's own clock.

        Raises InvalidSettings with a sentence for each part that cannot be. Conditions are looked at when they change:
        an attribute that is gone since stops nothing else from being saved.
        """
        errors = policy_errors(policy, daily_hour) | self._condition_errors(portal_id, policy)
        if errors:
            raise InvalidSettings(f"Nothing was saved: look at {', '.join(map(str, errors))}.", errors)
        zone = self._portal(portal_id).time_zone
        with self._database.writing() as session:
            row = _existing(connections.locked(session, portal_id), portal_id)
            if (connections.policy(row), row.daily_hour) == (policy, daily_hour):
                return
            if connections.policy(row) != policy:
                connections.set_policy(row, policy)
                row.settings_version += 1
            if row.daily_hour != daily_hour:
                row.daily_hour = daily_hour
                if row.next_daily_at is not None:
                    row.next_daily_at = days.next_hour(self._clock(), zone, daily_hour)
            self._audit(session, portal_id, viewer_id, "policy.saved", daily_hour=daily_hour)

    def revise(self, portal_id: str, viewer_id: str | None, change: Callable[[Policy], Policy]) -> None:
        """Keep what `change` makes of the saved choice, and everything else as it is. Raises as `save_policy` does."""
        with self._database.reading() as session:
            row = _existing(connections.of_portal(session, portal_id), portal_id)
        self.save_policy(portal_id, viewer_id, change(connections.policy(row)), row.daily_hour)

    def choose_list(self, portal_id: str, viewer_id: str | None, version: ListVersion) -> None:
        """Read this version of Paycor's employee list from now on."""
        self.revise(portal_id, viewer_id, lambda policy: replace(policy, list_version=version))

    def _portal(self, portal_id: str) -> Portal:
        portal = self._lms.portal(portal_id)
        if portal is None:
            raise Refused(f"HR Integrations is switched off in portal {portal_id}: ask whoever runs the LMS.")
        return portal

    def _condition_errors(self, portal_id: str, policy: Policy) -> Errors:
        saved, errors = self.policy(portal_id), Errors()
        if policy.scope != saved.scope:
            errors |= scope_errors(policy.scope, self._attribute_keys(portal_id))
        if policy.group_rules != saved.group_rules:
            groups = {group.group_id for group in self.groups(portal_id)}
            errors |= rule_errors(policy.group_rules, self._attribute_keys(portal_id), groups)
        return errors

    def _attribute_keys(self, portal_id: str) -> frozenset[str]:
        return frozenset(attribute.key for attribute in self.attributes(portal_id))

    def _audit(
        self, session: Session, portal_id: str, viewer_id: str | None, action: str, **detail: int
    ) -> None:
        connections.audit(session, portal_id, self._clock(), viewer_id, action, **detail)


def _existing(row: Connection | None, portal_id: str) -> Connection:
    if row is None:
        raise Refused(f"Portal {portal_id} is not connected to Paycor: press + Connect first.")
    return row


def _offered(row: Connection) -> tuple[Attribute, ...]:
    return offered(connections.policy(row).list_version, connections.custom_fields(row))
