"""The demo's two portals: Northfield Academy and its sub-portal Dayton Clinics. Passwords are public on purpose."""

from datetime import timedelta
from functools import cache
from typing import Any

from flask import Flask
from sqlalchemy import insert, select
from werkzeug.security import generate_password_hash

from connector.core.model.account import FieldType
from connector.sandbox.lms.config import settings
from connector.sandbox.lms.db.tables import (
    Condition,
    Course,
    FieldDefinition,
    Group,
    GroupCourse,
    Operator,
    Portal,
    Rule,
    Subject,
    UserType,
    db,
)
from connector.sandbox.lms.people.accounts import USERS
from connector.sandbox.lms.people.checks import identity, new_row

ADMIN_EMAIL = "admin@northfield.example"
LIMITED_ADMIN_EMAIL = "helper@northfield.example"
DAYTON_ADMIN_EMAIL = "admin@dayton.example"
LEARNER_EMAIL = "existing.learner.{number}@northfield.example"
#: A manager of the portal who is an employee at Paycor as well: an account that no sync may link.
MANAGER_EMAIL = "gideon.park@northfield.example"
#: Public, for the demo alone.
ADMIN_PASSWORD = "northfield-admin"
LIMITED_ADMIN_PASSWORD = "northfield-helper"
DAYTON_ADMIN_PASSWORD = "dayton-admin"
LEARNER_PASSWORD = "northfield-learner"

_STATES = """
AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS
MT NC ND NE NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY
"""
#: Every state and the District of Columbia; territories such as PR are left out, so that a mismatch can be seen.
STATES = _STATES.split()
EMPLOYMENT_TYPES = ["Regular", "Temporary", "Seasonal", "Casual", "Variable"]
FIELDS: tuple[tuple[str, str, FieldType, list[str]], ...] = (
    ("job_title", "Job title", FieldType.STRING, []),
    ("department", "Department", FieldType.STRING, []),
    ("work_state", "Work state", FieldType.STRING_CHOICE, STATES),
    ("location", "Location", FieldType.STRING, []),
    ("hire_date", "Hire date", FieldType.DATE, []),
    ("employment_type", "Employment type", FieldType.STRING_CHOICE, EMPLOYMENT_TYPES),
    ("employee_number", "Employee number", FieldType.STRING, []),
    ("supervisor", "Supervisor", FieldType.STRING_CHOICE, ["Yes", "No"]),
    ("level", "Level", FieldType.INTEGER, []),
)
#: Group, the field that its rule checks, the value, the course that it enrols in.
TRAININGS = (
    ("Supervisors", "supervisor", "Yes", "Harassment prevention (supervisors)"),
    ("Ohio", "work_state", "OH", "Harassment prevention Ohio"),
)


def seed(app: Flask, learners: int = 20, manager_email: str = MANAGER_EMAIL) -> None:
    """Fill an empty LMS; one that already has a portal stays as it is.

    `learners` people exist before the first sync, every third of them with capitals in the address;
    `manager_email` is that of a manager, who is an employee as well.
    """
    with app.app_context():
        if db.session.scalar(select(Portal.id).limit(1)) is not None:
            return
        northfield = _portal("Northfield Academy", "northfield", "America/New_York", None)
        dayton = _portal("Dayton Clinics", "dayton", "America/New_York", northfield)
        for portal in (northfield, dayton):
            _add_training(portal)
        for rows in (_staff(app, northfield, dayton, manager_email), _learners(app, northfield, learners)):
            if rows:
                db.session.execute(insert(USERS), rows)
        db.session.commit()


def _portal(name: str, slug: str, time_zone: str, parent: Portal | None) -> Portal:
    portal = Portal(
        name=name,
        slug=slug,
        time_zone=time_zone,
        parent_id=parent and parent.id,
        plan="enterprise",
        integrations=True,
    )
    db.session.add(portal)
    db.session.flush()
    return portal


def _add_training(portal: Portal) -> None:
    """Add custom user data fields, and two groups, each with a rule that fills it and a course."""
    fields = {
        key: FieldDefinition(portal_id=portal.id, key=key, label=label, type=field_type, choices=choices)
        for key, label, field_type, choices in FIELDS
    }
    db.session.add_all(fields.values())
    for group_name, field_key, value, title in TRAININGS:
        group = Group(portal_id=portal.id, name=group_name)
        course = Course(
            portal_id=portal.id, title=title, summary="What the law asks for, and why it matters."
        )
        db.session.add_all([group, course])
        db.session.flush()
        db.session.add(GroupCourse(group_id=group.id, course_id=course.id))
        db.session.add(
            Rule(
                portal_id=portal.id,
                group_id=group.id,
                conditions=[
                    Condition(
                        subject=Subject.FIELD,
                        field_id=fields[field_key].id,
                        operator=Operator.EQUALS,
                        operand=[value],
                    )
                ],
            )
        )


def _staff(app: Flask, northfield: Portal, dayton: Portal, manager_email: str) -> list[dict[str, Any]]:
    people = (
        (northfield, ADMIN_EMAIL, "Alma", "Adams", UserType.ADMIN, True, ADMIN_PASSWORD),
        (northfield, LIMITED_ADMIN_EMAIL, "Henry", "Holt", UserType.ADMIN, False, LIMITED_ADMIN_PASSWORD),
        (dayton, DAYTON_ADMIN_EMAIL, "Dora", "Diaz", UserType.ADMIN, True, DAYTON_ADMIN_PASSWORD),
        (northfield, manager_email, "Gideon", "Park", UserType.MANAGER, False, LEARNER_PASSWORD),
    )
    return [
        new_row(
            portal.id,
            settings(app).clock(),
            **identity(email, first_name, last_name),
            type=user_type,
            full_permissions=full,
            password_hash=_hashed(password),
            must_set_password=False,
        )
        for portal, email, first_name, last_name, user_type, full, password in people
    ]


@cache
def _hashed(password: str) -> str:
    """A demo password's hash, made once a process: hashing is slow on purpose, and the password is public."""
    return generate_password_hash(password)


def _learners(app: Flask, portal: Portal, count: int) -> list[dict[str, Any]]:
    """Rows of the learners who exist before the first sync; they share a password, which is hashed once."""
    password_hash = _hashed(LEARNER_PASSWORD)
    joined = settings(app).clock() - timedelta(days=200)
    emails = [LEARNER_EMAIL.format(number=number) for number in range(1, count + 1)]
    return [
        new_row(
            portal.id,
            joined,
            **identity(email.title() if number % 3 == 0 else email, "Existing", f"Learner {number}"),
            password_hash=password_hash,
            must_set_password=False,
            welcomed_at=joined,
            accepted_at=joined,
        )
        for number, email in enumerate(emails, 1)
    ]
