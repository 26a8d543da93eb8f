"""The fake Moodle behaves as real sites were measured to, with any client."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.hosts.moodle.fake.functions import OWN_ID
from tests.hosts.moodle.fake.site import PATH, TOKEN, MoodleSite, php_array

Ask = Callable[..., Any]
CREATE, UPDATE = "core_user_create_users", "core_user_update_users"
FIND, SEARCH = "core_user_get_users_by_field", "core_user_get_users"


@pytest.fixture
def ask(moodle_site: MoodleSite) -> Ask:
    """Calls a function with the pairs of a form."""

    def call(function: str, *pairs: tuple[str, str]) -> Any:
        form = [("wstoken", TOKEN), ("wsfunction", function), ("moodlewsrestformat", "json"), *pairs]
        answer = requests.post(moodle_site.url + PATH, data=form, timeout=10)
        assert answer.status_code == 200
        return answer.json()

    return call


def new(number: int, name: str, **values: str) -> list[tuple[str, str]]:
    """The form pairs of a user in a create."""
    user = {
        "username": name.lower(),
        "firstname": name,
        "lastname": "Test",
        "email": f"{name}@example.test",
        "password": "Passw0rd!",
        **values,
    }
    return [(f"users[{number}][{key}]", value) for key, value in user.items()]


def test_arrays_are_read_as_php_does() -> None:
    """Names with brackets are nested arrays; those with numbers are lists."""
    pairs = [("a[0][b][1][c]", "x"), ("a[1][b]", "y"), ("d", "z")]

    assert php_array(pairs) == {"a": [{"b": [{"c": "x"}]}, {"b": "y"}], "d": "z"}


def test_a_bad_row_makes_the_whole_batch_fail(moodle_site: MoodleSite, ask: Ask) -> None:
    """M1, M2: and the answer does not say which row."""
    answer = ask(CREATE, *new(0, "ada"), *new(1, "bob", username="Bob"))

    assert answer == {
        "exception": "invalid_parameter_exception",
        "errorcode": "invalidparameter",
        "message": "Invalid parameter value detected",
    }
    assert len(moodle_site.users) == 2


def test_mails_of_a_rolled_back_batch_are_sent(moodle_site: MoodleSite, ask: Ask) -> None:
    """M3: with the name and the password of an account that does not exist."""
    ask(CREATE, *new(0, "ada", createpassword="1"), *new(1, "Ada", username="other"))

    assert len(moodle_site.mailed) == 1
    assert len(moodle_site.users) == 2


def test_an_update_warns_about_single_rows(moodle_site: MoodleSite, ask: Ask) -> None:
    """M4, M12: the account that calls can suspend itself."""
    answer = ask(
        UPDATE, ("users[0][id]", "4711"), ("users[1][id]", str(OWN_ID)), ("users[1][suspended]", "1")
    )

    assert [one["warningcode"] for one in answer["warnings"]] == ["invaliduserid"]
    assert ask(FIND, ("field", "id"), ("values[0]", "2"))["errorcode"] == "wsaccessusersuspended"


def test_the_look_up_is_exact_and_the_search_has_wildcards(moodle_site: MoodleSite, ask: Ask) -> None:
    """M5: as on PostgreSQL; a key may not come twice in a search."""
    moodle_site.add(username="ada", firstname="Ada", lastname="L", email="Ada@example.test")
    exact = ask(FIND, ("field", "email"), ("values[0]", "ada@example.test"))
    wild = ask(SEARCH, ("criteria[0][key]", "email"), ("criteria[0][value]", "a_a@example.test"))
    twice = [(f"criteria[{number}][{key}]", "email") for number in (0, 1) for key in ("key", "value")]

    assert (exact, len(wild["users"])) == ([], 1)
    assert ask(SEARCH, *twice)["errorcode"] == "keyalreadyset"


def test_a_value_that_is_no_option_erases_the_old_value(moodle_site: MoodleSite, ask: Ask) -> None:
    """M7, M8: silently, as an unknown field is dropped."""
    ada = moodle_site.add(username="ada", firstname="Ada", lastname="L", email="ada@example.test")
    moodle_site.users[ada]["fields"]["employment_type"] = "Regular"
    pairs = [("users[0][id]", str(ada))]
    for number, (key, value) in enumerate((("employment_type", "regular"), ("shoe_size", "43"))):
        pairs += [
            (f"users[0][customfields][{number}][type]", key),
            (f"users[0][customfields][{number}][value]", value),
        ]

    assert ask(UPDATE, *pairs) == {"warnings": []}
    assert moodle_site.users[ada]["fields"] == {"employment_type": ""}


def test_values_beyond_the_limit_are_cut_off(moodle_site: MoodleSite, ask: Ask) -> None:
    """M11: silently; a token beyond it counts as missing, which is answered in XML."""
    values = [(f"values[{number}]", "0") for number in range(1200)]
    late = [
        ("field", "id"),
        *values,
        ("wstoken", TOKEN),
        ("wsfunction", FIND),
        ("moodlewsrestformat", "json"),
    ]
    answer = requests.post(moodle_site.url + PATH, data=late, timeout=10)

    assert ask(FIND, ("field", "id"), *values, ("values[1200]", str(OWN_ID))) == []
    assert (answer.status_code, "invalidtoken" in answer.text) == (200, True)
    assert answer.headers["Content-Type"].startswith("application/xml")


def test_an_unknown_or_forbidden_function_is_refused(moodle_site: MoodleSite, ask: Ask) -> None:
    """M17: with HTTP 200."""
    moodle_site.functions.discard(CREATE)

    assert ask("core_no_such_function")["errorcode"] == "invalidrecord"
    assert ask(CREATE, *new(0, "ada"))["errorcode"] == "accessexception"


def test_hidden_emails_find_nobody_and_ones_own_is_shown(moodle_site: MoodleSite, ask: Ask) -> None:
    """Section 5: a look-up by email is empty without an error, and the own account is no probe."""
    moodle_site.hides_emails = True
    by_email = [
        ask(FIND, ("field", "email"), ("values[0]", f"{name}@site.test")) for name in ("admin", "connector")
    ]
    searched = ask(SEARCH, ("criteria[0][key]", "email"), ("criteria[0][value]", "%@site.test"))
    by_id = ask(FIND, ("field", "id"), ("values[0]", "2"), ("values[1]", str(OWN_ID)))

    assert [len(found) for found in by_email] == [0, 1]
    assert [user["id"] for user in searched["users"]] == [OWN_ID]
    assert ["email" in user for user in by_id] == [False, True]


def test_a_long_text_is_cut_and_a_date_is_moved_into_its_years(moodle_site: MoodleSite, ask: Ask) -> None:
    """Section 5: silently."""
    moodle_site.profile["hire_date"].years = (2000, 2030)
    ada = moodle_site.add(username="ada", firstname="Ada", lastname="L", email="ada@example.test")
    pairs = [("users[0][id]", str(ada))]
    for number, (key, value) in enumerate((("job_title", "x" * 2049), ("hire_date", "1987-03-02"))):
        pairs += [
            (f"users[0][customfields][{number}][type]", key),
            (f"users[0][customfields][{number}][value]", value),
        ]

    assert ask(UPDATE, *pairs) == {"warnings": []}
    assert moodle_site.users[ada]["fields"] == {"job_title": "x" * 2048, "hire_date": "951955200"}


def test_refusals_have_the_codes_of_real_sites(moodle_site: MoodleSite, ask: Ask) -> None:
    """Section 5: as a warning for each row, or for the whole call when a name has a tag in it."""
    people = {}
    for name in ("ada", "bob", "eve"):
        values = {"username": name, "firstname": name, "email": f"{name}@example.test"}
        people[name] = moodle_site.add(lastname="L", **values)
    moodle_site.remote.add(people["bob"])
    changes = [
        (people["ada"], "email", f"{'x' * 100}@example.test"),
        (people["bob"], "lastname", "King"),
        (people["eve"], "lastname", "x" * 101),
        (2, "lastname", "King"),
    ]
    pairs = [
        pair
        for number, (user_id, key, value) in enumerate(changes)
        for pair in ((f"users[{number}][id]", str(user_id)), (f"users[{number}][{key}]", value))
    ]
    warned = ask(UPDATE, *pairs)["warnings"]
    tagged = ask(UPDATE, ("users[0][id]", str(people["ada"])), ("users[0][lastname]", "<b>King</b>"))

    assert [one["warningcode"] for one in warned] == [
        "useremailinvalid",
        "usernotupdatedremote",
        "dmlwriteexception",
        "usernotupdatedadmin",
    ]
    assert tagged["errorcode"] == "invalidparameter"
    assert ask(CREATE, *new(0, "Zoe", lastname="x" * 101))["errorcode"] == "dmlwriteexception"
