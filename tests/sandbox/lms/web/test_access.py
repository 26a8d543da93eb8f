import pytest
from flask import Flask

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import Change, Host
from connector.sandbox.lms.seed import ADMIN_EMAIL, ADMIN_PASSWORD
from connector.sandbox.lms.web.access import own_path
from connector.sandbox.lms.web.urls import PAGES
from tests.sandbox.lms.conftest import DAYTON_ID, host_of
from tests.sandbox.lms.rows import add, mails, new, send_mail
from tests.sandbox.lms.visitor import (
    DAYTON,
    NORTHFIELD,
    Visitor,
    admin,
    dayton_admin,
    learner,
    limited_admin,
    links,
)

PASSWORD = "a password of my own"
#: Pages without a sign-in.
OPEN = {"home", "sign_in", "sign_out", "invitation", "portal_sign_in", "sso", "forgotten", "own_password"}
#: Pages that admins without full permissions may see, and pages that all users may.
OF_ADMINS = {"dashboard", "users", "export_csv", "pending", "user"}
OF_EVERYBODY = {"my_courses", "course", "finish_course"}


def addresses(slug: str, user_id: str = "nobody") -> dict[str, tuple[str, tuple[str, ...]]]:
    """Every page by endpoint, with its address in a portal and its methods."""
    found = {}
    for rule, endpoint, _, methods in PAGES:
        path = rule.replace("<slug>", slug).replace("<user_id>", user_id).replace("<token>", "t")
        for name in ("group_id", "rule_id", "course_id", "field_id", "mail_id"):
            path = path.replace(f"<int:{name}>", "1")
        found[endpoint] = (path, methods)
    return found


def test_an_email_in_other_letters_signs_in(app: Flask) -> None:
    """Addresses and portals are compared without regard to capitals."""
    visitor = Visitor(app)

    visitor.sign_in(" Admin@NORTHFIELD.example ", ADMIN_PASSWORD, " Northfield")

    assert visitor.is_signed_in()


@pytest.mark.parametrize(
    ("portal", "email", "password"),
    [
        ("northfield", ADMIN_EMAIL, "wrong"),
        ("northfield", "nobody@northfield.example", ADMIN_PASSWORD),
        ("dayton", ADMIN_EMAIL, ADMIN_PASSWORD),
        ("nowhere", ADMIN_EMAIL, ADMIN_PASSWORD),
        ("", "", ""),
    ],
    ids=["password", "email", "portal", "no such portal", "nothing"],
)
def test_what_does_not_go_together_does_not_sign_in(
    app: Flask, portal: str, email: str, password: str
) -> None:
    """An account belongs to one portal; the page does not say which of the three was wrong."""
    visitor = Visitor(app)

    response = visitor.sign_in(email, password, portal)

    assert response.status_code == 200
    assert not visitor.is_signed_in()


def test_signing_in_leads_back_to_the_requested_page(app: Flask) -> None:
    """The page that needed the sign-in is shown afterwards."""
    visitor = Visitor(app)
    sign_in_url = visitor.get(f"{NORTHFIELD}/users").location

    response = visitor.post(
        sign_in_url, {"portal": "northfield", "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    )

    assert response.location.startswith(f"{NORTHFIELD}/users")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/p/northfield/users?state=active", "/p/northfield/users?state=active"),
        ("https://elsewhere.example/", None),
        ("//elsewhere.example/", None),
        ("/\\elsewhere.example/", None),
        ("/a\r\nSet-Cookie: x", None),
        ("", None),
        (None, None),
    ],
)
def test_the_way_back_stays_on_this_site(path: str | None, expected: str | None) -> None:
    """A crafted link never leads to another site."""
    assert own_path(path) == expected


def test_signing_out_ends_the_session(app: Flask) -> None:
    """Afterwards the same browser is signed out."""
    visitor = admin(app)

    visitor.post("/logout")

    assert not visitor.is_signed_in()


def test_a_suspended_user_loses_the_session_at_the_next_request(app: Flask, host: Host) -> None:
    """A session is no way around the end of access, and a later reactivation does not bring it back."""
    user_id = add(host, new("ada"))
    send_mail(host, user_id, Mail.WELCOME)
    visitor = Visitor(app)
    visitor.post(links(mails(app)[-1].text)[0], {"password": PASSWORD, "repeated": PASSWORD})
    assert visitor.is_signed_in()

    host.update([Change(user_id, state=AccountState.SUSPENDED)])
    assert not visitor.is_signed_in()
    assert visitor.sign_in("ada@northfield.example", PASSWORD).status_code == 200
    assert not visitor.is_signed_in()

    host.update([Change(user_id, state=AccountState.ACTIVE)])
    assert not visitor.is_signed_in()


def test_a_new_password_ends_sessions_that_began_with_the_old_one(app: Flask) -> None:
    """The browser that changes the password stays signed in; others are signed out."""
    here, elsewhere = learner(app), learner(app)

    here.post("/password", {"password": PASSWORD, "repeated": PASSWORD})

    assert (here.is_signed_in(), elsewhere.is_signed_in()) == (True, False)


def test_a_visitor_who_is_not_signed_in_sees_nothing_of_a_portal(app: Flask) -> None:
    """Every page but the open ones needs a sign-in first."""
    visitor = Visitor(app)
    closed = {name: page for name, page in addresses("northfield").items() if name not in OPEN}

    answers = {
        name: (visitor.get(path) if "GET" in methods else visitor.post(path)).location or ""
        for name, (path, methods) in closed.items()
    }

    assert {name for name, location in answers.items() if not location.startswith("/login")} == set()


def test_learners_see_their_courses_alone(app: Flask) -> None:
    """Lists of people and settings answer 403 to who is no admin."""
    visitor = learner(app)

    for name, (path, methods) in addresses("northfield").items():
        if name not in OPEN | OF_EVERYBODY:
            response = visitor.get(path) if "GET" in methods else visitor.post(path)
            assert response.status_code == 403, name


def test_admins_without_full_permissions_see_users_and_no_settings(app: Flask, host: Host) -> None:
    """They read the lists; whatever changes something answers 403."""
    visitor = limited_admin(app)
    user_id = add(host, new("ada"))

    for name, (path, methods) in addresses("northfield", user_id).items():
        if name in OF_ADMINS:
            assert visitor.get(path).status_code == 200, name
        elif name not in OPEN | OF_EVERYBODY:
            response = visitor.get(path) if "GET" in methods else visitor.post(path)
            assert response.status_code == 403, name
    assert visitor.post(f"{NORTHFIELD}/users/{user_id}", {"email": "x@x.example"}).status_code == 403
    assert "Settings" not in visitor.read(f"{NORTHFIELD}/users")


def test_another_portal_does_not_exist(app: Flask) -> None:
    """Every page of Northfield answers 404 to the sub-portal's admin, even with Dayton's own ids in it."""
    visitor = dayton_admin(app)

    for name, (path, methods) in addresses("northfield").items():
        if name not in OPEN:
            response = visitor.get(path) if "GET" in methods else visitor.post(path)
            assert response.status_code == 404, name


def test_things_of_another_portal_are_not_found_under_ones_own(app: Flask, host: Host) -> None:
    """Ids of Northfield's people, groups, rules, courses, fields and mails lead nowhere in Dayton."""
    visitor = dayton_admin(app)
    user_id = add(host, new("ada"))
    send_mail(host, user_id, Mail.WELCOME)

    for name, (path, methods) in addresses("dayton", user_id).items():
        if path.endswith(f"/{user_id}") or "/1" in path or f"/{user_id}/" in path:
            response = visitor.get(path) if "GET" in methods else visitor.post(path)
            assert response.status_code == 404, name


def test_a_full_admin_of_the_top_portal_belongs_to_the_sub_portal(app: Flask) -> None:
    """They see its users, and the portals to choose from; other users have only one."""
    add(host_of(app, DAYTON_ID), new("dana", email="dana@dayton.example"))
    page = admin(app).read(f"{DAYTON}/users")

    assert "dana@dayton.example" in page
    assert "existing.learner" not in page
    assert "Northfield Academy" in page
    assert limited_admin(app).get(f"{DAYTON}/users").status_code == 404
    assert "Northfield Academy" not in dayton_admin(app).read(f"{DAYTON}/users")


def test_every_form_needs_its_token(app: Flask) -> None:
    """A POST without the token is refused on every page, for every user."""
    visitor = admin(app)

    for name, (path, methods) in addresses("northfield").items():
        if "POST" in methods:
            assert visitor.client.post(path, data={}).status_code == 400, name


def test_pages_say_what_browsers_may_do_with_them(app: Flask) -> None:
    """No frame, nothing from elsewhere, a cookie that no script reads and no other site sends."""
    response = Visitor(app).get("/login")

    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert "SameSite=Lax" in response.headers["Set-Cookie"]
