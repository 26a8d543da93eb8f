"""The client against the sandbox Paycor: the two were written from the same documents, not from each other."""

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
from connector.paycor.auth.permissions import ALL, CUSTOM_FIELDS, ONE, PERSON_PHONE, PERSONS, Permission
from connector.paycor.auth.tokens import TokenKeeper
from connector.paycor.discovery import activated, check
from connector.paycor.environments import environment
from connector.paycor.records import custom_fields
from connector.paycor.source import PaycorSource
from connector.paycor.wire.client import Client
from connector.sandbox.company import NORTHFIELD, private
from connector.sandbox.paycor import SandboxServer
from tests.whole import mend

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CUSTOM = frozenset({"custom:LMS Group", "custom:License Renewal", "custom:Training Budget", "custom:Desk"})
EVERYTHING = frozenset(attribute.key for attribute in CATALOGUE) | CUSTOM


@pytest.fixture(scope="module")
def one_server() -> Iterator[SandboxServer]:
    """Sixty people, every oddity among them."""
    with SandboxServer(people=60, seed=1, today=date(2026, 3, 2)) as server:
        yield server


@pytest.fixture
def server(one_server: SandboxServer) -> SandboxServer:
    """The same, with nothing broken and every read allowed."""
    mend(one_server)
    one_server.sandbox.permissions = {
        one_server.sandbox.application.scope: frozenset(right.name for right in (*ALL, *ONE))
    }
    return one_server


@contextmanager
def client(server: SandboxServer) -> Iterator[Client]:
    """A client with a consent of its own."""
    made = server.announcement
    place = environment("production", made.base_url, made.authorize_url)
    credentials = Credentials(made.client_id, made.client_secret, made.subscription_key, made.scope)
    spent = Tokens("", server.sandbox.activate(NORTHFIELD), NOW - timedelta(days=1))
    keeper = TokenKeeper(MemoryTokenStore(spent), place, credentials, lambda: datetime.now(UTC))
    with closing(
        Client(place, credentials, keeper, clock=lambda: datetime.now(UTC), sleep=lambda _: None)
    ) as found:
        yield found


@contextmanager
def source(server: SandboxServer, version: ListVersion = ListVersion.V1) -> Iterator[PaycorSource]:
    """Both legal entities, with every attribute mapped."""
    with client(server) as found:
        entities = [entity.legalEntityId for entity in server.announcement.legal_entities]
        yield PaycorSource(found, entities, EVERYTHING, 1, version)


def employees(found: PaycorSource) -> dict[str, Employee]:
    """Everybody, by employee id."""
    everybody = [found.decode(page, place) for page in found.pages() for place in range(len(page.records))]
    return {one.employee_id: one for one in everybody}


def without(server: SandboxServer, *names: str) -> None:
    """The application lacks these rights from now on."""
    box = server.sandbox
    box.permissions = {scope: rights - set(names) for scope, rights in box.permissions.items()}


def switch(server: SandboxServer, **switches: object) -> None:
    """Turn switches of the sandbox."""
    server.sandbox.switches = msgspec.structs.replace(server.sandbox.switches, **switches)


def assert_nothing_is_emptied(before: dict[str, Employee], after: dict[str, Employee]) -> None:
    """What is known of somebody afterwards is what was known before; it may be less, and never something else."""
    assert after.keys() == before.keys()
    for employee_id, one in after.items():
        was = before[employee_id].attributes
        assert dict(one.attributes) == {key: was.get(key, "unknown") for key in one.attributes}


@pytest.mark.req("A31")
@pytest.mark.parametrize("version", ListVersion)
def test_every_attribute_that_is_offered_is_known_of_somebody(
    server: SandboxServer, version: ListVersion
) -> None:
    """Either list, persons, departments and custom fields: nothing is asked for in vain, nothing is missing."""
    fields = [CustomField(key.removeprefix("custom:")) for key in CUSTOM]
    derived = {"manager_name", "manager_email", "manager_number", "supervisor", "direct_reports"}

    with source(server, version) as found:
        everybody = employees(found)
        said = {finding.code for finding in found.findings()}

    known = {key for one in everybody.values() for key in one.attributes}
    assert known == {attribute.key for attribute in offered(version, fields)} - derived
    assert said <= {"onboarding"}


@pytest.mark.parametrize("version", ListVersion)
def test_one_employee_is_the_same_by_themselves_as_in_the_list(
    server: SandboxServer, version: ListVersion
) -> None:
    """What the list of this version does not have is the only difference; the sandbox has the newer call alone."""
    only_there = {attribute.key for attribute in CATALOGUE if attribute.only}
    with source(server, version) as found:
        everybody = employees(found)
        for employee_id in list(everybody)[::7]:
            page = found.one(employee_id)
            assert page is not None
            alone = found.decode(page, 0)
            listed = dict(everybody[employee_id].attributes)
            assert {key: value for key, value in alone.attributes.items() if key not in only_there} == {
                key: value for key, value in listed.items() if key not in only_there
            }
            assert alone.problem == everybody[employee_id].problem


def test_somebody_who_is_not_there_is_nobody(server: SandboxServer) -> None:
    """Neither version of the call knows the id."""
    with source(server) as found:
        assert found.one("00000001-dead-0000-0000-0000fce60200") is None


@pytest.mark.req("B5", "D11")
@pytest.mark.parametrize("how", ["403", "null"])
@pytest.mark.parametrize("lacking", [CUSTOM_FIELDS, PERSONS, PERSON_PHONE], ids=lambda right: right.name)
def test_a_missing_optional_right_leaves_values_unknown_and_is_named(
    server: SandboxServer, lacking: Permission, how: str
) -> None:
    """Whether Paycor refuses it or leaves the block out; everybody else's values are as they were."""
    with source(server) as found:
        before = employees(found)
    switch(server, missing_include=how)
    without(server, lacking.name)

    with source(server) as found:
        after = employees(found)
        said = {finding.subject for finding in found.findings() if "missing" in finding.code}

    assert said == {lacking.name}
    assert_nothing_is_emptied(before, after)


@pytest.mark.req("D19")
def test_private_facts_that_are_planted_are_not_kept(server: SandboxServer) -> None:
    """With every private block allowed and filled, nothing of it is asked for, joined or decoded."""
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
    assert not [number for number in map(private.planted_number, range(70)) if number in kept]


@pytest.mark.req("B5")
def test_the_connection_test_finds_every_right(server: SandboxServer) -> None:
    """All of them where everything is mapped; one that is taken away is named."""
    with client(server) as found:
        entities = [entity.legal_entity_id for entity in activated(found)]
        assert set(check(found, entities, EVERYTHING).found) == set(ALL)
        without(server, PERSON_PHONE.name)
        assert check(found, entities, EVERYTHING).missing == (PERSON_PHONE,)


@pytest.mark.req("A31")
def test_the_custom_fields_of_the_company_are_found(server: SandboxServer) -> None:
    """By name and data type."""
    with client(server) as found:
        fields = custom_fields.known(found, [190204, 190377])

    assert CustomField("LMS Group", "DropDownAlphaNumeric") in fields
    assert CustomField("License Renewal", "Date") in fields


@pytest.mark.parametrize(
    "kind", ["status-500", "repeat-token", "records-null", "error-as-200", "truncated-json", "reset"]
)
@pytest.mark.parametrize("path", ["*/customfields", "*/persons"])
def test_a_fault_of_an_optional_list_never_empties_anything(
    server: SandboxServer, kind: str, path: str
) -> None:
    """The read fails, or it is mended by trying again: nobody's value is taken for empty."""
    with source(server) as found:
        before = employees(found)
    server.sandbox.faults.plant({"kind": kind, "path": path, "nth": 2, "times": 1})

    with source(server) as found:
        try:
            after = employees(found)
        except SourceError:
            return

    assert_nothing_is_emptied(before, after)
