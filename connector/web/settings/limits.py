"""Safety: how much a sync may do before it is held, and what proves that the list from Paycor is complete."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import wtforms
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from connector.core.model.limits import Metric
from connector.core.model.settings import Limit, Limits, Policy, SettingsSection
from connector.errors import SettingsConflict
from connector.services.invalid_settings import InvalidSettings
from connector.web.frame import access
from connector.web.frame.forms import TokenForm, WholeNumberField, lines, ticked_and_added
from connector.web.settings import versions

_GIVE_NUMBER = "Give a whole number."


def _number(label: str, description: str = "") -> WholeNumberField:
    """A required whole number; the service checks its range."""
    return WholeNumberField(label, description=description, validators=[InputRequired(_GIVE_NUMBER)])


class SafetyForm(TokenForm):
    """How much a sync may do before it is held for an admin (rules X4, X5, D10)."""

    leavers_people = _number("Leavers, people")
    leavers_pct = _number("Leavers, per cent")
    blanked_people = _number("Emptied values, number")
    blanked_pct = _number("Emptied values, per cent")
    emails_people = _number("Changed emails, people")
    emails_pct = _number("Changed emails, per cent")
    created_people = _number("New accounts, people")
    created_pct = _number("New accounts, per cent")
    mails_people = _number("Mails, people")
    mails_pct = _number("Mails, per cent")
    week_times = _number(
        "In seven days, times the limit of one sync",
        "Many small steps come to the same as one large one. With 3, seven days may do three times as much.",
    )
    absent_reads = _number(
        "Missing from Paycor's list, syncs in a row",
        "Somebody who is simply not in the list any more is treated as a leaver after this many complete syncs.",
    )
    feed_pct = _number(
        "Share of the last read, per cent",
        "A list that is shorter than this is doubted: nobody counts as gone, and the sync is held.",
    )
    kept = wtforms.SelectMultipleField("Watched people", validate_choice=False)
    canaries = wtforms.TextAreaField(
        "Watch these people too",
        description="One a line: employee id, work email, or the employee number if it is mapped. 20 people at most.",
    )

    def policy(self, saved: Policy, canaries: tuple[str, ...]) -> Policy:
        """The saved policy with the choices of this form; only after the form was found valid."""
        limits = {
            metric.value: Limit(self._whole(f"{metric.value}_people"), self._whole(f"{metric.value}_pct"))
            for metric in Metric
        }
        return replace(
            saved,
            limits=Limits(**limits, week_times=self._whole("week_times")),
            absent_reads=self._whole("absent_reads"),
            feed_pct=self._whole("feed_pct"),
            canaries=canaries,
        )

    def _whole(self, name: str) -> int:
        return int(self[name].data)


def form_values(policy: Policy) -> Mapping[str, Any]:
    """The numbers of a policy by the names of the form's fields."""
    numbers: dict[str, Any] = {"week_times": policy.limits.week_times}
    for metric in Metric:
        limit: Limit = getattr(policy.limits, metric.value)
        numbers |= {f"{metric.value}_people": limit.people, f"{metric.value}_pct": limit.pct}
    return numbers | {"absent_reads": policy.absent_reads, "feed_pct": policy.feed_pct}


def edit() -> tuple[str, int] | Response:
    """The form; Save changes saves all of it for this portal, an error keeps what was typed."""
    visit = access.visit()
    access.require_connection(visit)
    services, portal_id = visit.services, visit.portal_id
    policy = services.settings.policy(portal_id)
    shown = versions.current(visit, SettingsSection.LIMITS)
    form = SafetyForm(**form_values(policy))
    if form.validate_on_submit():
        try:
            added = services.people.find_ids(portal_id, lines(form.canaries.data), "canaries")
            canaries = ticked_and_added(policy.canaries, form.kept.data, added)
            versions.save(
                visit,
                SettingsSection.LIMITS,
                lambda saved: replace(saved, policy=form.policy(saved.policy, canaries)),
            )
        except SettingsConflict as conflict:
            shown = versions.after_conflict(conflict)
        except InvalidSettings as error:
            form.add_errors(error.errors)
        else:
            access.flash("The limits are saved. They hold from the next sync on.")
            return redirect(url_for("connector.safety"))
    page = render_template(
        "connector/settings/limits.html",
        form=form,
        shown=shown,
        metrics=list(Metric),
        watched=services.people.by_ids(portal_id, policy.canaries),
        unticked=set(policy.canaries) - set(form.kept.data or ()) if request.method == "POST" else set(),
    )
    return page, shown.status
