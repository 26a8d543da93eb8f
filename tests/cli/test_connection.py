"""Connect and disconnect from the shell."""

import json
from pathlib import Path

import pytest

from connector.sandbox.company import NORTHFIELD
from connector.store.tables.connection import Audit, Connection, Credential
from connector.store.tables.people import LinkRow
from tests.whole import Whole, plain_line

ENTITIES = [entity.id for entity in NORTHFIELD.entities]


def state(whole: Whole, portal_id: str = "1") -> str | None:
    """The state of a portal's connection."""
    connection = whole.services.views.connection(portal_id)
    return None if connection is None else connection.state


@pytest.mark.req("B3")
def test_a_file_with_the_applications_secrets_connects(unconnected: Whole) -> None:
    """The output names each legal entity and the next step; no person is synced yet."""
    result = unconnected.run_command("connect", "--portal", "1", "--paste", unconnected.paste_file())

    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        *(f"Legal entity {entity} of Paycor company {NORTHFIELD.id}" for entity in ENTITIES),
        "Connected. Run `flask connector preview` to see what a sync would do.",
    ]
    assert state(unconnected) == "active"
    assert unconnected.count(LinkRow) == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.req("B3")
def test_a_file_connects_in_whatever_encoding_an_editor_saved_it(unconnected: Whole, encoding: str) -> None:
    """Windows writes a byte order mark, or UTF-16."""
    path = Path(unconnected.paste_file())
    path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)

    result = unconnected.run_command("connect", "--portal", "1", "--paste", str(path))

    assert result.exit_code == 0, result.output


def test_a_file_that_is_no_text_is_refused_in_one_line(unconnected: Whole) -> None:
    """As another program's file is."""
    path = unconnected.folder / "paste.json"
    path.write_bytes(b"\x89PNG\xff")

    result = unconnected.run_command("connect", "--portal", "1", "--paste", str(path))

    assert "Save it in that encoding" in plain_line(result)


def test_the_newer_list_can_be_chosen_from_the_start(unconnected: Whole) -> None:
    """The sync then reads this list and not the other."""
    file = unconnected.paste_file()

    result = unconnected.run_command("connect", "--portal", "1", "--paste", file, "--list-version", "v2")
    unconnected.paycor.sandbox.calls.clear()
    run = unconnected.sync()

    assert (result.exit_code, run.status) == (0, "done")
    listed = unconnected.paycor.sandbox.calls.report("*/employees")["by_path"]
    assert isinstance(listed, dict)
    assert set(listed) == {f"GET /v2/legalentities/{entity}/employees" for entity in ENTITIES}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{", "is not JSON", id="not JSON"),
        pytest.param("[1]", "has no JSON object in it", id="a list"),
        pytest.param('{"client_id": "x"}', "client_secret:", id="half of it"),
    ],
)
def test_a_wrong_file_says_what_to_fix(unconnected: Whole, text: str, message: str) -> None:
    """Field by field, in one line."""
    path = unconnected.folder / "paste.json"
    path.write_text(text, encoding="utf-8")

    result = unconnected.run_command("connect", "--portal", "1", "--paste", str(path))

    assert result.exit_code == 1
    assert message in plain_line(result)
    assert state(unconnected) is None


def test_the_message_about_a_wrong_field_does_not_show_its_value(unconnected: Whole) -> None:
    """The line can end up in a terminal log."""
    file = unconnected.paste_file(client_secret="zebra with blanks", legal_entity_id="zebra")

    line = plain_line(unconnected.run_command("connect", "--portal", "1", "--paste", file))

    assert "client_secret: " in line
    assert "legal_entity" in line
    assert "zebra" not in line


def test_a_refresh_token_works_once(unconnected: Whole) -> None:
    """A kept file no longer works, and the portal stays connected."""
    file = unconnected.paste_file()
    unconnected.run_command("connect", "--portal", "1", "--paste", file)

    again = unconnected.run_command("connect", "--portal", "1", "--paste", file)

    assert again.exit_code == 1
    assert "[source.auth]" in plain_line(again)
    assert state(unconnected) == "active"


@pytest.mark.req("A42", "D16")
def test_a_second_portal_cannot_have_the_same_company(whole: Whole) -> None:
    """The refusal does not name the other portal."""
    result = whole.run_command("connect", "--portal", "2", "--paste", whole.paste_file())

    assert result.exit_code == 1
    assert "connected to another portal" in plain_line(result)
    assert "Northfield" not in plain_line(result)


@pytest.mark.req("A50", "D17")
def test_disconnect_asks_first(whole: Whole) -> None:
    """Answering no changes nothing."""
    result = whole.run_command("disconnect", "--portal", "1", answer="n\n")

    assert (result.exit_code, state(whole)) == (1, "active")


@pytest.mark.req("A50", "D17")
def test_disconnect_erases_the_secrets_and_keeps_the_people(whole: Whole) -> None:
    """The links stay too, for the next connection."""
    links, learners = whole.count(LinkRow), whole.learners()

    result = whole.run_command("disconnect", "--portal", "1", "--yes")

    assert (result.exit_code, result.output) == (0, "Disconnected.\n")
    with whole.services.database.reading() as session:
        assert session.query(Credential).all() == []
    assert (state(whole), whole.count(LinkRow), whole.learners()) == ("disconnected", links, learners)
    assert "not connected" in plain_line(whole.run_command("sync", "--portal", "1"))


@pytest.mark.req("D17")
def test_disconnect_can_forget_everything(whole: Whole) -> None:
    """Only the audit line of it remains; the learners belong to the LMS."""
    learners = whole.learners()

    result = whole.run_command("disconnect", "--portal", "1", "--forget", "--yes")

    assert result.exit_code == 0
    with whole.services.database.reading() as session:
        assert [session.query(Connection).count(), session.query(LinkRow).count()] == [0, 0]
        assert session.query(Audit).order_by(Audit.id.desc()).first().action == "connection.forgotten"  # type: ignore[union-attr]
    assert whole.learners() == learners


@pytest.mark.req("D17")
def test_connecting_again_restores_what_was(whole: Whole) -> None:
    """The next sync links, creates and mails no person a second time."""
    whole.run_command("disconnect", "--portal", "1", "--yes")
    whole.run_command("connect", "--portal", "1", "--paste", whole.paste_file())

    result = whole.run_command("sync", "--portal", "1", "--json")

    report = json.loads(result.stdout.splitlines()[-1])
    assert (report["created"], report["linked"], report["mails"], report["updated"]) == (0, 0, 0, 0)
    assert report["unchanged"] > 30
