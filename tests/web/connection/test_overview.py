"""HR Integrations, the overview of a connection, and its log of changes."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from connector.store.tables.connection import Audit, Connection, Entity
from tests.services.stored import NOW, add, run
from tests.web.conftest import MOUNT, Site
from tests.web.fakes import ADMIN, BRANCH_ADMIN


def set_columns(site: Site, **values: object) -> None:
    """Set columns of the connection."""
    with site.database.writing() as session:
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
def test_the_list_shows_the_state_of_the_connection(site: Site, state: str, word: str) -> None:
    """As a word with a sign, never by colour alone."""
    site.connect(state)

    assert f'aria-hidden="true"></span>{word}</span>' in site.client.get(f"{MOUNT}/hq/").text


def test_the_overview_says_what_is_connected_and_when_it_syncs(site: Site) -> None:
    """The time of the next daily sync is on the portal's clock, with the zone."""
    site.connect()
    set_columns(site, next_daily_at=datetime(2026, 3, 3, 7, tzinfo=UTC), first_sync_at=NOW)
    add(site.database, Entity(connection_id=1, environment="sandbox", legal_entity_id=190204, tenant_id=2001))

    text = site.get()

    assert ">2026-03-03 02:00</time> (America/New_York)" in text
    assert "190204" in text


@pytest.mark.req("D18")
def test_a_connection_that_needs_attention_says_what_to_press(site: Site) -> None:
    """A banner has the cause and Connect again; Sync is not offered."""
    site.connect("attention")
    set_columns(site, attention_code="source.auth")

    text = site.get()

    assert "Paycor no longer accepts this connection" in text
    assert "Connect again" in text
    assert f'action="{site.url("/sync")}"' not in text


@pytest.mark.req("D14")
def test_before_the_first_sync_the_preview_comes_first(site: Site) -> None:
    """The admin starts the first sync, after a look at what it would do."""
    site.connect()

    text = site.get()

    assert "Begin with a preview" in text
    assert 'cx-button--main">Preview<' in text


def test_an_open_run_shows_first(site: Site) -> None:
    """With a link to watch it."""
    site.connect()
    add(site.database, run(3, status="running"))

    text = site.get()

    assert "A sync is under way." in text
    assert f'href="{site.url("/runs/3")}"' in text


@pytest.mark.req("A49")
def test_the_checklist_says_what_is_done(site: Site) -> None:
    """In words, with a link to set the rest up."""
    site.connect()

    text = " ".join(site.get().split())

    assert '<a href="/groups">Groups</a> <span class="cx-quiet">Done</span>' in text
    assert '<a href="/rules">Dynamic rules</a> <span class="cx-quiet">Not done yet</span>' in text


def test_changes_say_who_made_them(site: Site) -> None:
    """Changes by the connector itself have its name."""
    site.connect()
    add(
        site.database,
        Audit(
            portal_id="hq", at=NOW, viewer_id="8", action="mapping.saved", detail={"legal_entities": [1, 2]}
        ),
        Audit(portal_id="hq", at=NOW, action="connection.attention"),
    )

    text = site.get("/changes")

    assert "Mapping saved" in text
    assert "legal entities: 1, 2" in text
    assert "The connector" in text


def test_the_way_in_lists_the_viewers_portals(site: Site) -> None:
    """Only those in which the integration is switched on."""
    text = site.client.get(f"{MOUNT}/").text

    assert "Head Office" in text
    assert "Branch" in text
    assert "/off/" not in text


def test_the_way_in_opens_a_single_portal_at_once(site: Site) -> None:
    """There is no choice to make."""
    site.lms.signed_in = BRANCH_ADMIN

    assert site.client.get(f"{MOUNT}/").headers["Location"] == f"{MOUNT}/branch/"


@pytest.mark.req("A43")
def test_the_way_in_gets_404_while_every_portal_is_off(site: Site) -> None:
    """The admin of such portals sees nothing of the integration."""
    site.lms.portals_by_id = {}
    site.lms.signed_in = ADMIN

    assert site.client.get(f"{MOUNT}/").status_code == 404
