"""The smallest example: `InProcessLms` over models of its own."""

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
    """The one portal of the smallest example, which has no sign-in of its own to try."""

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
        many=True,
    )
