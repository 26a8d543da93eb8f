"""Calls to Moodle: what the token may do, what a site that is none answers, how many there are, what is said."""

import logging
import re
from datetime import timedelta

import pytest
from werkzeug.wrappers import Response

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, OutcomeStatus
from connector.errors import HostAuthError, HostContractError, HostError, HostUnavailable
from connector.hosts.moodle import MoodleHost, MoodleSettings, host
from tests.clock import Clock
from tests.hosts.moodle.rig import ADA, Connect, create, people, refusal, statuses
from tests.hosts.moodle.site import TOKEN, MoodleSite

CREATE, UPDATE = "core_user_create_users", "core_user_update_users"
FIND, SEARCH = "core_user_get_users_by_field", "core_user_get_users"
ABOUT = "core_webservice_get_site_info"

S = OutcomeStatus
NOBODY = Key(KeyKind.EMAIL, "nobody@example.test")


def test_many_of_one_domain_are_looked_up_in_any_letters_at_once(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """M5: one search for the domain; whoever is found is read anew, and a write is seen by the next look-up."""
    moodle = moodle_connect()
    aba = moodle_site.add(username="aba", firstname="Ada", lastname="L", email="Learner.7@Example.test")
    keys = [Key(KeyKind.EMAIL, row.email) for row in people(500)]
    carriers: dict[Key, list[str]] = {}
    for start in range(0, 500, 100):
        found = moodle.find(keys[start : start + 100])
        assert isinstance(found, dict)
        carriers |= {key: [one.account_id for one in there] for key, there in found.items() if there}

    assert carriers == {keys[7]: [str(aba)]}
    assert len(moodle_site.given(SEARCH)) == 1

    moodle.update([Change(str(aba), email="Learner.8@Example.test")])
    again = moodle.find(keys[:100])

    assert isinstance(again, dict)
    assert [again[key] != [] for key in keys[6:10]] == [False, False, True, False]


def test_what_others_write_is_seen_after_a_while(
    moodle_site: MoodleSite, moodle_connect: Connect, clock: Clock
) -> None:
    """Addresses with capitals are remembered for minutes, not for the life of the process."""
    moodle = moodle_connect(clock=clock)
    keys = [Key(KeyKind.EMAIL, row.email) for row in people(20)]
    moodle.find(keys)
    moodle_site.add(username="aba", firstname="Ada", lastname="L", email="LEARNER.7@example.test")
    clock.advance(timedelta(minutes=11))
    found = moodle.find(keys)

    assert isinstance(found, dict)
    assert [len(found[key]) for key in keys[6:9]] == [0, 1, 0]


def test_a_domain_that_the_site_cannot_list_is_looked_up_one_by_one(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """M5: a site that breaks down at too many users is asked for them once, not three times."""
    moodle_site.breaks[SEARCH] = Response("<html>Out of memory</html>", 500)
    ada = moodle_site.add(username="ada", firstname="Ada", lastname="L", email="LEARNER.7@example.test")
    keys = [Key(KeyKind.EMAIL, row.email) for row in people(20)]
    found = moodle_connect().find(keys)

    assert isinstance(found, dict)
    assert [one.account_id for one in found[keys[7]]] == [str(ada)]
    assert len(moodle_site.given(SEARCH)) == 21


@pytest.mark.parametrize("missing", [FIND, "core_user_get_users", CREATE, UPDATE])
def test_functions_that_the_service_lacks_are_named(
    moodle_site: MoodleSite, moodle_connect: Connect, missing: str
) -> None:
    """M17: before anything is done, so that they can be added to it at once."""
    moodle_site.functions.discard(missing)
    with pytest.raises(HostAuthError, match=f"Add them to it: {missing}"):
        moodle_connect().find([NOBODY])

    assert [name for name, _ in moodle_site.calls] == [ABOUT]


def test_what_the_settings_need_has_to_be_there_too(moodle_site: MoodleSite, moodle_connect: Connect) -> None:
    """M17: mails for choosing a password, and the cohort of the staff."""
    moodle_site.functions -= {"core_auth_request_password_reset", "core_cohort_get_cohort_members"}
    with pytest.raises(
        HostAuthError, match="core_auth_request_password_reset, core_cohort_get_cohort_members"
    ):
        moodle_connect(welcome="password_reset", staff_cohort_id="1").find([NOBODY])

    assert moodle_connect().find([NOBODY]) == {NOBODY: []}


@pytest.mark.parametrize(
    "code",
    ["invalidtoken", "accessexception", "nopermissions", "wsaccessusersuspended", "servicenotavailable"],
)
@pytest.mark.parametrize("function", [FIND, CREATE])
def test_a_token_that_may_not_is_the_operators_to_mend(
    moodle_site: MoodleSite, moodle_connect: Connect, function: str, code: str
) -> None:
    """M17: HTTP 200 with an exception, for a read and for a write."""
    moodle = moodle_connect()
    moodle.find([NOBODY])
    moodle_site.breaks[function] = refusal(code)
    with pytest.raises(HostAuthError, match=f"{function} .{code}."):
        moodle.create([ADA])


def test_a_wrong_token_is_told(moodle_connect: Connect) -> None:
    """M17: at the first call."""
    with pytest.raises(HostAuthError, match="invalidtoken"):
        moodle_connect(token="another").find([NOBODY])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(Response("", 403), HostAuthError, id="web services switched off"),
        pytest.param(Response("<html></html>", 404), HostContractError, id="another address"),
        pytest.param(Response("<html></html>", 200), HostContractError, id="a page"),
        pytest.param(Response('{"userid": "Ada"}', 200), HostContractError, id="another form"),
        pytest.param(Response("", 301, {"Location": "https://x.test"}), HostContractError, id="a redirect"),
        pytest.param(refusal("sitemaintenance"), HostUnavailable, id="maintenance"),
        pytest.param(refusal("somethingelse"), HostContractError, id="a refusal of a read"),
    ],
)
def test_a_site_that_does_not_answer_as_moodle_does(
    moodle_site: MoodleSite, moodle_connect: Connect, answer: Response, expected: type[HostError]
) -> None:
    """M1, M17: each has an error of its own, without a word of what came."""
    moodle_site.breaks[ABOUT] = answer
    with pytest.raises(expected) as caught:
        moodle_connect().find([NOBODY])

    assert "Ada" not in str(caught.value)


def test_an_account_that_does_not_see_who_users_are_is_told(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """M10: what it may not see is left out, as if it were empty; nobody is created on that."""
    moodle = moodle_connect()
    ada_id = create(moodle, ADA)
    moodle_site.hidden = {"username", "email", "idnumber"}
    with pytest.raises(HostAuthError, match="moodle/user:viewalldetails"):
        moodle.find([Key(KeyKind.ID, ada_id)])


def test_an_account_that_does_not_see_our_key_is_told(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """M10: at the first create, because whoever it makes could never be found again by it."""
    moodle_site.hidden = {"idnumber"}
    with pytest.raises(HostAuthError, match="does not see ID numbers"):
        moodle_connect().create([ADA])


def test_a_changed_learner_costs_a_fiftieth_of_a_request(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """500 creates and 500 updates, everything that is looked up and tried out included, on a site with few values."""
    moodle = moodle_connect()
    created = moodle.create(people(500))
    updated = moodle.update(
        [
            Change(
                one.account_id or "",
                last_name="King",
                fields={"job_title": "Lead"},
                state=AccountState.SUSPENDED,
            )
            for one in created
        ]
    )

    assert {*statuses(created), *statuses(updated)} == {S.CREATED, S.UPDATED}
    assert len(moodle_site.calls) <= 1000 / 50


def test_the_token_is_first_in_the_form_and_nowhere_else(
    moodle_site: MoodleSite, moodle_connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """M11: after the arrays it would be cut off; in the address, or a log, it would be read by others."""
    with caplog.at_level(logging.DEBUG):
        moodle = moodle_connect()
        create(moodle, ADA)
        moodle.find([NOBODY])

    assert all(re.match(f"wstoken={TOKEN}&wsfunction=", body) for body in moodle_site.bodies)
    assert {address.partition("?")[2] for address in moodle_site.addresses} == {""}
    for word in (TOKEN, "Lovelace", "example.test"):
        assert word not in caplog.text
        assert word not in repr(MoodleSettings("https://moodle.test", TOKEN))


def test_nothing_is_asked_before_the_first_use(moodle_site: MoodleSite) -> None:
    """A host can be made where no network is."""
    one = host(MoodleSettings(moodle_site.url, TOKEN))
    one.capabilities()
    one.fields()
    one.close()

    assert isinstance(one, MoodleHost)
    assert moodle_site.calls == []
