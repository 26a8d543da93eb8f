from datetime import timedelta

import pytest
from flask import Flask

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import Change, Host
from connector.sandbox.lms.db.tables import PasswordLink, db
from tests.clock import Clock
from tests.sandbox.lms.conftest import NORTHFIELD_ID, host_of
from tests.sandbox.lms.rows import account, add, mails, new, send_mail, set_portal, user
from tests.sandbox.lms.visitor import NORTHFIELD, Visitor, admin, links

PASSWORD = "a password of my own"
CHOICE = {"password": PASSWORD, "repeated": PASSWORD}


def link_of(app: Flask) -> str:
    """The path of the link in the newest mail."""
    (link,) = links(mails(app)[-1].text)
    return link


def invited(app: Flask, host: Host) -> tuple[str, str]:
    """A pending user with an invitation: id and link."""
    user_id = add(host, new("ada", state=AccountState.PENDING))
    send_mail(host, user_id, Mail.INVITATION)
    return user_id, link_of(app)


@pytest.mark.req("A13")
@pytest.mark.parametrize(
    ("age", "status"),
    [
        (timedelta(hours=71, minutes=59), 200),
        (timedelta(hours=72), 410),
        (timedelta(hours=72, minutes=1), 410),
    ],
    ids=["71:59", "72:00", "72:01"],
)
def test_a_link_works_for_72_hours(app: Flask, host: Host, clock: Clock, age: timedelta, status: int) -> None:
    """One minute before it opens the form, one minute after it is over, for a form that was left open as well."""
    _, link = invited(app, host)
    clock.advance(age)

    assert Visitor(app).get(link).status_code == status
    assert Visitor(app).post(link, CHOICE).status_code == (302 if status == 200 else 410)


@pytest.mark.req("A13")
def test_each_learner_has_a_link_of_their_own(app: Flask, host: Host) -> None:
    """No two mails carry the same link, and none is kept in clear among the links."""
    for name in ("ada", "bea", "cleo"):
        send_mail(host, add(host, new(name)), Mail.WELCOME)
    sent = [link for mail in mails(app) for link in links(mail.text)]

    with app.app_context():
        kept = list(db.session.scalars(db.select(PasswordLink.token_hash)))

    assert len(set(sent)) == 3
    assert not {link.removeprefix("/invitation/") for link in sent} & set(kept)


@pytest.mark.req("A14")
def test_an_invited_user_chooses_a_password_and_is_signed_in(app: Flask, host: Host) -> None:
    """Pending with an unknown password; after the choice active, signed in, and able to come back."""
    user_id, link = invited(app, host)
    before = user(app, user_id)
    visitor = Visitor(app)

    assert before.state is AccountState.PENDING
    assert before.password_hash is not None
    assert visitor.post(link, CHOICE).location == "/"
    assert "My courses" in visitor.read("/")
    assert account(host, user_id).state is AccountState.ACTIVE
    again = Visitor(app)
    again.sign_in("ada@northfield.example", PASSWORD)
    assert again.is_signed_in()


@pytest.mark.req("A15")
def test_a_created_account_is_active_and_sets_its_password_at_the_first_login(app: Flask, host: Host) -> None:
    """The welcome mail's link lets the learner choose; before that no one can sign in."""
    user_id = add(host, new("ada"))
    send_mail(host, user_id, Mail.WELCOME)
    visitor = Visitor(app)
    visitor.sign_in("ada@northfield.example", "")
    assert not visitor.is_signed_in()

    visitor.post(link_of(app), CHOICE)

    assert visitor.is_signed_in()
    assert account(host, user_id).state is AccountState.ACTIVE


@pytest.mark.req("A15")
def test_an_account_made_without_a_mail_asks_for_its_first_link(app: Flask, host: Host) -> None:
    """Active only: the sign-in page sends a link to choose the first password."""
    add(host, new("ada"))

    Visitor(app).post(f"{NORTHFIELD}/password-link", {"email": "ADA@northfield.example"})
    visitor = Visitor(app)
    visitor.post(link_of(app), CHOICE)

    assert visitor.is_signed_in()


def test_requesting_a_link_does_not_show_who_has_an_account(app: Flask, host: Host) -> None:
    """Unknown, pending or suspended: the page says the same and sends nothing."""
    invited(app, host)
    suspended = add(host, new("bea"))
    host.update([Change(suspended, state=AccountState.SUSPENDED)])
    sent = len(mails(app))
    visitor = Visitor(app)

    answers = {
        visitor.post(f"{NORTHFIELD}/password-link", {"email": email}).location
        for email in ("nobody@northfield.example", "ada@northfield.example", "bea@northfield.example")
    }

    assert answers == {f"{NORTHFIELD}/login"}
    assert len(mails(app)) == sent


def test_looking_at_a_link_does_not_use_it_up(app: Flask, host: Host) -> None:
    """Mail scanners open links; the choice of a password uses it up, once."""
    _, link = invited(app, host)

    assert [Visitor(app).get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert Visitor(app).post(link, CHOICE).status_code == 302
    assert Visitor(app).get(link).status_code == 410
    assert Visitor(app).post(link, CHOICE).status_code == 410


@pytest.mark.parametrize(
    "choice",
    [
        {"password": "short", "repeated": "short"},
        {"password": PASSWORD, "repeated": "another password"},
        {"password": "", "repeated": ""},
    ],
    ids=["too short", "not the same", "empty"],
)
def test_a_password_that_will_not_do_leaves_the_link_open(
    app: Flask, host: Host, choice: dict[str, str]
) -> None:
    """The form says what is wrong; the account stays as it was."""
    user_id, link = invited(app, host)

    response = Visitor(app).post(link, choice)

    assert (response.status_code, 'class="problem"' in response.text) == (200, True)
    assert account(host, user_id).state is AccountState.PENDING
    assert Visitor(app).get(link).status_code == 200


@pytest.mark.req("A19", "A20")
def test_a_new_mail_replaces_the_last(app: Flask, host: Host) -> None:
    """After a resend only the newest link works."""
    user_id, first = invited(app, host)

    send_mail(host, user_id, Mail.INVITATION)

    assert Visitor(app).get(first).status_code == 410
    assert Visitor(app).get(link_of(app)).status_code == 200


def test_a_link_of_a_suspended_user_is_over(app: Flask, host: Host) -> None:
    """Access that was ended cannot be begun by an old mail."""
    user_id, link = invited(app, host)
    host.update([Change(user_id, state=AccountState.SUSPENDED)])

    assert Visitor(app).get(link).status_code == 410


@pytest.mark.req("A19", "A20")
def test_pending_users_lists_invitations_of_every_sender(app: Flask, host: Host, clock: Clock) -> None:
    """One by the connector, one by hand: both with the date and until when; an answer takes one off the list."""
    _, link = invited(app, host)
    visitor = admin(app)
    visitor.post(
        f"{NORTHFIELD}/users/new",
        {"email": "hand@northfield.example", "first_name": "Hanna", "type": "learner", "mail": "invitation"},
    )

    listed = visitor.read(f"{NORTHFIELD}/users/pending")
    Visitor(app).post(link, CHOICE)
    later = visitor.read(f"{NORTHFIELD}/users/pending")

    assert listed.count("02 Mar 2026, 04:30") == 2
    assert listed.count("until 05 Mar 2026, 04:30") == 2
    assert ("ada@northfield.example" in listed, "hand@northfield.example" in listed) == (True, True)
    assert ("ada@northfield.example" in later, "hand@northfield.example" in later) == (False, True)


@pytest.mark.req("A20")
def test_an_invitation_can_be_sent_again_and_withdrawn(app: Flask, host: Host, clock: Clock) -> None:
    """Expired, resent, withdrawn: the list says which."""
    user_id, _ = invited(app, host)
    visitor = admin(app)
    page = f"{NORTHFIELD}/users/pending"
    clock.advance(timedelta(hours=73))
    assert "Expired" in visitor.read(page)

    visitor.post(f"{NORTHFIELD}/users/{user_id}/invite", {"next": page})
    resent = link_of(app)
    assert "Open" in visitor.read(page)
    assert Visitor(app).get(resent).status_code == 200

    visitor.post(f"{NORTHFIELD}/users/{user_id}/withdraw")
    assert "Withdrawn" in visitor.read(page)
    assert Visitor(app).get(resent).status_code == 410


@pytest.mark.req("A16")
def test_a_portal_with_single_sign_on_has_no_password_pages(app: Flask, host: Host) -> None:
    """An earlier link is over, no link can be requested, and the sign-in goes to the organization's."""
    _, link = invited(app, host)
    set_portal(app, "northfield", sso=True)
    visitor = Visitor(app)

    assert visitor.get(link).status_code == 410
    assert visitor.get(f"{NORTHFIELD}/password-link").status_code == 404
    assert visitor.get(f"{NORTHFIELD}/login").location == f"{NORTHFIELD}/sso"


@pytest.mark.req("A16")
def test_single_sign_on_lets_active_people_in_without_a_password(app: Flask) -> None:
    """The simulated provider is labelled as one; an unknown or suspended user stays out."""
    set_portal(app, "northfield", sso=True)
    host = host_of(app, NORTHFIELD_ID)
    add(host, new("ada"))
    host.update([Change(add(host, new("bea")), state=AccountState.SUSPENDED)])

    outcomes = {}
    for name in ("ada", "bea", "nobody"):
        visitor = Visitor(app)
        visitor.post(f"{NORTHFIELD}/sso", {"email": f"{name}@northfield.example"})
        outcomes[name] = visitor.is_signed_in()

    assert outcomes == {"ada": True, "bea": False, "nobody": False}
    assert "Simulated" in Visitor(app).read(f"{NORTHFIELD}/sso")
