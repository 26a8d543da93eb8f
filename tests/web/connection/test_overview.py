from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from connector.store.tables.connection import Audit, Connection, Entity
from tests.services.stored import NOW, add, employee, finding, link, run
from tests.web.conftest import MOUNT, Desk


def change(desk: Desk, **values: object) -> None:
    """Sets columns of the connection."""
    with desk.database.writing() as session:
        session.execute(update(Connection).values(**values))


@pytest.mark.req("A48")
@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("review", "Review"),
        ("active", "Active"),
        ("attention", "Needs attention"),
        ("paused", "Paused"),
        ("disconnected", "Not connected"),
    ],
)
def test_the_list_says_how_the_connection_stands(desk: Desk, state: str, word: str) -> None:
    """In a word, with a sign beside it: never by colour alone."""
    desk.connect(state)

    assert f'aria-hidden="true"></span>{word}</span>' in desk.client.get(f"{MOUNT}/hq/").text


def test_the_overview_says_what_is_connected_and_when_it_syncs(desk: Desk) -> None:
    """The next daily sync on the portal's own clock, with the zone named."""
    desk.connect()
    change(desk, next_daily_at=datetime(2026, 3, 3, 7, tzinfo=UTC), first_sync_at=NOW)
    add(desk.database, Entity(connection_id=1, environment="sandbox", legal_entity_id=190204, tenant_id=2001))

    text = desk.get()

    assert ">2026-03-03 02:00</time> (America/New_York)" in text
    assert "190204" in text


@pytest.mark.req("D18")
def test_a_dead_connection_says_what_to_press(desk: Desk) -> None:
    """A banner with the cause and the way out; syncing is not offered."""
    desk.connect("attention")
    change(desk, attention_code="source.auth")

    text = desk.get()

    assert "Paycor no longer accepts this connection" in text
    assert "Connect again" in text
    assert f'action="{desk.url("/sync")}"' not in text


@pytest.mark.req("D14")
def test_before_the_first_sync_the_preview_comes_first(desk: Desk) -> None:
    """The first sync is the admin's to start, after a look at what it would do."""
    desk.connect()

    text = desk.get()

    assert "Begin with a preview" in text
    assert 'cx-button--main">Preview<' in text


def test_a_run_that_is_not_over_is_shown_first(desk: Desk) -> None:
    """With the way to watch it."""
    desk.connect()
    add(desk.database, run(3, status="running"))

    text = desk.get()

    assert "A sync is under way." in text
    assert f'href="{desk.url("/runs/3")}"' in text


@pytest.mark.req("A49")
def test_the_checklist_says_what_is_done_and_what_is_not(desk: Desk) -> None:
    """In words, with the way to set it up."""
    desk.connect()

    text = " ".join(desk.get().split())

    assert '<a href="/groups">Groups</a> <span class="cx-quiet">Done</span>' in text
    assert '<a href="/rules">Dynamic rules</a> <span class="cx-quiet">Not done yet</span>' in text


def test_the_to_do_list_has_heads_advice_and_the_people_behind(desk: Desk) -> None:
    """What somebody has to act on stands apart from mere explanations."""
    desk.connect()
    add(
        desk.database,
        finding(1, "no_work_email"),
        finding(2, "inactive"),
        employee(1, None),
        employee(2, None),
    )

    text = desk.get("/findings")
    to_act, to_know = text.split("Only to be known", maxsplit=1)

    assert "Enter a work email for them in Paycor" in to_act
    assert "Not employed any more" in to_know
    assert "Ada L1" in desk.get("/findings?code=no_work_email")
    assert "Ada L2" not in desk.get("/findings?code=no_work_email")


@pytest.mark.req("D12", "X7")
def test_a_value_that_is_no_choice_stands_beside_the_nearest_one(desk: Desk) -> None:
    """Only where there is one that is like it."""
    desk.connect()
    hinted, plain = finding(1, "choice_mismatch"), finding(2, "choice_mismatch")
    hinted.detail, hinted.hint = "nurse", "Nurses & Carers"
    add(desk.database, hinted, plain, employee(1, None), employee(2, None))

    text = desk.get("/findings?code=choice_mismatch")

    assert "Nearest choice: Nurses &amp; Carers" in text
    assert text.count("Nearest choice") == 1


@pytest.mark.req("B9")
def test_a_code_of_a_later_release_is_still_readable(desk: Desk) -> None:
    """The list does not break over a finding that this release does not know."""
    desk.connect()
    add(desk.database, finding(1, "moon_phase"))

    assert "Moon phase" in desk.get("/findings")


@pytest.mark.req("D13")
@pytest.mark.parametrize(
    ("form", "told"),
    [
        pytest.param({"person": ["p1", "p3"]}, {"p1", "p3"}, id="some"),
        pytest.param({"everybody": "1"}, {"p1", "p2", "p3"}, id="all"),
    ],
)
def test_the_untold_are_told_when_the_admin_says_so(
    desk: Desk, form: dict[str, object], told: set[str]
) -> None:
    """One, many or all; the mails go out as a run of their own."""
    desk.connect()
    add(desk.database, *[link(number, "held") for number in (1, 2, 3)], employee(1, "ada@acme.example"))

    before = desk.get("/untold")
    location = desk.post("/untold", 302, **form)
    left = {row.person_key for row in desk.services.views.untold("hq").rows}

    assert "ada@acme.example" in before
    assert location == desk.url("/runs/1")
    assert {"p1", "p2", "p3"} - left == told


def test_telling_nobody_asks_for_a_tick(desk: Desk) -> None:
    """It does not mean everybody."""
    desk.connect()
    add(desk.database, link(1, "held"))

    assert "Tick at least one person." in desk.post("/untold", 200)
    assert desk.woken == []


def test_changes_are_listed_with_who_made_them(desk: Desk) -> None:
    """In plain words; what the connector did itself is said to be its own doing."""
    desk.connect()
    add(
        desk.database,
        Audit(
            portal_id="hq", at=NOW, viewer_id="8", action="mapping.saved", detail={"legal_entities": [1, 2]}
        ),
        Audit(portal_id="hq", at=NOW, action="connection.attention"),
    )

    text = desk.get("/changes")

    assert "Mapping saved" in text
    assert "legal entities: 1, 2" in text
    assert "The connector" in text


def test_a_notice_is_given_once(desk: Desk) -> None:
    """On the page after the change, read out as a status, and not again."""
    desk.connect()
    desk.post("/mapping")

    assert 'role="status"' in desk.get("/mapping")
    assert "The mapping is saved" not in desk.get("/mapping")
