from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from connector.core.ports.lms import Lms, Portal, Viewer
from connector.sandbox.lms import BuiltInLms, db
from connector.sandbox.lms.db.tables import User
from connector.sandbox.lms.people.checks import key_of
from connector.sandbox.lms.seed import ADMIN_EMAIL, DAYTON_ADMIN_EMAIL, LIMITED_ADMIN_EMAIL
from connector.sandbox.lms.web.access import sign_in
from tests.sandbox.lms.rows import mails, set_portal
from tests.sandbox.lms.visitor import admin


@pytest.fixture
def lms(app: Flask) -> Iterator[Lms]:
    """The LMS as the plugin sees it, inside a request."""
    with app.test_request_context():
        yield BuiltInLms(db)


def signed_in_as(email: str) -> User:
    """Begin a session in this request."""
    user = db.session.scalars(select(User).where(User.email_key == key_of(email))).one()
    sign_in(user)
    return user


@pytest.mark.parametrize(
    ("email", "portals", "full"),
    [
        (ADMIN_EMAIL, {"1", "2"}, {"1", "2"}),
        (LIMITED_ADMIN_EMAIL, {"1"}, set()),
        (DAYTON_ADMIN_EMAIL, {"2"}, {"2"}),
        ("existing.learner.1@northfield.example", {"1"}, set()),
    ],
    ids=["top-level admin", "limited admin", "sub-portal's admin", "learner"],
)
def test_the_viewer_has_their_portals(lms: Lms, email: str, portals: set[str], full: set[str]) -> None:
    """A top-level admin with full permissions has the sub-portals, too; other users have only their own."""
    user = signed_in_as(email)

    assert lms.viewer() == Viewer(user.id, user.name, frozenset(portals), frozenset(full))


def test_there_is_no_viewer_before_the_sign_in(lms: Lms) -> None:
    """The plugin gets the sign-in address, with the way back."""
    assert lms.viewer() is None
    assert lms.sign_in_url("/settings/x?a=1") == "/login?next=/settings/x?a%3D1"


@pytest.mark.req("A43")
def test_portals_are_those_that_are_switched_on(app: Flask, lms: Lms) -> None:
    """Off, unknown or no number: there is no such portal."""
    set_portal(app, "dayton", integrations=False, sso=True)

    assert list(lms.portals()) == [Portal("1", "Northfield Academy", "America/New_York", sso=False)]
    assert [lms.portal(portal_id) for portal_id in ("2", "3", "x", "", "-1", "1" * 40)] == [None] * 6

    set_portal(app, "dayton", integrations=True)
    assert lms.portal("2") == Portal("2", "Dayton Clinics", "America/New_York", sso=True)


@pytest.mark.req("A44")
def test_a_portal_without_integrations_in_its_plan_is_hidden(app: Flask, lms: Lms) -> None:
    """The plan comes before the switch."""
    set_portal(app, "northfield", plan="essential")

    assert lms.portal("1") is None
    assert [portal.portal_id for portal in lms.portals()] == ["2"]


@pytest.mark.req("A29")
def test_the_links_confirm_a_sync(app: Flask, lms: Lms) -> None:
    """Users created since the sync began, and pending users: both lead to existing pages."""
    found = lms.links("1", datetime(2026, 3, 2, 9, 30, 15, 7, tzinfo=UTC))

    assert [link.label for link in found] == ["Users created since", "Pending users"]
    visitor = admin(app)
    assert [visitor.get(link.url).status_code for link in found] == [200, 200]
    assert "Write a date" not in visitor.read(found[0].url)


def test_the_checklist_says_what_there_is(app: Flask, lms: Lms) -> None:
    """Groups, custom user data and rules, each with the page where it is set up."""
    visitor = admin(app)
    items = lms.checklist("1")

    assert [item.done for item in items] == [True, True, True]
    assert [visitor.get(item.url).status_code for item in items] == [200, 200, 200]


@pytest.mark.parametrize(("portal_id", "expected"), [("1", ADMIN_EMAIL), ("2", DAYTON_ADMIN_EMAIL)])
def test_admins_are_written_to(app: Flask, lms: Lms, portal_id: str, expected: str) -> None:
    """Those of the portal who may set things up."""
    lms.mail_admins(portal_id, "Paycor needs you", "Connect again.")

    assert [(mail.recipient, mail.subject, mail.text) for mail in mails(app)] == [
        (expected, "Paycor needs you", "Connect again.")
    ]


def test_a_sub_portal_without_an_admin_has_its_parent_s(app: Flask, lms: Lms) -> None:
    """There is always a recipient."""
    with app.app_context():
        db.session.scalars(
            select(User).where(User.email_key == DAYTON_ADMIN_EMAIL)
        ).one().full_permissions = False
        db.session.commit()

    lms.mail_admins("2", "Paycor needs you", "Connect again.")

    assert [mail.recipient for mail in mails(app)] == [ADMIN_EMAIL]
