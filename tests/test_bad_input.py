"""Everything that comes in wrong, over a real socket: a message that says what to do, and nothing half done.

Whoever had access keeps it; the mirror, the links, the learners and the mails are what they were.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.core.model.findings import FINDINGS
from connector.core.model.settings import MappingRow
from connector.errors import ConnectorError
from connector.sandbox.lms.db.tables import FieldDefinition
from connector.sandbox.paycor.data import permissions
from connector.services.people.todo_text import SUBJECT as TODO
from connector.services.settings.invalid import InvalidSettings
from connector.services.views.views import RunView
from connector.store.tables.connection import Connection, Credential, Entity
from connector.store.tables.people import FindingRow, StagedRow
from tests.whole import PORTAL, Whole, opened, started

FIRST, SECOND = 190204, 190377


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Whole]:
    """A connected LMS with a Paycor of its own, whose tokens may be revoked without another test noticing."""
    with started() as paycor, opened(paycor, tmp_path) as whole:
        whole.prepare()
        whole.connect()
        whole.sync()
        yield whole


# --- connecting ----------------------------------------------------------------------------------------------------

#: What is pasted wrong -> the code, and what the message has to have.
PASTED: dict[str, tuple[dict[str, str], str, list[str]]] = {
    "wrong client secret": (
        {"client_secret": "zebra"},
        "source.auth",
        ["client secret for this client id", "Copy both"],
    ),
    "wrong client id": (
        {"client_id": "zebra"},
        "source.auth",
        ["client secret for this client id", "Copy both"],
    ),
    "wrong refresh token": ({"refresh_token": "zebra"}, "source.auth", ["Connect again"]),
    "wrong subscription key": (
        {"subscription_key": "zebra"},
        "source.auth",
        ["not one of Paycor production", "Paycor sandbox", "developers.paycor.com"],
    ),
    "wrong legal entity": ({"legal_entity_id": "999999"}, "source.forbidden", ["999999", "190204, 190377"]),
    "legal entity of another company": (
        {"legal_entity_id": "190512"},
        "source.forbidden",
        ["190512", "Correct the number"],
    ),
}


@pytest.mark.parametrize("case", PASTED)
@pytest.mark.req("B3", "B4")
def test_what_is_pasted_wrong_connects_nobody(unconnected: Whole, case: str) -> None:
    """It says which value and where the right one is; no value that was pasted is repeated."""
    changes, code, said = PASTED[case]

    with unconnected.app.app_context(), pytest.raises(ConnectorError) as refused:
        unconnected.services.connection.paste(PORTAL, None, unconnected.pasted(**changes))

    message = refused.value.message
    assert refused.value.code == code
    assert [words for words in said if words not in message] == []
    assert "zebra" not in message
    connection = unconnected.services.views.connection(PORTAL)
    assert connection is None or connection.state == "review"
    assert unconnected.count(Entity) == 0


@pytest.mark.parametrize("case", PASTED)
@pytest.mark.req("B4", "D17")
def test_what_is_pasted_wrong_leaves_a_connection_that_works(whole: Whole, case: str) -> None:
    """A slip while connecting anew costs nothing: the night's sync goes on as before."""
    changes, _, _ = PASTED[case]
    before = whole.standing()

    with whole.app.app_context(), pytest.raises(ConnectorError):
        whole.services.connection.paste(PORTAL, None, whole.pasted(**changes))

    assert (whole.sync().status, whole.standing()) == ("done", before)


@pytest.mark.parametrize("environment", ["sandbox", "production"])
@pytest.mark.req("B4")
def test_a_key_of_the_other_environment_is_refused_by_name(unconnected: Whole, environment: str) -> None:
    """The message has both environments and the portal in which the right key is."""
    pasted = unconnected.pasted(subscription_key="a-key-of-the-other-one", environment=environment)
    other = "sandbox" if environment == "production" else "production"

    with unconnected.app.app_context(), pytest.raises(ConnectorError) as refused:
        unconnected.services.connection.paste(PORTAL, None, pasted)

    assert f"not one of Paycor {environment}" in refused.value.message
    assert f"application of Paycor {other}" in refused.value.message


@pytest.mark.req("B5")
def test_a_right_that_no_sync_can_do_without_is_named(unconnected: Whole) -> None:
    """And where it is ticked; the connection waits in review, and is Active as soon as it is there."""
    box = unconnected.paycor.sandbox
    lacking = "View Legal Entity Employees Status"
    box.permissions = {box.application.scope: permissions.ALL - {lacking}}
    connecting = unconnected.services.connection
    with unconnected.app.app_context():
        connecting.paste(PORTAL, None, unconnected.pasted())
        with pytest.raises(ConnectorError, match=f"there can be no sync: {lacking}.*Tick them") as refused:
            connecting.finish(PORTAL, None)
        box.permissions = {box.application.scope: permissions.ALL}
        connecting.finish(PORTAL, None)

    connection = unconnected.services.views.connection(PORTAL)
    assert refused.value.code == "source.forbidden"
    assert connection is not None
    assert connection.state == "active"


# --- the consent, while it is used ---------------------------------------------------------------------------------


def letters_to_admins(whole: Whole) -> list[str]:
    """The subjects of the mails that the top-level portal's admins got, but for the to-do list's."""
    admins = [subject for recipient, subject in whole.letters() if recipient.startswith("admin@northfield")]
    return [subject for subject in admins if subject != TODO]


@pytest.mark.req("D18")
def test_a_revoked_token_needs_attention(alone: Whole) -> None:
    """One message that says what to press, one mail, no access lost; connecting again goes on from there."""
    before = alone.standing()
    alone.paycor.sandbox.store.revoke_everything()

    run, again = alone.sync(), alone.run_command("sync", "--portal", PORTAL)

    connection = alone.services.views.connection(PORTAL)
    assert (run.status, run.error_code) == ("failed", "source.auth")
    assert "Press “Connect again”" in (run.error_message or "")
    assert connection is not None
    assert connection.state == "attention"
    assert "connect to Paycor again" in again.output
    assert letters_to_admins(alone) == ["The connection to Paycor needs attention"]
    unchanged = alone.standing()
    assert {name: rows for name, rows in unchanged.items() if name != "mails"} == {
        name: rows for name, rows in before.items() if name != "mails"
    }
    assert alone.count(StagedRow) == 0
    with alone.app.app_context():
        alone.services.connection.paste(PORTAL, None, alone.pasted())
        alone.services.connection.finish(PORTAL, None)
    report = alone.sync().report
    assert report is not None
    assert (report.created, report.updated, report.mails, report.unchanged) == (0, 0, 0, 60 - report.skipped)


@pytest.mark.req("D18")
def test_an_access_token_that_ended_early_is_renewed(alone: Whole) -> None:
    """That is nobody's business: the sync goes on."""
    alone.paycor.sandbox.store.expire_access_tokens()

    assert alone.sync().status == "done"


# --- pages ---------------------------------------------------------------------------------------------------------

#: What a page is broken by -> the code, and what the message has to have.
PAGES: dict[str, tuple[str, list[str]]] = {
    "html-200": ("source.contract", ["not in the documented form", "try again later"]),
    "error-as-200": ("source.contract", []),
    "truncated-json": ("source.contract", []),
    "repeat-token": ("source.contract", []),
    "records-null": ("source.contract", []),
    "status-400": ("source.contract", ["HTTP 400"]),
    "status-418": ("source.contract", ["HTTP 418"]),
}


def break_page(whole: Whole, kind: str, number: int) -> None:
    """Pages have ten people each; from now on this one of the first legal entity comes so."""
    box = whole.paycor.sandbox
    box.switches = box.switches.changed({"employees_per_page": 10})
    box.faults.plant({"kind": kind, "path": f"*/{FIRST}/employees", "nth": number, "every": True})


def is_unharmed(whole: Whole, run: RunView, code: str) -> None:
    """The run failed with this code and a next step, and nothing of what it read has had any effect."""
    assert (run.status, run.error_code) == ("failed", code)
    assert "changed" in (run.error_message or "")
    assert run.report is None


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.req("D10")
def test_a_page_that_comes_wrong_ends_the_run_and_nothing_else(whole: Whole, kind: str, number: int) -> None:
    """However many have left by what was read until then, nobody loses access, and the next sync does it all."""
    code, said = PAGES[kind]
    whole.dismiss(3)
    before = whole.standing()
    break_page(whole, kind, number)

    run = whole.sync()

    is_unharmed(whole, run, code)
    assert [words for words in said if words not in (run.error_message or "")] == []
    assert whole.standing() == before
    whole.paycor.sandbox.faults.clear()
    report = whole.sync().report
    assert report is not None
    assert (report.suspended, whole.count(StagedRow)) == (3, 0)


@pytest.mark.parametrize("kind", ["status-500", "html-504", "reset"])
@pytest.mark.req("D10")
def test_a_page_that_does_not_come_is_asked_for_again(
    whole: Whole, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three times with pauses; then the run ends, and nothing of it has had any effect."""
    monkeypatch.setattr("connector.paycor.wire.client.RETRY_PAUSES_S", (0.01, 0.01))
    whole.dismiss(3)
    before = whole.standing()
    break_page(whole, kind, 2)

    run = whole.sync()

    is_unharmed(whole, run, "source.unavailable")
    assert "in 3 tries" in (run.error_message or "")
    assert whole.standing() == before


@pytest.mark.req("D10")
def test_a_pause_of_paycors_is_waited_for(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bad answers in a row end nothing."""
    monkeypatch.setattr("connector.paycor.wire.client.RETRY_PAUSES_S", (0.01, 0.01))
    box = whole.paycor.sandbox
    box.faults.plant({"kind": "status-500", "path": f"*/{FIRST}/employees", "times": 2})

    assert whole.sync().status == "done"


# --- records -------------------------------------------------------------------------------------------------------

#: How one employee's record is broken -> the finding that says so.
RECORDS: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"drop": ["id"]}, "record_without_id"),
    "an empty id": ({"set": {"id": ""}}, "record_without_id"),
    "no email": ({"set": {"email": None}}, "no_work_email"),
    "no email address": ({"set": {"email.emailAddress": None}}, "no_work_email"),
    "a bad hire date": ({"set": {"employmentDateData.hireDate": "31/02/2026"}}, "unreadable"),
    "a termination date in words": (
        {"set": {"employmentDateData.terminationDate": "tomorrow"}},
        "unreadable",
    ),
    "a name that is a number": ({"set": {"firstName": 7}}, "unreadable"),
    "a status that nobody knows": ({"set": {"statusData.status": "Vanished"}}, "ambiguous_status"),
    "no status": ({"set": {"statusData.status": None}}, "ambiguous_status"),
}


@pytest.mark.parametrize("case", RECORDS)
@pytest.mark.req("B9", "D4", "D10")
def test_a_record_that_comes_wrong_is_one_persons_alone(whole: Whole, case: str) -> None:
    """The person keeps account and access, is listed with what to do, and the others are synced all the same."""
    patch, code = RECORDS[case]
    broken, other = whole.employed()[5:7]
    before = whole.learners()
    whole.patch(broken, **patch)
    whole.patch(other, fields={"first_name": "Renamed"})

    # Four times, because somebody who is missing from three reads would be taken for a leaver.
    runs = [whole.sync() for _ in range(4)]

    first = runs[0].report
    assert {run.status for run in runs} == {"done"}
    assert first is not None
    assert (first.updated, first.suspended, first.created, first.mails) == (1, 0, 0, 0)
    with whole.services.database.reading() as session:
        found = session.query(FindingRow).filter_by(employee_id="" if code == "record_without_id" else broken)
        assert code in {row.code for row in found}
    assert FINDINGS[code].advice.endswith(".")
    after = whole.learners()
    assert len([email for email in before if before[email] != after.get(email)]) == 1
    whole.paycor.sandbox.overlay.clear(broken)
    calm = whole.sync().report
    assert calm is not None
    assert (calm.created, calm.updated, calm.mails) == (0, 0, 0)


# --- what an admin has set up --------------------------------------------------------------------------------------


@pytest.mark.req("A30")
def test_a_mapping_onto_a_deleted_field_is_listed(whole: Whole) -> None:
    """The other fields are filled all the same, and the finding says where to remove the row."""
    with whole.services.database.writing() as session:
        session.query(FieldDefinition).filter_by(portal_id=int(PORTAL), key="location").delete()
    whole.patch(whole.employed()[3], fields={"job_title": "Astronaut"})

    run = whole.sync()

    assert run.report is not None
    assert (run.status, run.report.updated, run.report.findings_by["field_missing"]) == ("done", 1, 1)
    assert "Open Map your data" in FINDINGS["field_missing"].advice
    with whole.services.database.reading() as session:
        assert [row.subject for row in session.query(FindingRow).filter_by(code="field_missing")] == [
            "location"
        ]


@pytest.mark.req("A30")
def test_a_mapping_onto_a_field_that_is_not_there_cannot_be_saved(whole: Whole) -> None:
    """Row by row it says what to choose, and what was saved before stays."""
    configuring = whole.services.settings
    rows = configuring.mapping(PORTAL)

    with whole.app.app_context(), pytest.raises(InvalidSettings) as refused:
        configuring.save_mapping(PORTAL, None, [*rows, MappingRow("work_city", "zebra")])

    assert list(refused.value.errors) == [len(rows)]
    assert "was deleted" in refused.value.errors[len(rows)]
    assert configuring.mapping(PORTAL) == rows


@pytest.mark.req("A32", "D12")
def test_a_choice_that_does_not_exist_keeps_the_old_value(whole: Whole) -> None:
    """The rest of the person is updated, and the finding counts heads."""
    employee_id = whole.employed()[3]
    before = whole.learners()
    whole.patch(employee_id, fields={"first_name": "Renamed"}, set={"statusData.type": "Zebra keeper"})

    run = whole.sync()

    changed = [row for email, row in whole.learners().items() if before[email] != row]
    assert run.report is not None
    assert (run.status, run.report.updated) == ("done", 1)
    assert [row[2] for row in changed] == ["Renamed"]
    assert [row[6] for row in changed] == [row[6] for row in before.values() if row[1] == changed[0][1]]
    with whole.services.database.reading() as session:
        found = session.query(FindingRow).filter_by(employee_id=employee_id).all()
    assert [(row.code, row.subject) for row in found] == [("choice_mismatch", "Employment type")]


@pytest.mark.req("B5", "D11")
def test_a_department_right_that_is_missing_empties_no_department(whole: Whole) -> None:
    """It is listed by its name in Paycor's portal, once."""
    before = whole.learners()
    box = whole.paycor.sandbox
    box.permissions = {box.application.scope: permissions.ALL - {permissions.DEPARTMENTS}}

    run = whole.sync()

    assert run.report is not None
    assert (run.status, run.report.updated, run.report.suspended) == ("done", 0, 0)
    assert whole.learners() == before
    with whole.services.database.reading() as session:
        found = session.query(FindingRow).filter_by(code="permission_missing").all()
    assert [row.subject for row in found] == [permissions.DEPARTMENTS]


@pytest.mark.req("B5", "D10")
def test_a_right_that_was_taken_away_ends_the_run(whole: Whole) -> None:
    """Without the status nobody can be told from a leaver: nothing is done, and the right is named."""
    before = whole.standing()
    box = whole.paycor.sandbox
    lacking = "View Legal Entity Employees Status"
    box.permissions = {box.application.scope: permissions.ALL - {lacking}}

    run = whole.sync()

    assert (run.status, run.error_code) == ("failed", "source.forbidden")
    assert lacking in (run.error_message or "")
    assert whole.standing() == before
    assert whole.count(StagedRow) == 0


def test_a_legal_entity_that_is_closed_to_us_ends_the_run(whole: Whole) -> None:
    """Half a company is no company: nobody of the other half is taken for a leaver."""
    with whole.services.database.writing() as session:
        connection = session.query(Connection).one()
        session.query(Entity).filter_by(legal_entity_id=SECOND).one().legal_entity_id = 190512
        assert session.query(Credential).filter_by(connection_id=connection.id).count() == 1
    before = whole.standing()

    run = whole.sync()

    assert (run.status, run.error_code) == ("failed", "source.forbidden")
    assert "190512" in (run.error_message or "")
    assert whole.standing() == before
