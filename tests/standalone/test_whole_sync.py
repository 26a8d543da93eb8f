"""A whole sync from a sandbox Paycor to a remote LMS."""

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
    """A sandbox Paycor."""
    with started() as server:
        yield server


@pytest.mark.req("A5", "A9")
def test_a_sync_fills_the_remote_lms_and_a_second_one_changes_nothing(
    make: Callable[..., Flask], site: MemoryHost, paycor: SandboxServer
) -> None:
    """An account for every person in Paycor, with the mapped field and an external id."""
    announcement = paycor.announcement
    app = make(
        CONNECTOR_PAYCOR_API_URL=announcement.base_url,
        CONNECTOR_PAYCOR_AUTHORIZE_URL=announcement.authorize_url,
    )
    own = services(app)
    pasted = {
        "environment": "production",
        "client_id": announcement.client_id,
        "client_secret": announcement.client_secret,
        "subscription_key": announcement.subscription_key,
        "scope": announcement.scope,
        "refresh_token": paycor.sandbox.activate(NORTHFIELD),
        "legal_entity_id": ", ".join(str(entity.legalEntityId) for entity in announcement.legal_entities),
    }
    with app.app_context():
        own.connection.paste("main", None, pasted)
        own.connection.finish("main", None)
        own.settings.save_mapping("main", None, [MappingRow("job_title", "job_title")])
        runs = []
        for _ in range(2):
            run_id = own.runs.request("main", RunMode.SYNC, RunTrigger.OPERATOR)
            own.executor.attempt(run_id, role="test")
            runs.append((own.views.run("main", run_id), dict(site.accounts)))

    [(first, accounts), (second, after)] = runs
    assert first is not None
    assert second is not None
    assert (first.status, second.status) == ("done", "done")
    assert len(accounts) > 30
    assert all(account.external_id for account in accounts.values())
    assert any(account.fields.get("job_title") for account in accounts.values())
    assert after == accounts
