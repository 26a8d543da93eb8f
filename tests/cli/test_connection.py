"""Connecting and disconnecting from the shell."""

import json

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
    """Each legal entity is named, and what to do next; nobody is synced by it."""
    result = unconnected.run_command("connect", "--portal", "1", "--paste", unconnected.paste_file())

    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        *(f"Legal entity {entity} of Paycor company {NORTHFIELD.id}" for entity in ENTITIES),
        "Connected. Run `flask connector preview` to see what a sync would do.",
    ]
    assert state(unconnected) == "active"
    assert unconnected.count(LinkRow) == 0


def test_the_newer_list_can_be_chosen_from_the_start(unconnected: Whole) -> None:
    """It is the one that the sync reads then, and the other is left alone."""
    file = unconnected.paste_file()

    result = unconnected.run_command("connect", "--portal", "1", "--paste", file, "--list-version", "v2")
    unconnected.paycor.sandbox.calls.clear()
    run = unconnected.sync()

    assert (result.exit_code, run.status) == (0, "done")
    listed = unconnected.paycor.sandbox.calls.report("*/employees")["by_path"]
    assert isinstance(listed, dict)
    assert set(listed) == {f"GET /v2/legalentities/{entity}/employees" for entity in ENTITIES}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("{", "is not JSON", id="not JSON"),
        pytest.param("[1]", "holds no JSON object", id="a list"),
        pytest.param('{"client_id": "x"}', "client_secret:", id="half of it"),
    ],
)
def test_a_file_that_is_no_good_says_what_to_mend(unconnected: Whole, text: str, said: str) -> None:
    """Field by field, in one line."""
    path = unconnected.folder / "paste.json"
    path.write_text(text, encoding="utf-8")

    result = unconnected.run_command("connect", "--portal", "1", "--paste", str(path))

    assert result.exit_code == 1
    assert said in plain_line(result)
    assert state(unconnected) is None


def test_a_field_that_is_wrong_is_told_without_its_value(unconnected: Whole) -> None:
    """The whole line may end in somebody's terminal log."""
    file = unconnected.paste_file(client_secret="zebra with blanks", legal_entity_id="zebra")

    line = plain_line(unconnected.run_command("connect", "--portal", "1", "--paste", file))

    assert "client_secret: " in line
    assert "legal_entity" in line
    assert "zebra" not in line


def test_a_refresh_token_is_good_for_one_use(unconnected: Whole) -> None:
    """The file that was kept does not work any more, and what it had connected stays connected."""
    file = unconnected.paste_file()
    unconnected.run_command("connect", "--portal", "1", "--paste", file)

    again = unconnected.run_command("connect", "--portal", "1", "--paste", file)

    assert again.exit_code == 1
    assert "[source.auth]" in plain_line(again)
    assert state(unconnected) == "active"


@pytest.mark.req("A42", "D16")
def test_a_second_portal_cannot_have_the_same_company(whole: Whole) -> None:
    """It is refused without naming the other."""
    result = whole.run_command("connect", "--portal", "2", "--paste", whole.paste_file())

    assert result.exit_code == 1
    assert "connected to another portal" in plain_line(result)
    assert "Northfield" not in plain_line(result)


@pytest.mark.req("A50", "D17")
def test_disconnect_asks_first(whole: Whole) -> None:
    """A slip of the finger changes nothing."""
    result = whole.run_command("disconnect", "--portal", "1", answer="n\n")

    assert (result.exit_code, state(whole)) == (1, "active")


@pytest.mark.req("A50", "D17")
def test_disconnect_erases_the_secrets_and_keeps_the_people(whole: Whole) -> None:
    """Connecting again finds every pair where it was."""
    links, learners = whole.count(LinkRow), whole.learners()

    result = whole.run_command("disconnect", "--portal", "1", "--yes")

    assert (result.exit_code, result.output) == (0, "Disconnected.\n")
    with whole.services.database.reading() as session:
        assert session.query(Credential).all() == []
    assert (state(whole), whole.count(LinkRow), whole.learners()) == ("disconnected", links, learners)
    assert "not connected" in plain_line(whole.run_command("sync", "--portal", "1"))


@pytest.mark.req("D17")
def test_disconnect_may_forget_everything(whole: Whole) -> None:
    """All that is left is that somebody did so; the learners are the LMS's."""
    learners = whole.learners()

    result = whole.run_command("disconnect", "--portal", "1", "--forget", "--yes")

    assert result.exit_code == 0
    with whole.services.database.reading() as session:
        assert [session.query(Connection).count(), session.query(LinkRow).count()] == [0, 0]
        assert session.query(Audit).order_by(Audit.id.desc()).first().action == "connection.forgotten"  # type: ignore[union-attr]
    assert whole.learners() == learners


@pytest.mark.req("D17")
def test_connecting_again_restores_what_was(whole: Whole) -> None:
    """The next sync links nobody anew, makes nobody and mails nobody."""
    whole.run_command("disconnect", "--portal", "1", "--yes")
    whole.run_command("connect", "--portal", "1", "--paste", whole.paste_file())

    result = whole.run_command("sync", "--portal", "1", "--json")

    report = json.loads(result.stdout.splitlines()[-1])
    assert (report["created"], report["linked"], report["mails"], report["updated"]) == (0, 0, 0, 0)
    assert report["unchanged"] > 30
