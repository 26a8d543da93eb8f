"""The connector in NOW-LMS: on its pages, in its database, in its mail, and for users who sign in."""

import json
from contextlib import closing

import pytest
from markupsafe import escape

from tests.hosts.now_lms.browser import Browser
from tests.hosts.now_lms.conftest import SETTINGS, Academy

USERS = "/admin/users/list"


def allow_unverified(academy: Academy, address: str) -> None:
    """Allow users to sign in with an unverified address, and make this address unverified."""
    unverified = "UPDATE usuario SET correo_electronico_verificado = 0 WHERE correo_electronico = ?"
    with closing(academy.site.database()) as database, database:
        database.execute("UPDATE configuracion SET allow_unverified_email_login = 1")
        database.execute(unverified, (address,))


@pytest.mark.req("A40", "A48")
def test_the_pages_are_in_its_layout_and_only_for_its_admins(academy: Academy) -> None:
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
    """With a username that shows their source; values without a column there are on a page of the example."""
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


def test_a_sync_has_no_creator(academy: Academy) -> None:
    """NOW-LMS records the signed-in user as the creator; in a job there is none."""
    assert {academy.user(address, "creado_por") for address in academy.learners()} == {None}


@pytest.mark.req("A13", "A15", "A38")
def test_the_welcome_mail_leads_to_a_password_for_the_sign_in(academy: Academy) -> None:
    """One mail each, with NOW-LMS's own mail settings."""
    address = academy.take()
    before = academy.signed_in(address).is_in(address)
    academy.choose_password(address)
    mailed = [str(message["To"]) for message in academy.outbox.messages]

    assert not before
    assert academy.signed_in(address).is_in(address)
    assert len(set(mailed)) == len(mailed) == 1 + len(academy.learners())  # one mail verified the mail server


@pytest.mark.req("A22")
def test_a_leaver_is_signed_out_at_the_next_click_and_cannot_sign_in_again(academy: Academy) -> None:
    """The session ends, the password is refused, and the learning records stay: no user is deleted."""
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
def test_a_leaver_cannot_activate_the_account(academy: Academy) -> None:
    """Where unverified addresses are allowed, NOW-LMS's own sign-in makes inactive users active."""
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
def test_a_returning_learner_signs_in_with_the_old_password(academy: Academy) -> None:
    """The same account, with the same username, which NOW-LMS uses as a foreign key."""
    address = academy.take()
    academy.choose_password(address)
    username = academy.user(address, "usuario")
    academy.dismiss(address)
    academy.patch(address, status="Active", terminated_on=None)
    academy.sync()

    assert academy.signed_in(address).is_in(address)
    assert academy.user(address, "usuario") == username


@pytest.mark.req("A17", "A18")
def test_a_new_name_and_address_do_not_change_the_username(academy: Academy) -> None:
    """It is a foreign key everywhere in NOW-LMS; learners sign in with the new address, and get no mail."""
    address = academy.take()
    academy.choose_password(address)
    username, mail_count = academy.user(address, "usuario"), len(academy.outbox.messages)
    academy.patch(address, last_name="King", work_email="Augusta.King@Northfield.Example")
    academy.sync()
    changed = "augusta.king@northfield.example"

    assert (academy.user(changed, "apellido"), academy.user(changed, "usuario")) == ("King", username)
    assert academy.signed_in(changed).is_in(changed)
    assert len(academy.outbox.messages) == mail_count


@pytest.mark.req("A47")
def test_its_content_security_policy_allows_the_consent(academy: Academy) -> None:
    """Browsers apply `form-action` to the redirect after a form; it is 'self' on every page but one."""
    admin = academy.site.admin()
    pages = [f"{SETTINGS}/connect", SETTINGS]
    allowed, default = (admin.get(page).headers["Content-Security-Policy"] for page in pages)

    assert f"form-action 'self' {academy.paycor.announcement.base_url};" in allowed
    assert "form-action 'self';" in default
