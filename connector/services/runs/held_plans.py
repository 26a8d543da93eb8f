"""Plans that wait for an admin: each that begins to wait or gives way is on record, and the admins are told (D31)."""

from datetime import datetime

from connector.core.model.run import RunMode, RunStatus
from connector.store import audit
from connector.store.db.sessions import Session
from connector.store.runs import plans
from connector.store.tables.runs import RunRow
from connector.words.runs import Letter, held_letter, replaced_letter


def record_held_plans(session: Session, portal_id: str, run: RunRow, now: datetime) -> Letter | None:
    """Record what the end of a run means for plans that wait; returns the mail to the admins, None for no mail.

    Only a sync of everybody takes the place of an older plan, because it has decided about everybody in it again. A
    preview never does, nor does a run about some people.
    """
    replaced = plans.replace_held(session, run, now) if run.mode == RunMode.SYNC else ()
    for run_id in replaced:
        audit.record(session, portal_id, now, None, "run.replaced", run=run_id, by=run.id)
    if run.status == RunStatus.HELD:
        audit.record(session, portal_id, now, None, "run.held", run=run.id)
        return held_letter(portal_id, run.error_message or "", takes_place=bool(replaced))
    return replaced_letter(portal_id) if replaced else None
