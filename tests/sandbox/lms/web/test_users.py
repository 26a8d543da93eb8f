import csv
from datetime import timedelta
from io import StringIO

import pytest
from flask import Flask

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import Change, Host
from connector.sandbox.lms.db.tables import UserType
from tests.clock import Clock
from tests.sandbox.lms.rows import account, add, mails, new, send_mail, set_portal, user
from tests.sandbox.lms.visitor import NORTHFIELD, Visitor, admin, limited_admin, links

USERS = f"{NORTHFIELD}/users"
MARK = 'alt="From Paycor"'


def form_of(email: str, **values: object) -> dict[str, object]:
    """A user's form, filled in."""
    return {"email": email, "first_name": "Ada", "last_name": "Byron", "type": "learner", **values}


@pytest.mark.req("A12")
def test_synced_learners_carry_the_mark(app: Flask, host: Host) -> None:
    """The mark has a text alternative, and no other user has it."""
    visitor = admin(app)
    assert MARK not in visitor.read(USERS)

    user_id = add(host, new("ada"))

    assert visitor.read(USERS).count(MARK) == 1
    assert visitor.read(f"{USERS}?source=paycor").count("<tr>") == 2
    assert "ada@northfield.example" not in visitor.read(f"{USERS}?source=hand")
    assert MARK in visitor.read(f"{USERS}/{user_id}")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("text=ada", {"ada"}),
        ("text=NEWMAN", {"ada", "bea", "cleo"}),
        ("text=bea@north", {"bea"}),
        ("text=%25", set()),
        ("text=_", set()),
        ("state=pending", {"bea"}),
        ("state=suspended", {"cleo"}),
        ("state=nonsense&text=newman", {"ada", "bea", "cleo"}),
    ],
)
def test_filters(app: Flask, host: Host, query: str, expected: set[str]) -> None:
    """A text is looked for in names and addresses as it is, without wildcards; an unknown state is no filter."""
    add(host, new("ada"))
    add(host, new("bea", state=AccountState.PENDING))
    host.update([Change(add(host, new("cleo")), state=AccountState.SUSPENDED)])

    page = limited_admin(app).read(f"{USERS}?{query}")

    assert {name for name in ("ada", "bea", "cleo") if f"{name}@northfield.example" in page} == expected


@pytest.mark.req("A29")
@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2026-03-02", True),
        ("2026-03-03", False),
        ("2026-03-02T04:30", True),
        ("2026-03-02T04:31", False),
        ("2026-03-02T09:30:00+00:00", True),
        ("2026-03-02T09:31:00%2B00:00", False),
    ],
)
def test_users_created_since_a_day_or_an_instant(app: Flask, host: Host, since: str, found: bool) -> None:
    """A date is the portal's own (five hours behind in March), an instant may say its zone."""
    add(host, new("ada"))

    page = admin(app).read(f"{USERS}?created={since}")

    assert ("ada@northfield.example" in page) is found


def test_a_date_that_is_none_is_said_to_be(app: Flask) -> None:
    """An unreadable filter does not narrow the list."""
    page = admin(app).read(f"{USERS}?created=yesterday")

    assert "Write a date as 2026-01-31." in page
    assert "admin@northfield.example" in page


def test_every_user_is_on_exactly_one_page(app: Flask, host: Host) -> None:
    """Pages by name have no gaps and no repeats, even among people of one name, and no name in the address."""
    host.create([new(f"n{number:03}") for number in range(60)])
    host.create(
        [new("twin", email=f"t{number}@northfield.example", external_id=f"t{number}") for number in range(60)]
    )
    visitor = admin(app)
    path, seen = USERS, list[str]()
    while path:
        page = visitor.read(path)
        seen += [
            line.split("<td>")[1].split("<")[0]
            for line in page.splitlines()
            if "@" in line and "<td>" in line
        ]
        following = page.partition('rel="next" href="')[2].partition('"')[0]
        path = following
        assert "twin" not in path

    assert len(seen) == len(set(seen)) == 129


@pytest.mark.req("A7")
def test_an_admin_makes_a_manager_of_a_learner_by_hand(app: Flask, host: Host) -> None:
    """The type is changed on the page, and a later batch of the connector leaves it so."""
    user_id = add(host, new("ada"))

    admin(app).post(f"{USERS}/{user_id}", form_of("ada@northfield.example", type="manager", state="active"))
    host.update([Change(user_id, first_name="Adelaide", fields={"job_title": "Head nurse"})])

    found = user(app, user_id)
    assert (found.type, found.first_name) == (UserType.MANAGER, "Adelaide")


def test_an_edit_by_hand_counts_the_version_on_and_shows_in_changed_since(
    app: Flask, host: Host, clock: Clock
) -> None:
    """The connector sees the edit; saving without a change is no edit."""
    user_id = add(host, new("ada", {"job_title": "Nurse"}))
    visitor = admin(app)
    edited_at = clock.advance(timedelta(minutes=5))
    form = form_of("ada@northfield.example", state="active", **{"custom-1": "Driver"})

    visitor.post(f"{USERS}/{user_id}", form)
    first = account(host, user_id)
    visitor.post(f"{USERS}/{user_id}", form)

    assert (first.fields["job_title"], first.last_name, first.version) == ("Driver", "Byron", "2")
    assert account(host, user_id).version == "2"
    assert [touched.account_id for touched in host.changed_since(edited_at)] == [user_id]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"email": "no address"}, "This is not an email address"),
        ({"email": "admin@northfield.example"}, "Somebody else in this portal has this email address."),
        ({"custom-5": "tomorrow"}, "a date is YYYY-MM-DD"),
        ({"custom-3": "PR"}, "Choose one of the listed values."),
        ({"first_name": "x" * 151}, "longer than 150"),
    ],
    ids=["email", "taken", "date", "choice", "name"],
)
def test_what_cannot_be_saved_is_said_beside_the_field(
    app: Flask, host: Host, changes: dict[str, str], problem: str
) -> None:
    """The form comes back with the reason, and the account stays as it was."""
    user_id = add(host, new("ada"))

    response = admin(app).post(
        f"{USERS}/{user_id}", {**form_of("ada@northfield.example", state="active"), **changes}
    )

    assert (response.status_code, problem in response.text) == (200, True)
    assert account(host, user_id).version == "1"


def test_an_admin_suspends_a_user_and_restores_access(app: Flask, host: Host) -> None:
    """An admin may change the state of any user."""
    user_id = add(host, new("ada"))
    visitor = admin(app)

    for state in (AccountState.SUSPENDED, AccountState.ACTIVE):
        visitor.post(f"{USERS}/{user_id}", form_of("ada@northfield.example", state=state.value))
        assert account(host, user_id).state is state


@pytest.mark.req("A19")
@pytest.mark.parametrize(
    ("mail", "state", "subjects"),
    [
        ("invitation", "Pending", ["You are invited to Northfield Academy"]),
        ("welcome", "Active", ["Welcome to Northfield Academy"]),
        ("none", "Active", []),
    ],
)
def test_a_user_added_by_hand_gets_the_chosen_mail(
    app: Flask, mail: str, state: str, subjects: list[str]
) -> None:
    """The same three ways, the same mails and the same links as the connector's."""
    visitor = admin(app)

    response = visitor.post(f"{USERS}/new", form_of("hand@northfield.example", mail=mail))

    page = visitor.read(response.location)
    assert [mail.subject for mail in mails(app)] == subjects
    assert state in page
    assert MARK not in page
    assert all(len(links(mail.text)) == 1 for mail in mails(app))


@pytest.mark.req("A16")
def test_no_mail_is_sent_by_hand_in_a_portal_with_single_sign_on(app: Flask, host: Host) -> None:
    """Neither when added nor by the button, which is not there."""
    set_portal(app, "northfield", sso=True)
    user_id = add(host, new("ada"))
    visitor = Visitor(app)
    visitor.post(f"{NORTHFIELD}/sso", {"email": "admin@northfield.example"})

    visitor.post(f"{USERS}/new", form_of("hand@northfield.example", mail="invitation"))
    visitor.post(f"{USERS}/{user_id}/invite")

    assert "hand@northfield.example" in visitor.read(USERS)
    assert "Send the" not in visitor.read(f"{USERS}/{user_id}")
    assert mails(app) == []


def test_a_suspended_account_is_not_written_to(app: Flask, host: Host) -> None:
    """The page says so instead."""
    user_id = add(host, new("ada"))
    host.update([Change(user_id, state=AccountState.SUSPENDED)])
    visitor = admin(app)

    page = visitor.read(visitor.post(f"{USERS}/{user_id}/invite").location)

    assert "This account is suspended: no mail is sent." in page
    assert mails(app) == []


@pytest.mark.req("A21")
def test_the_export_has_every_user_with_dates_and_custom_user_data(app: Flask, host: Host) -> None:
    """One line a user of the portal: account, dates of the invitations, every field."""
    user_id = add(host, new("ada", {"job_title": "Nurse", "work_state": "OH"}, AccountState.PENDING))
    send_mail(host, user_id, Mail.INVITATION)

    response = limited_admin(app).get(f"{NORTHFIELD}/users.csv")

    rows = {row["Email"]: row for row in csv.DictReader(StringIO(response.text))}
    ada = rows["ada@northfield.example"]
    assert response.mimetype == "text/csv"
    assert len(rows) == 10
    assert "admin@dayton.example" not in rows
    assert (ada["Type"], ada["Status"], ada["Paycor id"]) == ("learner", "pending", "person-ada")
    assert (ada["Invited"], ada["Welcomed"]) == ("2026-03-02T09:30:00+00:00", "")
    assert (ada["Job title"], ada["Work state"], ada["Location"]) == ("Nurse", "OH", "")
