"""Wrong input of every kind, over a real socket: a message that says what to do, and nothing half done.

No person loses access; the mirror, the links, the learners and the mails stay as they were.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.core.model.settings import MappingRow
from connector.errors import ConnectorError
from connector.sandbox.lms.db.tables import FieldDefinition
from connector.sandbox.paycor.data import permissions
from connector.services.invalid_settings import InvalidSettings
from connector.services.views.views import RunView
from connector.store.tables.connection import Connection, Credential, Entity
from connector.store.tables.people import FindingRow, StagedRow
from connector.words.findings import FINDING_TEXTS
from connector.words.todo import SUBJECT as TODO
from tests.whole import PORTAL, Whole, opened, started

FIRST, SECOND = 190204, 190377


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Whole]:
    """A connected LMS with its own Paycor, so that no other test notices a revoked token."""
    with started() as paycor, opened(paycor, tmp_path) as whole:
        whole.prepare()
        whole.connect()
        whole.sync()
        yield whole


# --- connecting ----------------------------------------------------------------------------------------------------

#: The wrong value -> its fields, the error code, and what the message must contain.
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
        ["does not belong to Paycor production", "Paycor sandbox", "developers.paycor.com"],
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
def test_a_wrong_pasted_value_does_not_connect(unconnected: Whole, case: str) -> None:
    """The message says which value and where the right one is; it repeats no pasted value."""
    changes, code, phrases = PASTED[case]

    with unconnected.app.app_context(), pytest.raises(ConnectorError) as refused:
        unconnected.services.connection.paste(PORTAL, None, unconnected.pasted(**changes))

    message = refused.value.message
    assert refused.value.code == code
    assert [phrase for phrase in phrases if phrase not in message] == []
    assert "zebra" not in message
    connection = unconnected.services.views.connection(PORTAL)
    assert connection is None or connection.state == "review"
    assert unconnected.count(Entity) == 0


@pytest.mark.parametrize("case", PASTED)
@pytest.mark.req("B4", "D17")
def test_a_wrong_pasted_value_leaves_a_working_connection_alone(whole: Whole, case: str) -> None:
    """A mistake while connecting again changes nothing: the next sync works as before."""
    changes, _, _ = PASTED[case]
    before = whole.snapshot()

    with whole.app.app_context(), pytest.raises(ConnectorError):
        whole.services.connection.paste(PORTAL, None, whole.pasted(**changes))

    assert (whole.sync().status, whole.snapshot()) == ("done", before)


@pytest.mark.parametrize("environment", ["sandbox", "production"])
@pytest.mark.req("B4")
def test_a_key_of_the_other_environment_is_refused_by_name(unconnected: Whole, environment: str) -> None:
    """The message names both environments and the portal that has the right key."""
    pasted = unconnected.pasted(subscription_key="a-key-of-the-other-one", environment=environment)
    other = "sandbox" if environment == "production" else "production"

    with unconnected.app.app_context(), pytest.raises(ConnectorError) as refused:
        unconnected.services.connection.paste(PORTAL, None, pasted)

    assert f"does not belong to Paycor {environment}" in refused.value.message
    assert f"application of Paycor {other}" in refused.value.message


@pytest.mark.req("B5")
def test_a_missing_required_permission_is_named(unconnected: Whole) -> None:
    """And where to tick it; the connection stays in review, and becomes Active once the permission is there."""
    box = unconnected.paycor.sandbox
    missing = "View Legal Entity Employees Status"
    box.permissions = {box.application.scope: permissions.ALL - {missing}}
    connection_service = unconnected.services.connection
    with unconnected.app.app_context():
        connection_service.paste(PORTAL, None, unconnected.pasted())
        with pytest.raises(ConnectorError, match=f"there can be no sync: {missing}.*Tick them") as refused:
            connection_service.finish(PORTAL, None)
        box.permissions = {box.application.scope: permissions.ALL}
        connection_service.finish(PORTAL, None)

    connection = unconnected.services.views.connection(PORTAL)
    assert refused.value.code == "source.forbidden"
    assert connection is not None
    assert connection.state == "active"


# --- the consent, while it is used ---------------------------------------------------------------------------------


def mails_to_admins(whole: Whole) -> list[str]:
    """The subjects of the mails to the admins of the top-level portal, without those about the to-do list."""
    admins = [subject for recipient, subject in whole.mails() if recipient.startswith("admin@northfield")]
    return [subject for subject in admins if subject != TODO]


@pytest.mark.req("D18")
def test_a_revoked_token_needs_attention(alone: Whole) -> None:
    """One message that says what to press, one mail, no access lost; after connecting again the syncs go on."""
    before = alone.snapshot()
    alone.paycor.sandbox.store.revoke_everything()

    run, again = alone.sync(), alone.run_command("sync", "--portal", PORTAL)

    connection = alone.services.views.connection(PORTAL)
    assert (run.status, run.error_code) == ("failed", "source.auth")
    assert "Press “Connect again”" in (run.error_message or "")
    assert connection is not None
    assert connection.state == "attention"
    assert "connect to Paycor again" in again.output
    assert mails_to_admins(alone) == ["The connection to Paycor needs attention"]
    unchanged = alone.snapshot()
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
    """The sync goes on, and no person notices."""
    alone.paycor.sandbox.store.expire_access_tokens()

    assert alone.sync().status == "done"


# --- pages ---------------------------------------------------------------------------------------------------------

#: The fault of a page -> the error code, and what the message must contain.
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
    """Break this page of the first legal entity from now on; pages have ten people each."""
    box = whole.paycor.sandbox
    box.switches = box.switches.changed({"employees_per_page": 10})
    box.faults.plant({"kind": kind, "path": f"*/{FIRST}/employees", "nth": number, "every": True})


def assert_failed(run: RunView, code: str) -> None:
    """The run failed with this code and a next step, and has no report."""
    assert (run.status, run.error_code) == ("failed", code)
    assert "changed" in (run.error_message or "")
    assert run.report is None


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.req("D10")
def test_a_broken_page_ends_the_run_and_changes_nothing(whole: Whole, kind: str, number: int) -> None:
    """No leaver of the pages before loses access; the next sync does everything."""
    code, phrases = PAGES[kind]
    whole.dismiss(3)
    before = whole.snapshot()
    break_page(whole, kind, number)

    run = whole.sync()

    assert_failed(run, code)
    assert [phrase for phrase in phrases if phrase not in (run.error_message or "")] == []
    assert whole.snapshot() == before
    whole.paycor.sandbox.faults.clear()
    report = whole.sync().report
    assert report is not None
    assert (report.suspended, whole.count(StagedRow)) == (3, 0)


@pytest.mark.parametrize("kind", ["status-500", "html-504", "reset"])
@pytest.mark.req("D10")
def test_a_missing_page_is_requested_again(whole: Whole, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three times with pauses; then the run ends, and nothing is changed."""
    monkeypatch.setattr("connector.retries.RETRY_PAUSES_S", (0.01, 0.01))
    whole.dismiss(3)
    before = whole.snapshot()
    break_page(whole, kind, 2)

    run = whole.sync()

    assert_failed(run, "source.unavailable")
    assert "in 3 tries" in (run.error_message or "")
    assert whole.snapshot() == before


@pytest.mark.req("D10")
def test_two_failed_answers_in_a_row_do_not_end_the_run(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third try works."""
    monkeypatch.setattr("connector.retries.RETRY_PAUSES_S", (0.01, 0.01))
    box = whole.paycor.sandbox
    box.faults.plant({"kind": "status-500", "path": f"*/{FIRST}/employees", "times": 2})

    assert whole.sync().status == "done"


# --- records -------------------------------------------------------------------------------------------------------

#: How one employee's record is broken -> the patch, and the finding that reports it.
RECORDS: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"drop": ["id"]}, "record_without_id"),
    "an empty id": ({"set": {"id": ""}}, "record_without_id"),
    "no email": ({"set": {"email": None}}, "no_work_email"),
    "no email address": ({"set": {"email.emailAddress": None}}, "no_work_email"),
    "an email that is no address": ({"set": {"email.emailAddress": "N/A"}}, "bad_work_email"),
    "two addresses": ({"set": {"email.emailAddress": "a@n.example; b@n.example"}}, "bad_work_email"),
    "a bad hire date": ({"set": {"employmentDateData.hireDate": "31/02/2026"}}, "unreadable"),
    "an end in words": ({"set": {"employmentDateData.terminationDate": "tomorrow"}}, "unreadable"),
    "a name that is a number": ({"set": {"firstName": 7}}, "unreadable"),
    "an unknown status": ({"set": {"statusData.status": "Vanished"}}, "ambiguous_status"),
    "no status": ({"set": {"statusData.status": None}}, "ambiguous_status"),
}


@pytest.mark.parametrize("case", RECORDS)
@pytest.mark.req("B9", "D4", "D10", "D23")
def test_a_broken_record_affects_one_person_only(whole: Whole, case: str) -> None:
    """The person keeps account and access and has a finding; all others are synced."""
    patch, code = RECORDS[case]
    broken, other = whole.employed()[5:7]
    before = whole.learners()
    whole.patch(broken, **patch)
    whole.patch(other, fields={"first_name": "Renamed"})

    # Four times, because a person who is missing from three reads counts as a leaver.
    runs = [whole.sync() for _ in range(4)]

    first = runs[0].report
    assert {run.status for run in runs} == {"done"}
    assert first is not None
    assert (first.updated, first.suspended, first.created, first.mails) == (1, 0, 0, 0)
    with whole.services.database.reading() as session:
        rows = session.query(FindingRow).filter_by(employee_id="" if code == "record_without_id" else broken)
        assert code in {row.code for row in rows}
    assert FINDING_TEXTS[code].advice.endswith(".")
    after = whole.learners()
    assert len([email for email in before if before[email] != after.get(email)]) == 1
    whole.paycor.sandbox.overlay.clear(broken)
    calm = whole.sync().report
    assert calm is not None
    assert (calm.created, calm.updated, calm.mails) == (0, 0, 0)


# --- what an admin has set up --------------------------------------------------------------------------------------


@pytest.mark.req("A30")
def test_a_mapping_onto_a_deleted_field_is_listed(whole: Whole) -> None:
    """The other fields are filled, and the finding says where to remove the row."""
    with whole.services.database.writing() as session:
        session.query(FieldDefinition).filter_by(portal_id=int(PORTAL), key="location").delete()
    whole.patch(whole.employed()[3], fields={"job_title": "Astronaut"})

    run = whole.sync()

    assert run.report is not None
    assert (run.status, run.report.updated, run.report.findings_by["field_missing"]) == ("done", 1, 1)
    assert "Open Map your data" in FINDING_TEXTS["field_missing"].advice
    with whole.services.database.reading() as session:
        assert [row.subject for row in session.query(FindingRow).filter_by(code="field_missing")] == [
            "location"
        ]


@pytest.mark.req("A30")
def test_a_mapping_onto_a_missing_field_cannot_be_saved(whole: Whole) -> None:
    """The error says what to choose in which row, and the saved mapping stays."""
    settings = whole.services.settings
    rows = settings.mapping(PORTAL)

    with whole.app.app_context(), pytest.raises(InvalidSettings) as refused:
        settings.save_mapping(PORTAL, None, [*rows, MappingRow("work_city", "zebra")])

    assert list(refused.value.errors) == [len(rows)]
    assert "was deleted" in refused.value.errors[len(rows)]
    assert settings.mapping(PORTAL) == rows


@pytest.mark.req("A32", "D12")
def test_a_choice_that_does_not_exist_keeps_the_old_value(whole: Whole) -> None:
    """The rest of the person is updated, and the finding counts people."""
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
def test_a_missing_department_permission_empties_no_department(whole: Whole) -> None:
    """It is one finding, with the name of the permission in Paycor's portal."""
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
def test_a_removed_required_permission_ends_the_run(whole: Whole) -> None:
    """Without the status every person could be a leaver: nothing is changed, and the permission is named."""
    before = whole.snapshot()
    box = whole.paycor.sandbox
    missing = "View Legal Entity Employees Status"
    box.permissions = {box.application.scope: permissions.ALL - {missing}}

    run = whole.sync()

    assert (run.status, run.error_code) == ("failed", "source.forbidden")
    assert missing in (run.error_message or "")
    assert whole.snapshot() == before
    assert whole.count(StagedRow) == 0


def test_a_forbidden_legal_entity_ends_the_run(whole: Whole) -> None:
    """The employees of a legal entity that cannot be read do not count as leavers."""
    with whole.services.database.writing() as session:
        connection = session.query(Connection).one()
        session.query(Entity).filter_by(legal_entity_id=SECOND).one().legal_entity_id = 190512
        assert session.query(Credential).filter_by(connection_id=connection.id).count() == 1
    before = whole.snapshot()

    run = whole.sync()

    assert (run.status, run.error_code) == ("failed", "source.forbidden")
    assert "190512" in (run.error_message or "")
    assert whole.snapshot() == before
