"""Addresses that Moodle stores with capital letters."""

from datetime import timedelta

from werkzeug.wrappers import Response

from connector.core.ports.host import Change, Key, KeyKind
from tests.clock import Clock
from tests.hosts.moodle.fake.site import MoodleSite
from tests.hosts.moodle.rig import Connect, people

FIND, SEARCH = "core_user_get_users_by_field", "core_user_get_users"


def test_many_addresses_of_one_domain_take_one_search(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """M5: a match is read again, and the next look-up sees what was written."""
    moodle = moodle_connect()
    aba = moodle_site.add(username="aba", firstname="Ada", lastname="L", email="Learner.7@Example.test")
    keys = [Key(KeyKind.EMAIL, row.email) for row in people(500)]
    carriers: dict[Key, list[str]] = {}
    for start in range(0, 500, 100):
        found = moodle.find(keys[start : start + 100])
        assert isinstance(found, dict)
        carriers |= {key: [one.account_id for one in there] for key, there in found.items() if there}

    assert carriers == {keys[7]: [str(aba)]}
    assert len(moodle_site.arguments(SEARCH)) == 1

    moodle.update([Change(str(aba), email="Learner.8@Example.test")])
    again = moodle.find(keys[:100])

    assert isinstance(again, dict)
    assert [again[key] != [] for key in keys[6:10]] == [False, False, True, False]


def test_what_others_write_is_seen_after_a_while(
    moodle_site: MoodleSite, moodle_connect: Connect, clock: Clock
) -> None:
    """Addresses are remembered for minutes, not for the life of the process."""
    moodle = moodle_connect(clock=clock)
    keys = [Key(KeyKind.EMAIL, row.email) for row in people(20)]
    moodle.find(keys)
    moodle_site.add(username="aba", firstname="Ada", lastname="L", email="LEARNER.7@example.test")
    clock.advance(timedelta(minutes=11))
    found = moodle.find(keys)

    assert isinstance(found, dict)
    assert [len(found[key]) for key in keys[6:9]] == [0, 1, 0]


def test_a_domain_that_the_site_cannot_list_is_searched_singly(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """M5: a site that fails with too many users is asked for them once, not three times."""
    moodle_site.breaks[SEARCH] = Response("<html>Out of memory</html>", 500)
    ada = moodle_site.add(username="ada", firstname="Ada", lastname="L", email="LEARNER.7@example.test")
    keys = [Key(KeyKind.EMAIL, row.email) for row in people(20)]
    found = moodle_connect().find(keys)

    assert isinstance(found, dict)
    assert [one.account_id for one in found[keys[7]]] == [str(ada)]
    assert len(moodle_site.arguments(SEARCH)) == 21
