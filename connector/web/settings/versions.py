"""What every settings form carries: the version it shows, and both versions after somebody else has saved (D31)."""

from dataclasses import dataclass

from flask import request

from connector.core.model.settings import SettingsSection
from connector.errors import SettingsConflict
from connector.services.settings.choices import Change
from connector.web.frame.access import Visit
from connector.words.settings import SettingChange, setting_changes

#: The HTTP status of a form that somebody else was faster with.
CONFLICT = 409


@dataclass(frozen=True, slots=True)
class FormVersion:
    """The version that the form carries next; `differences` are what it would save over, theirs before yours."""

    version: str
    differences: tuple[SettingChange, ...] = ()

    @property
    def status(self) -> int:
        """The HTTP status of the page."""
        return CONFLICT if self.differences else 200


def current(visit: Visit, section: SettingsSection | None) -> FormVersion:
    """The version of a form that is opened now, or that was sent: adding a row makes it no newer.

    None is the form of all sections.
    """
    sent = request.form.get("version")
    return FormVersion(visit.services.settings.version(visit.portal_id, section) if sent is None else sent)


def sent_version() -> str:
    """The version that the form was opened with; empty when it carries none, which matches none."""
    return request.form.get("version", "")


def save(visit: Visit, section: SettingsSection, change: Change) -> None:
    """Save what `change` makes of the saved choices; raises as `SettingsService.save` does, for the version sent."""
    visit.services.settings.save(visit.portal_id, visit.viewer_id, section, sent_version(), change)


def after_conflict(error: SettingsConflict) -> FormVersion:
    """The version to save over theirs, now that the page shows both."""
    return FormVersion(error.version, tuple(setting_changes(error.changes)))
