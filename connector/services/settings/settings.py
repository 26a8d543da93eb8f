"""What an admin chooses for a portal: the mapping, the policy, and the `Settings` made of both.

In: a whole mapping or a whole policy. It is checked first, then saved whole or not at all, and takes effect only when
it is saved (rules A30, A39).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connector.core.model.settings import (
    ListVersion,
    MappingRow,
    Policy,
    ReadInterval,
    Settings,
    SettingsSection,
)
from connector.core.ports.lms import Portal
from connector.core.rules.access import days
from connector.errors import Refused
from connector.services.connection.require import require_connection
from connector.services.invalid_settings import InvalidSettings
from connector.services.settings import choices as chosen
from connector.services.settings.choices import Change, Choices
from connector.services.settings.earlier import choices_before, saved_choices
from connector.services.settings.options import SettingOptions
from connector.services.settings.validation import (
    Errors,
    mapping_errors,
    policy_errors,
    rule_errors,
    scope_errors,
)
from connector.store import audit
from connector.store import settings as stored_settings
from connector.store.connection import connections
from connector.store.db.sessions import Session
from connector.wiring import Wiring

#: How often a save starts again because another one was faster.
_TRIES = 5


class SettingsService:
    """Reads and saves the choices of one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._lms = wiring.lms
        self._database = wiring.database
        self._clock = wiring.clock
        self._options = SettingOptions(wiring)

    def mapping(self, portal_id: str) -> tuple[MappingRow, ...]:
        """The saved rows in their order; empty when nothing was saved yet."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            return () if row is None else stored_settings.mapping(session, row.id)

    def policy(self, portal_id: str) -> Policy:
        """The saved policy; the defaults when nothing was saved yet."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            return Policy() if row is None else stored_settings.policy(row)

    def settings(self, portal_id: str) -> Settings:
        """Everything that a decision depends on, apart from the person.

        Raises Refused when the portal has no connection, ConfigurationError when the integration is switched off in it.
        """
        with self._database.reading() as session:
            row = require_connection(session, portal_id)
        return self._wiring.settings(row)

    def version(self, portal_id: str, section: SettingsSection | None) -> str:
        """The version of a section, None for all, as it is saved now: its form carries it until it is saved."""
        return chosen.version_of(self.choices(portal_id), section)

    def choices(self, portal_id: str) -> Choices:
        """Everything that is saved; the defaults when nothing was saved yet."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            return Choices() if row is None else saved_choices(session, row)

    def save(
        self,
        portal_id: str,
        viewer_id: str | None,
        section: SettingsSection | None,
        version: str,
        change: Change,
    ) -> None:
        """Save what `change` makes of the saved choices, if the section, None for all, still has this version.

        Raises SettingsConflict, with both versions, when somebody else has saved something else meanwhile, and
        InvalidSettings with a sentence for each wrong part; then nothing is saved.
        """
        self._save(portal_id, viewer_id, change, section, version)

    def save_mapping(self, portal_id: str, viewer_id: str | None, rows: Sequence[MappingRow]) -> None:
        """Replace the whole mapping with these rows, whatever it is now.

        Raises InvalidSettings, with a sentence for each wrong row by its number from 0, and then saves nothing.
        """
        self._save(
            portal_id,
            viewer_id,
            lambda choices: replace(choices, mapping=tuple(rows)),
            SettingsSection.MAPPING,
        )

    def save_policy(
        self,
        portal_id: str,
        viewer_id: str | None,
        policy: Policy,
        daily_hour: int,
        read_interval: ReadInterval | None = None,
    ) -> None:
        """Save this policy, the hour of the daily sync in the portal's time zone, and how often Paycor is read.

        Whatever they are now; without an interval it stays. Raises InvalidSettings with a sentence for each wrong part.
        """
        self._save(
            portal_id,
            viewer_id,
            lambda choices: Choices(
                choices.mapping, policy, daily_hour, read_interval or choices.read_interval
            ),
        )

    def revise(self, portal_id: str, viewer_id: str | None, change: Callable[[Policy], Policy]) -> None:
        """Save the policy that `change` makes of the saved one. Raises as `save_policy` does."""
        self._save(portal_id, viewer_id, lambda choices: replace(choices, policy=change(choices.policy)))

    def restored(self, portal_id: str, line_id: int) -> Mapping[str, tuple[Any, Any]]:
        """What `restore` would change: the settings that differ, each with its value now and then."""
        saved = self.choices(portal_id)
        return chosen.changes(saved, self._before_line(portal_id, line_id, saved))

    def restore(self, portal_id: str, viewer_id: str | None, line_id: int, version: str) -> None:
        """Save the settings as they were before a line of the log, as a new change with a line of its own.

        Raises Refused when the line is no saved change of settings, SettingsConflict when all settings have another
        version than when `restored` was shown, and InvalidSettings when they cannot be saved any more.
        """
        self._save(
            portal_id,
            viewer_id,
            lambda saved: self._before_line(portal_id, line_id, saved),
            version=version,
            action="settings.restored",
        )

    def schedule(self, portal_id: str) -> tuple[int, ReadInterval]:
        """The hour of the daily sync, and how often Paycor is read."""
        with self._database.reading() as session:
            row = require_connection(session, portal_id)
        return row.daily_hour, row.read_interval

    def choose_list(self, portal_id: str, viewer_id: str | None, version: ListVersion) -> None:
        """Let syncs read this version of Paycor's employee list."""
        self.revise(portal_id, viewer_id, lambda policy: replace(policy, list_version=version))

    def _before_line(self, portal_id: str, line_id: int, saved: Choices) -> Choices:
        with self._database.reading() as session:
            return choices_before(session, portal_id, line_id, saved)

    def _portal(self, portal_id: str) -> Portal:
        portal = self._lms.portal(portal_id)
        if portal is None:
            raise Refused(
                f"HR Integrations is switched off in portal {portal_id}. Ask the operator of the LMS."
            )
        return portal

    def _save(
        self,
        portal_id: str,
        viewer_id: str | None,
        change: Change,
        section: SettingsSection | None = None,
        version: str | None = None,
        action: str = "",
    ) -> None:
        """Save what `change` makes of the saved choices. When another writer is faster, it starts again from theirs.

        So no writer undoes what another has saved of a setting that it does not change itself.
        """
        for _ in range(_TRIES):
            with self._database.reading() as session:
                before = saved_choices(session, require_connection(session, portal_id))
            after = change(before)
            if version is not None:
                chosen.refuse_conflict(before, after, section, version)
            if section is SettingsSection.MAPPING or after.mapping != before.mapping:
                self._check_mapping(portal_id, after.mapping)
            if section is not SettingsSection.MAPPING:
                self._check_policy(portal_id, before.policy, after)
            if self._store(portal_id, viewer_id, before, after, action or chosen.saved_action(before, after)):
                return
        raise Refused("Others are saving settings of this portal at this moment. Try again in a minute.")

    def _check_mapping(self, portal_id: str, rows: Sequence[MappingRow]) -> None:
        errors = mapping_errors(rows, self._attribute_keys(portal_id), self._options.fields(portal_id))
        if errors:
            raise InvalidSettings(
                f"{len(errors)} of {len(rows)} rows are wrong, so nothing was saved.", errors
            )

    def _check_policy(self, portal_id: str, saved: Policy, after: Choices) -> None:
        """Raise InvalidSettings for what cannot be saved.

        Conditions are checked only when they change, so that an attribute which no longer exists does not block other
        changes.
        """
        errors = policy_errors(after.policy, after.daily_hour)
        errors |= self._condition_errors(portal_id, saved, after.policy)
        if errors:
            raise InvalidSettings(f"Nothing was saved. Correct {', '.join(map(str, errors))}.", errors)

    def _store(
        self, portal_id: str, viewer_id: str | None, before: Choices, after: Choices, action: str
    ) -> bool:
        """Save what differs, and log it with from and to; False when `before` is not what is saved any more."""
        zone = self._portal(portal_id).time_zone
        with self._database.writing() as session:
            row = require_connection(session, portal_id, lock=True)
            if saved_choices(session, row) != before:
                return False
            if after == before:
                return True
            if (after.mapping, after.policy) != (before.mapping, before.policy):
                row.settings_version += 1
            if after.mapping != before.mapping:
                stored_settings.set_mapping(session, row.id, after.mapping)
            stored_settings.set_policy(row, after.policy)
            if after.schedule != before.schedule:
                row.daily_hour, row.read_interval = after.schedule
                if row.next_daily_at is not None:
                    every_hours = after.read_interval.hours
                    row.next_daily_at = days.next_time_at(self._clock(), zone, after.daily_hour, every_hours)
            self._audit(session, portal_id, viewer_id, action, changes=chosen.changes(before, after))
        return True

    def _condition_errors(self, portal_id: str, saved: Policy, policy: Policy) -> Errors:
        errors = Errors()
        if policy.scope != saved.scope:
            errors |= scope_errors(policy.scope, self._attribute_keys(portal_id))
        if policy.group_rules != saved.group_rules:
            groups = {group.group_id for group in self._options.groups(portal_id)}
            errors |= rule_errors(policy.group_rules, self._attribute_keys(portal_id), groups)
        return errors

    def _attribute_keys(self, portal_id: str) -> frozenset[str]:
        return frozenset(attribute.key for attribute in self._options.attributes(portal_id))

    def _audit(
        self, session: Session, portal_id: str, viewer_id: str | None, action: str, **detail: Any
    ) -> None:
        audit.record(session, portal_id, self._clock(), viewer_id, action, **detail)
