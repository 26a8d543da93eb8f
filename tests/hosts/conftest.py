"""Every host there is, each with the same three fields and a way to act as the people who use its LMS."""

import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from connector.core.ports import Host
from connector.core.records import Field, FieldType
from connector.hosts import MemoryHost
from connector.sandbox.lms.app import create_app
from connector.sandbox.lms.lms import BuiltInLms
from connector.sandbox.lms.models import FieldDefinition, OutboxMail, Portal, User, UserType, db
from tests.clock import Clock

MINIMAL = Path(__file__).parents[2] / "examples" / "minimal" / "lms.py"

FIELDS = (
    Field("job_title", "Job title"),
    Field("hire_date", "Hire date", FieldType.DATE),
    Field("employment_type", "Employment", FieldType.STRING_CHOICE, choices=("Regular", "Temporary")),
)


@dataclass(frozen=True)
class Rig:
    """A host, and its LMS as its own people see it.

    `mailed` gives the ids of the accounts that mails went to, in order; `rename` and `promote` are an admin's edits of
    the first name and of the type (to something more than a learner); `now` is the LMS's clock.
    """

    host: Host
    mailed: Callable[[], Sequence[str]]
    rename: Callable[[str, str], object]
    promote: Callable[[str], object]
    now: Callable[[], datetime]


@pytest.fixture(params=["memory", "inprocess", "built_in"])
def rig(request: pytest.FixtureRequest) -> Rig:
    """Each host in turn, without any account."""
    rig = request.getfixturevalue(request.param)
    assert isinstance(rig, Rig)
    return rig


@pytest.fixture
def host(rig: Rig) -> Host:
    """The host of the rig."""
    return rig.host


@pytest.fixture
def memory(clock: Clock) -> Rig:
    """The host in a dict."""
    host = MemoryHost(FIELDS, clock=clock)
    return Rig(
        host,
        mailed=lambda: [mail.account_id for mail in host.mails],
        rename=lambda account_id, name: host.edit(account_id, first_name=name),
        promote=lambda account_id: host.edit(account_id, is_learner=False),
        now=lambda: clock.advance(timedelta(seconds=1)),
    )


def load(path: Path) -> ModuleType:
    """A module by its file, anew each time: the models of an example must not be mapped twice."""
    spec = importlib.util.spec_from_file_location(f"example_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def minimal(tmp_path: Path) -> Iterator[Any]:
    """The module of the smallest example, in the context of an app with its tables."""
    example = load(MINIMAL)
    app = Flask("small")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'small.sqlite'}"
    example.db.init_app(app)
    with app.app_context():
        example.db.create_all()
        yield example
        example.db.session.remove()
        example.db.engine.dispose()


@pytest.fixture
def inprocess(minimal: Any) -> Rig:
    """The smallest example: `InProcessLms` over a model of its own."""

    def edit(account_id: str, **values: str) -> None:
        user = minimal.db.session.get(minimal.User, int(account_id))
        for name, value in values.items():
            setattr(user, name, value)
        minimal.db.session.commit()

    def mailed() -> list[str]:
        letters = minimal.db.session.query(minimal.Letter).order_by(minimal.Letter.id)
        return [str(letter.user_id) for letter in letters]

    lms = minimal.SmallLms(minimal.db)
    return Rig(
        lms.host(lms.portal_id),
        mailed=mailed,
        rename=lambda account_id, name: edit(account_id, first_name=name),
        promote=lambda account_id: edit(account_id, role="instructor"),
        now=lambda: minimal.datetime.now(minimal.UTC),
    )


@pytest.fixture
def built_in(tmp_path: Path, clock: Clock) -> Iterator[Rig]:
    """The built-in LMS: a portal of it."""
    app = create_app(
        {
            "LMS_DATABASE_URL": f"sqlite:///{tmp_path / 'lms.sqlite'}",
            "LMS_INSTANCE_PATH": str(tmp_path),
            "LMS_CLOCK": clock,
            "LMS_PLUGINS": [],
        }
    )
    with app.app_context():
        portal = Portal(name="Northfield Academy", slug="northfield", integrations=True)
        db.session.add(portal)
        db.session.flush()
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

        def edit(account_id: str, **values: object) -> None:
            clock.advance(timedelta(seconds=1))
            user = db.session.get_one(User, account_id)
            for name, value in {**values, "updated_at": clock()}.items():
                setattr(user, name, value)
            db.session.commit()

        def mailed() -> list[str]:
            db.session.rollback()
            ids = {user.email: user.id for user in db.session.scalars(select(User))}
            return [
                ids[mail.recipient] for mail in db.session.scalars(select(OutboxMail).order_by(OutboxMail.id))
            ]

        yield Rig(
            BuiltInLms(db).host(str(portal.id)),
            mailed=mailed,
            rename=lambda account_id, name: edit(account_id, first_name=name),
            promote=lambda account_id: edit(account_id, type=UserType.INSTRUCTOR),
            now=lambda: clock.advance(timedelta(seconds=1)),
        )
        db.session.remove()
        db.engine.dispose()
