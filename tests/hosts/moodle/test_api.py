"""Calls to Moodle: what the token may do, answers that are not Moodle's, and what is never shown."""

import logging
import re

import pytest
from werkzeug.wrappers import Response

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, OutcomeStatus
from connector.errors import HostAuthError, HostContractError, HostError, HostUnavailable
from connector.hosts.moodle import MoodleHost, MoodleSettings, host
from tests.hosts.moodle.fake.site import TOKEN, MoodleSite
from tests.hosts.moodle.rig import ADA, Connect, create, people, refusal, statuses

CREATE, UPDATE = "core_user_create_users", "core_user_update_users"
FIND, SEARCH = "core_user_get_users_by_field", "core_user_get_users"
ABOUT = "core_webservice_get_site_info"
NOBODY = Key(KeyKind.EMAIL, "nobody@example.test")
S = OutcomeStatus
CREATE, UPDATE, SEARCH = "core_user_create_users", "core_user_update_users", "core_user_get_users"


@pytest.mark.parametrize("missing", [FIND, "core_user_get_users", CREATE, UPDATE])
def test_missing_functions_are_named(moodle_site: MoodleSite, moodle_connect: Connect, missing: str) -> None:
    """M17: before anything is done, so that all can be added at once."""
    moodle_site.functions.discard(missing)
    with pytest.raises(HostAuthError, match=f"Add them to it: {missing}"):
        moodle_connect().find([NOBODY])

    assert [name for name, _ in moodle_site.calls] == [ABOUT]


def test_functions_that_the_settings_need_are_required(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """M17: for mails for choosing a password, and for the staff cohort."""
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
def test_a_refused_token_is_an_auth_error(
    moodle_site: MoodleSite, moodle_connect: Connect, function: str, code: str
) -> None:
    """M17: HTTP 200 with an exception, for a read and for a write."""
    moodle = moodle_connect()
    moodle.find([NOBODY])
    moodle_site.breaks[function] = refusal(code)
    with pytest.raises(HostAuthError, match=f"{function} .{code}."):
        moodle.create([ADA])


def test_a_wrong_token_is_reported(moodle_connect: Connect) -> None:
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
def test_a_site_that_does_not_answer_as_moodle_raises(
    moodle_site: MoodleSite, moodle_connect: Connect, answer: Response, expected: type[HostError]
) -> None:
    """M1, M17: each case has its own error, without a text of the answer."""
    moodle_site.breaks[ABOUT] = answer
    with pytest.raises(expected) as caught:
        moodle_connect().find([NOBODY])

    assert "Ada" not in str(caught.value)


def test_a_changed_learner_takes_a_fiftieth_of_a_request(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """500 creates and 500 updates with all their look-ups, on a site that reads only few values per request."""
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
    """M11: after the arrays it would be cut off; in an address or a log others could read it."""
    with caplog.at_level(logging.DEBUG):
        moodle = moodle_connect()
        create(moodle, ADA)
        moodle.find([NOBODY])

    assert all(re.match(f"wstoken={TOKEN}&wsfunction=", body) for body in moodle_site.bodies)
    assert {address.partition("?")[2] for address in moodle_site.addresses} == {""}
    for word in (TOKEN, "Lovelace", "example.test"):
        assert word not in caplog.text
        assert word not in repr(MoodleSettings("https://moodle.test", TOKEN))


def test_no_call_is_made_before_the_first_use(moodle_site: MoodleSite) -> None:
    """A host can be created where there is no network."""
    one = host(MoodleSettings(moodle_site.url, TOKEN))
    one.capabilities()
    one.fields()
    one.close()

    assert isinstance(one, MoodleHost)
    assert moodle_site.calls == []


@pytest.mark.parametrize(("limit", "calls"), [(1000, 10), (5000, 3)])
def test_no_request_has_more_values_than_php_reads(
    moodle_site: MoodleSite, moodle_host: MoodleHost, limit: int, calls: int
) -> None:
    """M11, M16: the rest would be dropped silently; how many values a site reads is tried once."""
    moodle_site.max_input_vars = limit
    rows = people(500)
    outcomes = moodle_host.create(rows)
    keys = [Key(KeyKind.EXTERNAL_ID, row.external_id) for row in rows]
    found = moodle_host.find(keys)
    sizes = [len(call["users"]) for call in moodle_site.arguments(CREATE)]

    assert {one.status for one in outcomes} == {S.CREATED}
    assert isinstance(found, dict)
    assert all(len(found[key]) == 1 for key in keys)
    assert len(sizes) <= calls
    assert max(sizes) <= 250
