"""Earlier settings: what differs from those of now, then the button that restores them (rule X30)."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from connector.errors import SettingsConflict
from connector.web.frame import access
from connector.web.frame.forms import ActionForm
from connector.web.settings import versions
from connector.words.settings import setting_changes


def edit(line_id: int) -> tuple[str, int] | Response:
    """Restore the settings from before a line of the log, after a page that shows them."""
    visit = access.visit()
    access.require_connection(visit)
    settings, portal_id = visit.services.settings, visit.portal_id
    form, shown = ActionForm(), versions.current(visit, None)
    if form.validate_on_submit():
        try:
            settings.restore(portal_id, visit.viewer_id, line_id, versions.sent_version())
        except SettingsConflict as conflict:
            shown = versions.after_conflict(conflict)
        else:
            access.flash("The settings are restored. They take effect at the next sync.")
            return redirect(url_for("connector.changes"))
    page = render_template(
        "connector/settings/restore.html",
        form=form,
        shown=shown,
        line_id=line_id,
        differences=setting_changes(settings.restored(portal_id, line_id)),
    )
    return page, shown.status
