"""A whole sync from a sandbox Paycor into an LMS elsewhere."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from connector.core.model.run import RunMode, RunTrigger
from connector.core.model.settings import MappingRow
from connector.hosts import MemoryHost
from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor import SandboxServer
from tests.standalone.conftest import services
from tests.whole import started


@pytest.fixture(scope="module")
def paycor() -> Iterator[SandboxServer]:
    """A sandbox Paycor on a port of its own."""
    with started() as server:
        yield server


@pytest.mark.req("A5", "A9")
def test_a_sync_fills_the_remote_lms_and_a_second_one_changes_nothing(
    make: Callable[..., Flask], site: MemoryHost, paycor: SandboxServer
) -> None:
    """Everybody whom Paycor has, with the mapped field, and our key on each."""
    made = paycor.announcement
    app = make(CONNECTOR_PAYCOR_API_URL=made.base_url, CONNECTOR_PAYCOR_AUTHORIZE_URL=made.authorize_url)
    here = services(app)
    pasted = {
        "environment": "production",
        "client_id": made.client_id,
        "client_secret": made.client_secret,
        "subscription_key": made.subscription_key,
        "scope": made.scope,
        "refresh_token": paycor.sandbox.activate(NORTHFIELD),
        "legal_entity_id": ", ".join(str(entity.legalEntityId) for entity in made.legal_entities),
    }
    with app.app_context():
        here.connection.paste("main", None, pasted)
        here.connection.finish("main", None)
        here.settings.save_mapping("main", None, [MappingRow("job_title", "job_title")])
        runs = []
        for _ in range(2):
            run_id = here.runs.request("main", RunMode.SYNC, RunTrigger.OPERATOR)
            here.executor.attempt(run_id, role="test")
            runs.append((here.views.run("main", run_id), dict(site.accounts)))

    [(first, accounts), (second, after)] = runs
    assert first is not None
    assert second is not None
    assert (first.status, second.status) == ("done", "done")
    assert len(accounts) > 30
    assert all(account.external_id for account in accounts.values())
    assert any(account.fields.get("job_title") for account in accounts.values())
    assert after == accounts
