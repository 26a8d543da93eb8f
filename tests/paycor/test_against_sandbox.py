"""The client against the sandbox Paycor. Both follow the same documentation and not each other."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from connector.core.model.attributes import CATALOGUE, CustomField, offered
from connector.core.model.employee import Employee
from connector.core.model.settings import ListVersion
from connector.errors import SourceError
from connector.paycor.auth.credentials import Credentials, MemoryTokenStore, Tokens
from connector.paycor.auth.permissions import (
    CUSTOM_FIELDS,
    PERSON_PHONE,
    PERSONS,
    SINGLE_EMPLOYEE_PERMISSIONS,
    SYNC_PERMISSIONS,
    Permission,
)
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.discovery import check_consent, covered_legal_entities
from connector.paycor.environments import resolve_environment
from connector.paycor.records import custom_fields
from connector.paycor.source import PaycorSource
from connector.paycor.wire.client import Client
from connector.sandbox.company import NORTHFIELD, personal_details
from connector.sandbox.paycor import SandboxServer
from tests.whole import repair

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CUSTOM = frozenset({"custom:LMS Group", "custom:License Renewal", "custom:Training Budget", "custom:Desk"})
ALL_KEYS = frozenset(attribute.key for attribute in CATALOGUE) | CUSTOM


@pytest.fixture(scope="module")
def one_server() -> Iterator[SandboxServer]:
    """A sandbox with sixty people, every edge case among them."""
    with SandboxServer(people=60, seed=1, today=date(2026, 3, 2)) as server:
        yield server


@pytest.fixture
def server(one_server: SandboxServer) -> SandboxServer:
    """The same sandbox, without faults and with every read allowed."""
    repair(one_server)
    # All tests of this file may run within one minute.
    switch(one_server, calls_per_minute=100_000)
    one_server.sandbox.permissions = {
        one_server.sandbox.application.scope: frozenset(
            one.name for one in (*SYNC_PERMISSIONS, *SINGLE_EMPLOYEE_PERMISSIONS)
        )
    }
    return one_server


@contextmanager
def client(server: SandboxServer) -> Iterator[Client]:
    """A client with its own consent."""
    made = server.announcement
    environment = resolve_environment("production", made.base_url, made.authorize_url)
    credentials = Credentials(made.client_id, made.client_secret, made.subscription_key, made.scope)
    spent = Tokens("", server.sandbox.activate(NORTHFIELD), NOW - timedelta(days=1))
    refresher = TokenRefresher(MemoryTokenStore(spent), environment, credentials, lambda: datetime.now(UTC))
    with closing(
        Client(environment, credentials, refresher, clock=lambda: datetime.now(UTC), sleep=lambda _: None)
    ) as found:
        yield found


@contextmanager
def source(server: SandboxServer, version: ListVersion = ListVersion.V1) -> Iterator[PaycorSource]:
    """Both legal entities, with every attribute mapped."""
    with client(server) as found:
        entities = [entity.legalEntityId for entity in server.announcement.legal_entities]
        yield PaycorSource(found, entities, ALL_KEYS, 1, version)


def employees(found: PaycorSource) -> dict[str, Employee]:
    """All employees by id."""
    everyone = [found.decode(page, index) for page in found.pages() for index in range(len(page.records))]
    return {one.employee_id: one for one in everyone}


def without(server: SandboxServer, *names: str) -> None:
    """Remove these permissions from the application."""
    box = server.sandbox
    box.permissions = {scope: allowed - set(names) for scope, allowed in box.permissions.items()}


def switch(server: SandboxServer, **switches: object) -> None:
    """Set switches of the sandbox."""
    server.sandbox.switches = msgspec.structs.replace(server.sandbox.switches, **switches)


def assert_nothing_is_emptied(before: dict[str, Employee], after: dict[str, Employee]) -> None:
    """Every attribute after is the same as before; some may be unknown."""
    assert after.keys() == before.keys()
    for employee_id, one in after.items():
        was = before[employee_id].attributes
        assert dict(one.attributes) == {key: was.get(key, "unknown") for key in one.attributes}


@pytest.mark.req("A31")
@pytest.mark.parametrize("version", ListVersion)
def test_every_offered_attribute_is_known_of_some_employee(
    server: SandboxServer, version: ListVersion
) -> None:
    """For both versions of the list, with persons, departments and custom fields: nothing is missing."""
    fields = [CustomField(key.removeprefix("custom:")) for key in CUSTOM]
    derived = {"manager_name", "manager_email", "manager_number", "supervisor", "direct_reports"}

    with source(server, version) as found:
        by_id = employees(found)
        said = {finding.code for finding in found.findings()}

    known = {key for one in by_id.values() for key in one.attributes}
    assert known == {attribute.key for attribute in offered(version, fields)} - derived
    assert said <= {"onboarding"}


@pytest.mark.req("A31", "X23")
@pytest.mark.parametrize("version", ListVersion)
def test_every_offered_attribute_has_values_of_its_own(server: SandboxServer, version: ListVersion) -> None:
    """No column is empty for everybody, and no two are the same: a mapping of the wrong one would be noticed."""
    with source(server, version) as found:
        records = employees(found).values()

    keys = {key for one in records for key in one.attributes}
    columns = {key: tuple(one.attributes.get(key) for one in records) for key in keys}
    assert {key for key, column in columns.items() if not any(column)} == set()
    assert len(set(columns.values())) == len(columns)


@pytest.mark.req("D21")
@pytest.mark.parametrize("keeps_query", [False, True], ids=["query dropped", "query kept"])
@pytest.mark.parametrize("version", ListVersion)
def test_a_whole_read_does_not_rest_on_the_address_of_the_next_page(
    server: SandboxServer, version: ListVersion, keeps_query: bool
) -> None:
    """The address keeps the query or drops it: every page comes with its blocks, and nobody is lost."""
    with source(server, version) as found:
        at_once = employees(found)
    switch(server, employees_per_page=7, records_per_page=7, url_keeps_query=keeps_query)
    with source(server, version) as found:
        by_pages = employees(found)

    assert len(by_pages) == 60
    assert by_pages == at_once


@pytest.mark.parametrize("version", ListVersion)
def test_a_single_employee_is_the_same_as_in_the_list(server: SandboxServer, version: ListVersion) -> None:
    """Except for attributes that only one version has; the sandbox has only the v2 call."""
    only_there = {attribute.key for attribute in CATALOGUE if attribute.only}
    with source(server, version) as found:
        by_id = employees(found)
        for employee_id in list(by_id)[::7]:
            page = found.one(employee_id)
            assert page is not None
            alone = found.decode(page, 0)
            listed = dict(by_id[employee_id].attributes)
            assert {key: value for key, value in alone.attributes.items() if key not in only_there} == {
                key: value for key, value in listed.items() if key not in only_there
            }
            assert alone.problem == by_id[employee_id].problem


def test_an_unknown_employee_is_none(server: SandboxServer) -> None:
    """Neither version of the call knows the id."""
    with source(server) as found:
        assert found.one("00000001-dead-0000-0000-0000fce60200") is None


@pytest.mark.req("B5", "D11")
@pytest.mark.parametrize("how", ["403", "null"])
@pytest.mark.parametrize(
    "missing", [CUSTOM_FIELDS, PERSONS, PERSON_PHONE], ids=lambda permission: permission.name
)
def test_a_missing_optional_permission_leaves_values_unknown_and_is_named(
    server: SandboxServer, missing: Permission, how: str
) -> None:
    """Whether Paycor refuses the list or omits the block; all other values are unchanged."""
    with source(server) as found:
        before = employees(found)
    switch(server, missing_include=how)
    without(server, missing.name)

    with source(server) as found:
        after = employees(found)
        said = {finding.subject for finding in found.findings() if "missing" in finding.code}

    assert said == {missing.name}
    assert_nothing_is_emptied(before, after)


@pytest.mark.req("D19")
def test_private_data_in_the_sandbox_is_not_kept(server: SandboxServer) -> None:
    """With every private block allowed and filled, none of it is requested, joined or decoded."""
    box = server.sandbox
    switch(server, plants_private_facts=True)
    box.permissions = {
        box.application.scope: frozenset({*box.permissions[box.application.scope], "View Person SSN"})
    }

    with source(server) as found:
        kept = "".join(repr(one) for one in employees(found).values())
        kept += "".join(repr(page.joined) for page in found.pages())

    assert kept
    assert "planted" not in kept.lower()
    assert not [number for number in map(personal_details.fake_ssn, range(70)) if number in kept]


@pytest.mark.req("B5")
def test_the_check_finds_every_permission(server: SandboxServer) -> None:
    """All of them if everything is mapped, and a removed one is missing."""
    with client(server) as found:
        entities = [entity.legal_entity_id for entity in covered_legal_entities(found)]
        assert set(check_consent(found, entities, ALL_KEYS).found) == set(SYNC_PERMISSIONS)
        without(server, PERSON_PHONE.name)
        assert check_consent(found, entities, ALL_KEYS).missing == (PERSON_PHONE,)


@pytest.mark.req("A31")
def test_the_custom_fields_of_the_company_are_found(server: SandboxServer) -> None:
    """With name and data type."""
    with client(server) as found:
        fields = custom_fields.find_custom_fields(found, [190204, 190377])

    assert CustomField("LMS Group", "DropDownAlphaNumeric") in fields
    assert CustomField("License Renewal", "Date") in fields


@pytest.mark.parametrize(
    "kind", ["status-500", "repeat-token", "records-null", "error-as-200", "truncated-json", "reset"]
)
@pytest.mark.parametrize("path", ["*/customfields", "*/persons"])
def test_a_fault_of_an_optional_list_never_empties_anything(
    server: SandboxServer, kind: str, path: str
) -> None:
    """The read fails, or a retry succeeds: no value becomes empty."""
    with source(server) as found:
        before = employees(found)
    server.sandbox.faults.plant({"kind": kind, "path": path, "nth": 2, "times": 1})

    with source(server) as found:
        try:
            after = employees(found)
        except SourceError:
            return

    assert_nothing_is_emptied(before, after)
