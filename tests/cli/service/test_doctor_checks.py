"""What `flask connector doctor` finds in settings, templates, secrets, runs and the LMS, each with a next step."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from jinja2 import DictLoader

from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.core.ports.host import Unknown
from connector.errors import HostAuthError
from connector.store.connection import connections
from connector.store.db.vault import Vault, new_key
from connector.store.runs import lease, runs
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from tests.whole import Whole


def wrong(whole: Whole) -> dict[str, str]:
    """What the doctor finds wrong, with its advice."""
    result = whole.run_command("doctor")
    lines = result.output.splitlines()
    found = {
        line.removeprefix("!!  "): lines[number + 1].strip()
        for number, line in enumerate(lines)
        if line.startswith("!!  ")
    }
    assert result.exit_code == bool(found), result.output
    return found


def queued(whole: Whole, mode: RunMode = RunMode.SYNC) -> int:
    """A run that was queued an hour ago."""
    with whole.services.database.writing() as session:
        connection_id = session.query(Connection).one().id
        now = whole.services.clock() - timedelta(hours=1)
        return runs.queue(session, connection_id, mode, RunTrigger.OPERATOR, now)


def change(whole: Whole, run_id: int, edit: Callable[[RunRow], object]) -> None:
    """Edit the row of a run."""
    with whole.services.database.writing() as session:
        edit(runs.by_id(session, run_id))


@pytest.mark.parametrize(
    ("has_application", "url", "is_wrong"),
    [(True, None, True), (True, "https://lms.example", False), (False, None, False)],
)
def test_an_application_needs_a_public_address(
    whole: Whole, has_application: bool, url: str | None, is_wrong: bool
) -> None:
    """Paycor sends admins back only to the address that is registered; a pasted application needs none."""
    wiring = whole.services.wiring
    wiring.config = replace(wiring.config, client_id="an-id" if has_application else None, public_url=url)

    found = wrong(whole)

    assert [subject.split(":")[0] for subject in found] == ["Public address"] * is_wrong
    assert all("Set CONNECTOR_PUBLIC_URL" in advice for advice in found.values())


@pytest.mark.parametrize(
    ("templates", "expected"),
    [
        pytest.param({}, "Base template: lms/base.html needs lms/base.html, which does not exist", id="none"),
        pytest.param(
            {"lms/base.html": "{% extends 'outer.html' %}{% block title %}{% endblock %}", "outer.html": "x"},
            "Base template: lms/base.html has no block content",
            id="a block is missing",
        ),
        pytest.param(
            {"lms/base.html": "{% extends 'outer.html' %}"},
            "Base template: lms/base.html needs outer.html, which does not exist",
            id="its parent is missing",
        ),
        pytest.param(
            {"lms/base.html": "{% block %}"}, "Base template: lms/base.html cannot be read", id="broken"
        ),
        pytest.param(
            {
                "lms/base.html": "{% extends 'outer.html' %}{% block title %}{% endblock %}",
                "outer.html": "{% block body %}{% block content %}{% endblock %}{% endblock %}",
            },
            None,
            id="the blocks are in two files",
        ),
        pytest.param({"lms/base.html": "{% extends theme %}"}, None, id="the parent is chosen at run time"),
    ],
)
def test_a_layout_that_the_pages_cannot_extend_is_reported(
    whole: Whole, monkeypatch: pytest.MonkeyPatch, templates: dict[str, str], expected: str | None
) -> None:
    """The pages would answer 500, or come out empty."""
    monkeypatch.setattr(whole.app.jinja_env, "loader", DictLoader(templates))

    assert list(wrong(whole)) == ([expected] if expected else [])


def test_secrets_under_another_key_are_reported(whole: Whole) -> None:
    """No token can be used then; an added key is enough."""
    wiring, key = whole.services.wiring, new_key()
    with wiring.database.reading() as session:
        before = connections.sealed_secrets(session)
    wiring.vault = Vault([key])

    found = wrong(whole)
    wiring.vault = Vault([key, *whole.services.config.secret_keys])

    assert len(before) == 4
    assert list(found) == [
        "Stored secrets: encrypted with a key that is not in CONNECTOR_SECRET_KEYS, in portal 1"
    ]
    assert "Add the earlier key" in next(iter(found.values()))
    assert wrong(whole) == {}


@pytest.mark.req("D30")
@pytest.mark.parametrize("is_busy", [False, True])
def test_a_run_that_nothing_starts_is_reported(whole: Whole, is_busy: bool) -> None:
    """No scheduler runs anywhere, unless another run of the connection is in progress."""
    run_id = queued(whole)
    services = whole.services
    if is_busy:
        with services.database.reading() as session:
            connection_id = runs.by_id(session, run_id).connection_id
        owner = lease.current_owner("test")
        lease.acquire(services.database, connection_id, owner=owner, now=services.clock())

    found = wrong(whole)

    assert [subject.startswith(f"Jobs: run {run_id} has waited since") for subject in found] == [True] * (
        not is_busy
    )
    assert all("flask connector scheduler" in advice for advice in found.values())


@pytest.mark.parametrize(
    ("status", "code", "message", "advice"),
    [
        (
            RunStatus.FAILED,
            "host.auth",
            "The LMS refuses the token.",
            "The people who run this LMS can fix this.",
        ),
        (RunStatus.INTERRUPTED, None, None, "look for what ends the process"),
    ],
)
def test_the_last_failed_run_is_named_until_a_later_one_is_done(
    whole: Whole, status: RunStatus, code: str | None, message: str | None, advice: str
) -> None:
    """With its id, when it failed, why, and who can fix that."""
    run_id, at = queued(whole), whole.services.clock()

    def fail(run: RunRow) -> None:
        run.status, run.error_code, run.error_message, run.finished_at = status, code, message, at

    change(whole, run_id, fail)
    [(found, told)] = wrong(whole).items()
    later = queued(whole)
    change(whole, later, lambda run: setattr(run, "status", RunStatus.DONE))

    assert found.startswith(
        f"Last failed run of portal 1: Sync {run_id}, {status.value} at {at:%Y-%m-%d %H:%M} UTC: "
    )
    assert message is None or message in found
    assert advice in told
    assert wrong(whole) == {}


@pytest.mark.parametrize(
    ("answer", "expected", "advice"),
    [
        (
            HostAuthError("The token is refused. Enter a new one."),
            "cannot be read (host.auth)",
            "Enter a new one",
        ),
        (Unknown(), "cannot be looked up for certain", "flask connector hosts test"),
        (KeyError("ada@example.test"), "cannot be read", "KeyError, raised at"),
    ],
)
def test_an_lms_that_does_not_answer_is_reported(
    whole: Whole, monkeypatch: pytest.MonkeyPatch, answer: object, expected: str, advice: str
) -> None:
    """By one look-up; what its code raises has no text of a person in the report."""

    def find(*_: object) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    with whole.app.app_context():
        host = type(whole.services.lms.host("1"))
    monkeypatch.setattr(host, "find", find)

    found = wrong(whole)

    assert list(found) == [f"Accounts of portal {number}: {expected}" for number in (1, 2)]
    assert all(advice in told for told in found.values())
    assert "ada" not in str(found)


@pytest.mark.req("D22")
def test_an_lms_whose_list_of_portals_raises_is_reported(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other checks are made all the same."""

    def portals() -> object:
        raise RuntimeError("ada@example.test")

    monkeypatch.setattr(whole.services.lms, "portals", portals)

    assert list(wrong(whole)) == ["The LMS's portals: cannot be read"]


@pytest.mark.req("D29")
@pytest.mark.parametrize(
    ("second", "is_wrong"),
    [(["u1", "u2"], True), (["u3"], False), ([], False)],
    ids=["the first", "another", "none"],
)
def test_an_lms_that_ignores_pages_is_reported(
    whole: Whole, monkeypatch: pytest.MonkeyPatch, second: list[str], is_wrong: bool
) -> None:
    """Its list of more than one page cannot be read."""
    with whole.app.app_context():
        host = type(whole.services.lms.host("1"))
    monkeypatch.setattr(host, "pages", lambda self, size: (["u1", "u2"], second), raising=False)

    assert ["ignores which page" in subject for subject in wrong(whole)] == [True, True] * is_wrong
