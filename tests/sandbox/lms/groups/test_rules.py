import pytest
from flask import Flask
from sqlalchemy import select

from connector.core.model.account import Mail
from connector.core.ports.host import Change, Host
from connector.sandbox.lms.db.tables import Course, Enrolment, FieldDefinition, Group, Membership, db
from tests.sandbox.lms.conftest import NORTHFIELD_ID, host_of
from tests.sandbox.lms.rows import add, mails, new, send_mail, set_portal
from tests.sandbox.lms.visitor import NORTHFIELD, Visitor, admin

SUPERVISORS_COURSE = "Harassment prevention (supervisors)"
OHIO_COURSE = "Harassment prevention Ohio"
RULES = f"{NORTHFIELD}/learning/rules"


@pytest.fixture
def host(any_app: Flask) -> Host:
    """Northfield's user API on each database."""
    return host_of(any_app, NORTHFIELD_ID)


def groups_of(app: Flask, user_id: str) -> list[str]:
    """The groups of a user, by name."""
    statement = select(Group.name).join(Membership).where(Membership.user_id == user_id).order_by(Group.name)
    with app.app_context():
        return list(db.session.scalars(statement))


def courses_of(app: Flask, user_id: str) -> list[str]:
    """The courses of a user, by title."""
    statement = (
        select(Course.title).join(Enrolment).where(Enrolment.user_id == user_id).order_by(Course.title)
    )
    with app.app_context():
        return list(db.session.scalars(statement))


def field_id(app: Flask, key: str) -> int:
    """The id of a field of Northfield."""
    with app.app_context():
        return db.session.scalars(
            select(FieldDefinition.id).where(FieldDefinition.key == key, FieldDefinition.portal_id == 1)
        ).one()


def rule_form(*conditions: tuple[str, str, str], group: int = 2) -> dict[str, object]:
    """A rule as its page has it; a condition is what it looks at, how, and the value."""
    names = ("subject", "operator", "operand")
    rows = {
        f"conditions-{number}-{name}": value
        for number, condition in enumerate(conditions)
        for name, value in zip(names, condition, strict=True)
    }
    return {**rows, "group_id": group}


def add_rule(visitor: Visitor, subject: str, operator: str, operand: str, group: int = 2) -> int:
    """Add a rule with one condition on the page."""
    return visitor.post(RULES, rule_form((subject, operator, operand), group=group)).status_code


@pytest.mark.req("B13", "A35", "A36")
def test_supervisors_get_the_supervisor_version(any_app: Flask, host: Host) -> None:
    """A new account that a rule matches is in the group and in the group's course at once."""
    boss, nurse = add(host, new("boss", {"supervisor": "Yes"})), add(host, new("nurse", {"supervisor": "No"}))

    assert (groups_of(any_app, boss), courses_of(any_app, boss)) == (["Supervisors"], [SUPERVISORS_COURSE])
    assert (groups_of(any_app, nurse), courses_of(any_app, nurse)) == ([], [])


@pytest.mark.req("B11", "A35")
def test_the_work_state_decides_the_regional_course(any_app: Flask, host: Host) -> None:
    """A user who moves to Ohio joins and is enrolled; moving away takes them out, and the course stays."""
    nurse = add(host, new("nurse", {"work_state": "TX"}))
    assert groups_of(any_app, nurse) == []

    host.update([Change(nurse, fields={"work_state": "OH"})])
    assert (groups_of(any_app, nurse), courses_of(any_app, nurse)) == (["Ohio"], [OHIO_COURSE])

    host.update([Change(nurse, fields={"work_state": None})])
    assert (groups_of(any_app, nurse), courses_of(any_app, nurse)) == ([], [OHIO_COURSE])

    host.update([Change(nurse, fields={"work_state": "OH"})])
    assert (groups_of(any_app, nurse), courses_of(any_app, nurse)) == (["Ohio"], [OHIO_COURSE])


def test_a_member_by_hand_stays_when_no_rule_matches(any_app: Flask, host: Host) -> None:
    """Rules remove only users that rules added."""
    nurse = add(host, new("nurse", {"work_state": "TX"}))
    visitor = admin(any_app)
    visitor.post(f"{NORTHFIELD}/learning/groups/2", {"email": "NURSE@northfield.example"})

    host.update([Change(nurse, fields={"work_state": "CA"})])
    assert groups_of(any_app, nurse) == ["Ohio"]

    visitor.post(f"{NORTHFIELD}/learning/groups/2/leave/{nurse}")
    assert groups_of(any_app, nurse) == []


@pytest.mark.req("B2")
def test_the_welcome_mail_carries_the_links_of_the_courses(any_app: Flask, host: Host) -> None:
    """Courses assigned before the first mail are in that mail, so that creating an account sends none."""
    boss = add(host, new("boss", {"supervisor": "Yes"}))
    assert mails(any_app) == []

    send_mail(host, boss, Mail.WELCOME)

    (mail,) = mails(any_app)
    assert SUPERVISORS_COURSE in mail.text
    assert "http://127.0.0.1:5000/p/northfield/courses/1" in mail.text


@pytest.mark.req("B2")
@pytest.mark.parametrize(
    ("is_welcomed", "expected"), [(True, 1), (False, 0)], ids=["welcomed", "not yet welcomed"]
)
def test_a_course_that_sends_its_link_does_so_after_the_welcome(
    any_app: Flask, host: Host, is_welcomed: bool, expected: int
) -> None:
    """A user who is enrolled after a mail gets the link in a mail of its own; a user without a mail gets none."""
    nurse = add(host, new("nurse", {"work_state": "TX"}))
    if is_welcomed:
        send_mail(host, nurse, Mail.WELCOME)
    with any_app.app_context():
        db.session.get_one(Course, 2).send_link = True
        db.session.commit()

    host.update([Change(nurse, fields={"work_state": "OH"})])

    assert [mail.subject for mail in mails(any_app)][is_welcomed:] == [
        f"New course: {OHIO_COURSE}"
    ] * expected


@pytest.mark.req("A35")
def test_a_new_rule_applies_to_all_existing_users(app: Flask) -> None:
    """Adding a rule fills its group, deleting it empties the group again."""
    host = host_of(app, NORTHFIELD_ID)
    people = [add(host, new(f"n{number}", {"department": "Care"})) for number in range(3)]
    other = add(host, new("other", {"department": "Billing"}))
    visitor = admin(app)

    assert add_rule(visitor, str(field_id(app, "department")), "contains", "care") == 302
    assert [groups_of(app, person) for person in people] == [["Ohio"]] * 3
    assert groups_of(app, other) == []

    visitor.post(f"{NORTHFIELD}/learning/rules/5/delete")
    assert [groups_of(app, person) for person in people] == [[]] * 3


@pytest.mark.req("A35")
def test_rules_look_at_the_domain_and_the_day_too(app: Flask) -> None:
    """The three subjects of the source document: custom user data, email domain, creation date."""
    host = host_of(app, NORTHFIELD_ID)
    contractor = add(host, new("ann", email="ann@Partner.example"))
    visitor = admin(app)

    assert add_rule(visitor, "email_domain", "equals", "partner.EXAMPLE", group=1) == 302
    assert add_rule(visitor, "created", "after", "2026-03-01") == 302

    assert groups_of(app, contractor) == ["Ohio", "Supervisors"]


@pytest.mark.req("A35")
def test_a_rule_of_two_conditions_is_previewed_and_made(app: Flask) -> None:
    """Within a rule all have to hold, between rules any; the preview counts and changes nothing."""
    host = host_of(app, NORTHFIELD_ID)
    both = add(host, new("both", {"department": "Care", "level": "4"}))
    by_state = add(host, new("state", {"department": "Care", "level": "5", "work_state": "OH"}))
    one = add(host, new("one", {"department": "Care", "level": "2"}))
    visitor = admin(app)
    form = rule_form(
        (str(field_id(app, "department")), "equals", "Care"), (str(field_id(app, "level")), "after", "3")
    )
    preview = visitor.post(RULES, {**form, "do": "preview"})
    before = groups_of(app, both)

    assert "2 people match; 1 of them would be added to the group" in preview.text
    assert before == []
    assert visitor.post(RULES, {**form, "do": "add"}).status_code == 302
    assert [groups_of(app, person) for person in (both, by_state, one)] == [["Ohio"], ["Ohio"], []]
    assert "Department equals “Care” and Level is after" in " ".join(
        visitor.read(RULES).replace("<em>", "").replace("</em>", "").split()
    )


def test_a_condition_is_added_to_a_rule_without_losing_the_first(app: Flask) -> None:
    """Without a script, and without a word about what is still empty."""
    form = rule_form(("email_domain", "equals", "partner.example"))
    page = admin(app).post(RULES, {**form, "do": "more"})

    assert (page.status_code, "conditions-1-operand" in page.text) == (200, True)
    assert "partner.example" in page.text
    assert "This field is required" not in page.text


@pytest.mark.parametrize(
    ("subject", "operand"), [("created", "yesterday"), ("created", "5"), ("email_domain", "partner.example")]
)
def test_a_rule_that_could_never_match_is_not_made(app: Flask, subject: str, operand: str) -> None:
    """Only dates and numbers have a before."""
    assert add_rule(admin(app), subject, "before", operand) == 200


def test_a_field_that_is_deleted_takes_its_rules_along(app: Flask) -> None:
    """No user stays in a group by a deleted rule, and a new field of that name starts empty."""
    host = host_of(app, NORTHFIELD_ID)
    nurse = add(host, new("nurse", {"work_state": "OH"}))

    admin(app).post(f"{NORTHFIELD}/settings/fields/{field_id(app, 'work_state')}/delete")

    assert groups_of(app, nurse) == []
    assert "work_state" not in {field.key for field in host.fields()}


@pytest.mark.req("A16")
def test_courses_of_a_portal_with_single_sign_on_are_assigned_without_a_mail(app: Flask) -> None:
    """The training is there; no mail is."""
    set_portal(app, "northfield", sso=True)
    boss = add(host_of(app, NORTHFIELD_ID), new("boss", {"supervisor": "Yes"}))

    assert courses_of(app, boss) == [SUPERVISORS_COURSE]
    assert mails(app) == []
