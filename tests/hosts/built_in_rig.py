"""The rig of the built-in LMS: a portal, its outbox, its admin's edits and its sign-in page."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from connector.hosts.contract import Rig
from connector.sandbox.lms.app import create_app
from connector.sandbox.lms.db.tables import FieldDefinition, Group, OutboxMail, Portal, User, UserType, db
from connector.sandbox.lms.lms import BuiltInLms
from tests.clock import Clock
from tests.hosts.memory_rig import FIELDS

PASSWORD = "correct horse battery"
SLUG = "northfield"


@pytest.fixture
def built_in(tmp_path: Path, clock: Clock) -> Iterator[Rig]:
    """A portal with the fields of the tests."""
    app = create_app(
        {
            "LMS_DATABASE_URL": f"sqlite:///{tmp_path / 'lms.sqlite'}",
            "LMS_INSTANCE_PATH": str(tmp_path),
            "LMS_CLOCK": clock,
            "LMS_PLUGINS": [],
            "WTF_CSRF_ENABLED": False,
        }
    )
    with app.app_context():
        portal_id = _portal()

        def edit(account_id: str, **values: object) -> None:
            _edit(account_id, **values, updated_at=clock.advance(timedelta(seconds=1)))

        yield Rig(
            BuiltInLms(db).host(str(portal_id)),
            mailed=_mailed,
            rename=lambda account_id, name: edit(account_id, first_name=name),
            promote=lambda account_id: edit(account_id, type=UserType.INSTRUCTOR),
            now=lambda: clock.advance(timedelta(seconds=1)),
            signs_in=lambda account_id: _signs_in(app, account_id),
            many=True,
        )
        db.session.remove()
        db.engine.dispose()


def _portal() -> int:
    portal = Portal(name="Northfield Academy", slug=SLUG, integrations=True)
    db.session.add(portal)
    db.session.flush()
    db.session.add(Group(portal_id=portal.id, name="Nurses"))
    for field in FIELDS:
        db.session.add(
            FieldDefinition(
                portal_id=portal.id,
                key=field.key,
                label=field.label,
                type=field.type,
                choices=list(field.choices),
            )
        )
    db.session.commit()
    return portal.id


def _edit(account_id: str, **values: object) -> User:
    user = db.session.get_one(User, account_id, populate_existing=True)
    for name, value in values.items():
        setattr(user, name, value)
    db.session.commit()
    return user


def _mailed() -> list[str]:
    db.session.rollback()
    ids = {user.email: user.id for user in db.session.scalars(select(User))}
    return [ids[mail.recipient] for mail in db.session.scalars(select(OutboxMail).order_by(OutboxMail.id))]


def _signs_in(app: Flask, account_id: str) -> bool:
    """Whether a browser with the right password gets a session."""
    email = _edit(account_id, password_hash=generate_password_hash(PASSWORD, "pbkdf2:sha256:1")).email
    browser = app.test_client()
    form = {"portal": SLUG, "email": email, "password": PASSWORD}
    answer = browser.post("/login", data=form)
    with browser.session_transaction() as session:
        return answer.status_code == 302 and session.get("user_id") == account_id
