"""The rig of an in-process LMS: the smallest example."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from connector.hosts.contract import Rig

MINIMAL = Path(__file__).parents[2] / "examples" / "minimal" / "lms.py"


def load(path: Path) -> ModuleType:
    """A module loaded from its file, each time again: the models of an example must not be mapped twice."""
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
def lms(minimal: Any) -> Any:
    """The smallest LMS, of a subclass whose attributes a test may replace."""

    class Changed(minimal.SmallLms):  # type: ignore[misc]
        """The same class."""

    return Changed(minimal.db)


@pytest.fixture
def inprocess(minimal: Any) -> Rig:
    """The portal of the smallest example, which has no sign-in to try."""

    def edit(account_id: str, **values: str) -> None:
        user = minimal.db.session.get(minimal.User, int(account_id))
        for name, value in values.items():
            setattr(user, name, value)
        minimal.db.session.commit()

    def mailed() -> list[str]:
        mails = minimal.db.session.query(minimal.SentMail).order_by(minimal.SentMail.id)
        return [str(mail.user_id) for mail in mails]

    lms = minimal.SmallLms(minimal.db)
    return Rig(
        lms.host(lms.portal_id),
        mailed=mailed,
        rename=lambda account_id, name: edit(account_id, first_name=name),
        promote=lambda account_id: edit(account_id, role="instructor"),
        now=lambda: minimal.datetime.now(minimal.UTC),
        many=True,
    )
