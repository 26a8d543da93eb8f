"""`flask connector hosts`: what each kind of host supports, and a test of a live one."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from connector.cli import commands
from connector.hosts import MemoryHost, capabilities, configured
from tests.hosts.memory_rig import FIELDS
from tests.whole import Whole

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> MemoryHost:
    """The host that the settings name."""
    site = MemoryHost(FIELDS)
    monkeypatch.setenv("CONNECTOR_HOST", "moodle")
    monkeypatch.setattr(configured, "host", lambda *_, **__: site)
    return site


def test_the_table_has_every_kind_of_host() -> None:
    """It needs neither an app nor a setting."""
    result = CliRunner().invoke(commands, ["hosts"])

    assert result.exit_code == 0
    assert all(name in result.output for name in capabilities.head())
    assert len(result.output.splitlines()) == 1 + len(list(capabilities.rows()))


def test_a_trial_needs_no_app_and_leaves_nothing(site: MemoryHost) -> None:
    """It prints promise by promise, then the counts."""
    result = CliRunner().invoke(commands, ["hosts", "test"])

    assert result.exit_code == 0, result.output
    assert "done         exists: an account with the address is not created twice" in result.output
    assert "0 FAILED" in result.output
    assert site.accounts == {}


def test_a_domain_that_is_not_reserved_gets_a_warning(site: MemoryHost) -> None:
    """It can be the operator's own, whose addresses reach no person: only the operator knows."""
    result = CliRunner().invoke(commands, ["hosts", "test", "--domain", "lms.school"])

    assert result.exit_code == 0
    assert "lms.school is not reserved for tests" in result.output


def test_a_broken_promise_exits_with_1(site: MemoryHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says what is wrong, without a value of an account."""
    monkeypatch.setattr(site, "find", lambda keys: {key: list(site.accounts.values()) for key in keys})
    result = CliRunner().invoke(commands, ["hosts", "test"])

    assert result.exit_code == 1
    assert "FAILED" in result.output
    assert "@" not in result.output.replace("address", "")


def test_without_a_named_host_the_lms_of_the_app_is_tested(whole: Whole) -> None:
    """In the named portal; its people stay as they were."""
    with whole.app.app_context():
        host = whole.services.lms.host("1")
        before = {touched.account_id: touched.version for touched in host.changed_since(LONG_AGO)}
    result = whole.run_command("hosts", "test", "--portal", "1")
    with whole.app.app_context():
        after = {touched.account_id: touched.version for touched in host.changed_since(LONG_AGO)}

    assert result.exit_code == 0, result.output
    assert {account_id: after[account_id] for account_id in before} == before


def test_an_installed_connector_has_no_admins_of_its_own(whole: Whole) -> None:
    """Only a stand-alone connector has them."""
    result = whole.run_command("admins", "add", "alma", answer="correct horse battery staple\n")

    assert result.exit_code == 1
    assert "CONNECTOR_HOST" in result.output
