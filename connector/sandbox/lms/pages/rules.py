"""Dynamic rules: made and removed here; who is in a group follows at once (rule A35)."""

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from .. import access
from .. import rules as engine
from ..custom import CustomFields
from ..forms import OPERATOR_LABELS, RuleForm, options
from ..models import FieldDefinition, Group, Operator, Portal, Rule, Subject, db
from ..portals import custom_fields, group_names, take_turns
from .common import commit_and_send, enter, moment

SUBJECT_LABELS = {Subject.EMAIL_DOMAIN: "Email domain", Subject.CREATED: "Creation date"}


@access.require_full
def rules(slug: str) -> str | Response:
    """The rules; adds one."""
    portal = enter(slug)
    fields = custom_fields(db.session(), portal.id)
    form = _form(portal, fields)
    if request.method == "POST" and form.validate():
        _add(portal, form)
        flash("The rule is added, and everybody it matches is in the group.", "done")
        return redirect(url_for("lms.rules", slug=portal.slug))
    rows = db.session.execute(
        select(Rule, Group, FieldDefinition)
        .join(Group, Group.id == Rule.group_id)
        .outerjoin(FieldDefinition, FieldDefinition.id == Rule.field_id)
        .where(Rule.portal_id == portal.id)
        .order_by(Group.name, Rule.id)
    ).all()
    return render_template(
        "lms/rules.html",
        portal=portal,
        form=form,
        rows=rows,
        subjects=SUBJECT_LABELS,
        operators=OPERATOR_LABELS,
    )


@access.require_full
def delete_rule(slug: str, rule_id: int) -> Response:
    """Remove a rule; whoever was in the group by it alone leaves it."""
    portal = enter(slug)
    rule = db.session.get(Rule, rule_id)
    if rule is None or rule.portal_id != portal.id:
        abort(404)
    take_turns(db.session(), portal.id)
    db.session.delete(rule)
    db.session.flush()
    engine.refresh_everybody(db.session(), portal, moment())
    db.session.commit()
    flash("The rule is deleted.", "done")
    return redirect(url_for("lms.rules", slug=portal.slug))


def _form(portal: Portal, fields: CustomFields) -> RuleForm:
    form = RuleForm(request.form)
    subjects = {str(item.id): item.label for item in fields.definitions}
    form.subject.choices = options({**subjects, **SUBJECT_LABELS})
    form.group_id.choices = options(group_names(db.session(), portal.id))
    return form


def _add(portal: Portal, form: RuleForm) -> None:
    take_turns(db.session(), portal.id)
    chosen = form.subject.data
    is_field = chosen not in list(Subject)
    lines = [line.strip() for line in (form.operand.data or "").splitlines() if line.strip()]
    operator = Operator(form.operator.data)
    db.session.add(
        Rule(
            portal_id=portal.id,
            group_id=form.group_id.data,
            subject=Subject.FIELD if is_field else Subject(chosen),
            field_id=int(chosen) if is_field else None,
            operator=operator,
            operand=lines if operator is Operator.IN else [" ".join(lines)],
        )
    )
    db.session.flush()
    engine.refresh_everybody(db.session(), portal, moment())
    commit_and_send()
