"""Dynamic rules: add, preview and delete them; the groups change at once (rule A35)."""

from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from connector.sandbox.lms.db.tables import Condition, Group, Operator, Portal, Rule, Subject, db
from connector.sandbox.lms.groups import rules as rule_engine
from connector.sandbox.lms.people.portals import custom_fields, group_names, lock_portal
from connector.sandbox.lms.web import access
from connector.sandbox.lms.web.forms import CONDITIONS_MAX, OPERATOR_LABELS, ConditionForm, RuleForm, options
from connector.sandbox.lms.web.pages.common import commit_and_send, enter, moment

SUBJECT_LABELS: Mapping[str, str] = {Subject.EMAIL_DOMAIN: "Email domain", Subject.CREATED: "Creation date"}


@access.require_full
def rules(slug: str) -> str | Response:
    """The rules; adds one, or shows how many users it would add."""
    portal = enter(slug)
    subjects = _subjects(portal)
    form, preview = _form(portal, subjects), None
    action = request.form.get("do", "add") if request.method == "POST" else ""
    if action == "more":
        _add_condition(form, subjects)
    elif action and form.validate():
        if action != "preview":
            _add(portal, _rule(portal, form))
            flash("The rule is added, and everybody it matches is in the group.", "done")
            return redirect(url_for("lms.rules", slug=portal.slug))
        preview = rule_engine.preview(db.session(), portal, _rule(portal, form))
    rows = db.session.execute(
        select(Rule, Group)
        .join(Group, Group.id == Rule.group_id)
        .where(Rule.portal_id == portal.id)
        .order_by(Group.name, Rule.id)
    ).all()
    return render_template(
        "lms/rules.html",
        portal=portal,
        form=form,
        rows=rows,
        preview=preview,
        subjects=subjects,
        operators=OPERATOR_LABELS,
        subject_of=_key,
        most=CONDITIONS_MAX,
    )


@access.require_full
def delete_rule(slug: str, rule_id: int) -> Response:
    """Delete a rule; users who were in the group by this rule alone leave it."""
    portal = enter(slug)
    rule = db.session.get(Rule, rule_id)
    if rule is None or rule.portal_id != portal.id:
        abort(404)
    lock_portal(db.session(), portal.id)
    db.session.delete(rule)
    db.session.flush()
    rule_engine.refresh_all(db.session(), portal, moment())
    db.session.commit()
    flash("The rule is deleted.", "done")
    return redirect(url_for("lms.rules", slug=portal.slug))


def _subjects(portal: Portal) -> dict[str, str]:
    """Form value -> label of what a condition may check; the value of a field is its id."""
    fields = custom_fields(db.session(), portal.id).definitions
    return {**{str(item.id): item.label for item in fields}, **SUBJECT_LABELS}


def _key(condition: Condition) -> str:
    return str(condition.field_id or condition.subject)


def _form(portal: Portal, subjects: Mapping[str, str]) -> RuleForm:
    form = RuleForm(request.form)
    for entry in form.conditions:
        entry.form.subject.choices = options(subjects)
    form.group_id.choices = options(group_names(db.session(), portal.id))
    return form


def _add_condition(form: RuleForm, subjects: Mapping[str, str]) -> None:
    """Add a row for one more condition, up to CONDITIONS_MAX."""
    if len(form.conditions) < CONDITIONS_MAX:
        form.conditions.append_entry().form.subject.choices = options(subjects)


def _rule(portal: Portal, form: RuleForm) -> Rule:
    """The rule of a form, not stored yet."""
    conditions = [_condition(entry.form) for entry in form.conditions]
    return Rule(portal_id=portal.id, group_id=form.group_id.data, conditions=conditions)


def _condition(form: ConditionForm) -> Condition:
    chosen = form.subject.data
    is_field = chosen not in list(Subject)
    lines = [line.strip() for line in (form.operand.data or "").splitlines() if line.strip()]
    operator = Operator(form.operator.data)
    return Condition(
        subject=Subject.FIELD if is_field else Subject(chosen),
        field_id=int(chosen) if is_field else None,
        operator=operator,
        operand=lines if operator is Operator.IN else [" ".join(lines)],
    )


def _add(portal: Portal, rule: Rule) -> None:
    lock_portal(db.session(), portal.id)
    db.session.add(rule)
    db.session.flush()
    rule_engine.refresh_all(db.session(), portal, moment())
    commit_and_send()
