"""The connector in NOW-LMS, seen on its pages, in its database and in its mail, and by those who sign in there."""

import json
from contextlib import closing

import pytest
from markupsafe import escape

from tests.hosts.now_lms.browsing import Browser
from tests.hosts.now_lms.conftest import SETTINGS, Academy

USERS = "/admin/users/list"


def allow_unverified(academy: Academy, address: str) -> None:
    """The site lets people in before they have verified their address, and this one has not."""
    unverified = "UPDATE usuario SET correo_electronico_verificado = 0 WHERE correo_electronico = ?"
    with closing(academy.site.database()) as database, database:
        database.execute("UPDATE configuracion SET allow_unverified_email_login = 1")
        database.execute(unverified, (address,))


@pytest.mark.req("A40", "A48")
def test_the_pages_stand_in_its_layout_for_its_admins_alone(academy: Academy) -> None:
    """Visitors are sent to its sign-in, learners are refused."""
    page = academy.site.admin().get(SETTINGS)
    visitor = Browser(academy.site.base_url).get(SETTINGS)
    address = academy.take()
    academy.choose_password(address)
    learner = academy.signed_in(address)

    assert page.status_code == 200
    assert "Active" in page.text
    assert 'id="navbarsNOWLMS"' in page.text
    assert visitor.headers["Location"] == "/user/login"
    assert learner.is_in(address)
    assert [learner.get(path).status_code for path in (SETTINGS, "/admin/users/paycor")] == [403, 403]


@pytest.mark.req("A5", "A6", "A12", "A34")
def test_learners_are_in_its_own_list_of_users(academy: Academy) -> None:
    """As learners, with a username that shows where they come from; what it has no column for is on a page."""
    admin, learners = academy.site.admin(), academy.learners()
    listed = "".join(admin.get(f"{USERS}?page={page}").text for page in (1, 2, 3))
    page = admin.get("/admin/users/paycor").text
    usernames = [str(academy.user(address, "usuario")) for address in learners]
    titles = [
        json.loads(row["fields"])["job_title"]
        for row in academy.site.rows("SELECT fields FROM paycor_profile")
    ]

    assert learners
    assert {academy.user(address, "tipo") for address in learners} == {"student"}
    assert {username[:7] for username in usernames} == {"paycor-"}
    assert [username for username in usernames if username not in listed] == []
    assert [shown for shown in [*learners, *titles] if str(escape(shown)) not in page] == []


def test_a_sync_is_nobodys_work(academy: Academy) -> None:
    """NOW-LMS notes who has made a user from whoever is signed in: a job has nobody."""
    assert {academy.user(address, "creado_por") for address in academy.learners()} == {None}


@pytest.mark.req("A13", "A15", "A38")
def test_the_welcome_mail_leads_to_a_password_and_the_password_in(academy: Academy) -> None:
    """One mail each, by NOW-LMS's own mail settings."""
    address = academy.take()
    before = academy.signed_in(address).is_in(address)
    academy.choose_password(address)
    mailed = [str(message["To"]) for message in academy.outbox.messages]

    assert not before
    assert academy.signed_in(address).is_in(address)
    assert len(set(mailed)) == len(mailed) == 1 + len(academy.learners())  # one tried the mail server


@pytest.mark.req("A22")
def test_whoever_has_left_is_out_at_the_next_click_and_does_not_come_in_again(academy: Academy) -> None:
    """The session they had is over, their password is refused, and their history stays (they are not deleted)."""
    address = academy.take()
    academy.choose_password(address)
    learner = academy.signed_in(address)
    before = learner.is_in(address)
    academy.dismiss(address)

    assert before
    assert not academy.user(address, "activo")
    assert [learner.get(path).status_code for path in ("/perfil", "/home/panel")] == [302, 302]
    assert not academy.signed_in(address).is_in(address)


@pytest.mark.req("A22")
def test_nobody_who_has_left_lets_themselves_in_again(academy: Academy) -> None:
    """Where NOW-LMS lets in people with an unverified address, its sign-in makes inactive ones active by itself."""
    address = academy.take()
    academy.choose_password(address)
    allow_unverified(academy, address)
    before = academy.signed_in(address).is_in(address)
    academy.dismiss(address)
    allow_unverified(academy, address)

    assert before
    assert not academy.signed_in(address).is_in(address)
    assert not academy.user(address, "activo")


@pytest.mark.req("D9")
def test_whoever_comes_back_gets_in_with_the_old_password(academy: Academy) -> None:
    """The same account, with the username that everything hangs on."""
    address = academy.take()
    academy.choose_password(address)
    username = academy.user(address, "usuario")
    academy.dismiss(address)
    academy.patch(address, status="Active", terminated_on=None)
    academy.sync()

    assert academy.signed_in(address).is_in(address)
    assert academy.user(address, "usuario") == username


@pytest.mark.req("A17", "A18")
def test_a_new_name_and_address_leave_the_username_alone(academy: Academy) -> None:
    """It is a foreign key everywhere in NOW-LMS; people sign in with the new address, and get no mail."""
    address = academy.take()
    academy.choose_password(address)
    username, letters = academy.user(address, "usuario"), len(academy.outbox.messages)
    academy.patch(address, last_name="King", work_email="Augusta.King@Northfield.Example")
    academy.sync()
    changed = "augusta.king@northfield.example"

    assert (academy.user(changed, "apellido"), academy.user(changed, "usuario")) == ("King", username)
    assert academy.signed_in(changed).is_in(changed)
    assert len(academy.outbox.messages) == letters


@pytest.mark.req("A47")
def test_its_content_security_policy_lets_the_consent_through(academy: Academy) -> None:
    """Browsers hold the redirect after a form to `form-action`, which is 'self' on every page but one."""
    admin = academy.site.admin()
    pages = [f"{SETTINGS}/connect", SETTINGS]
    opened, shut = (admin.get(page).headers["Content-Security-Policy"] for page in pages)

    assert f"form-action 'self' {academy.paycor.announcement.base_url};" in opened
    assert "form-action 'self';" in shut
