"""Moodle for the contract: the host over a real socket to the Moodle of the tests."""

from collections.abc import Iterator

import pytest

from connector.core.records import Field, FieldType
from connector.hosts.contract import Rig
from connector.hosts.moodle import MoodleHost, MoodleSettings, host
from tests.clock import Clock
from tests.hosts.moodle_core import OWN_ID, ProfileField
from tests.hosts.moodle_site import TOKEN, MoodleSite, serving

FIELDS = (
    Field("job_title", "Job title"),
    Field("hire_date", "Hire date", FieldType.DATE),
    Field("employment_type", "Employment", FieldType.STRING_CHOICE, choices=("Regular", "Temporary")),
)
STAFF, COMPLIANCE = 1, 2


def new_site(*, ignores_case: bool = False) -> MoodleSite:
    """A site with the profile fields and the cohorts of the tests."""
    site = MoodleSite(
        profile={
            "job_title": ProfileField(),
            "hire_date": ProfileField("datetime"),
            "employment_type": ProfileField("menu", ("Regular", "Temporary")),
        },
        ignores_case=ignores_case,
    )
    site.cohorts = {COMPLIANCE: ("Compliance", set()), STAFF: ("Staff", set())}
    return site


@pytest.fixture
def moodle_site() -> Iterator[MoodleSite]:
    """A Moodle on PostgreSQL, served on loopback."""
    site = new_site()
    with serving(site) as url:
        site.url = url
        yield site


@pytest.fixture
def moodle_host(moodle_site: MoodleSite, clock: Clock) -> Iterator[MoodleHost]:
    """The host of that Moodle, with a cohort of staff and mails for choosing a password."""
    settings = MoodleSettings(
        moodle_site.url, TOKEN, FIELDS, welcome="password_reset", staff_cohort_id=str(STAFF)
    )
    one = host(settings, clock=clock, sleep=lambda seconds: None)
    yield one
    one.close()


@pytest.fixture
def moodle(moodle_site: MoodleSite, moodle_host: MoodleHost) -> Rig:
    """A host, and a Moodle as its own people see it."""

    def rename(account_id: str, name: str) -> None:
        moodle_site.users[int(account_id)]["firstname"] = name

    def signs_in(account_id: str) -> bool:
        user = moodle_site.users[int(account_id)]
        return moodle_site.signs_in(user["id"], user["password"])

    return Rig(
        moodle_host,
        mailed=lambda: [str(user_id) for user_id in moodle_site.mailed],
        rename=rename,
        promote=lambda account_id: moodle_site.cohorts[STAFF][1].add(int(account_id)),
        signs_in=signs_in,
        own_account_id=str(OWN_ID),
        loses_answer=lambda: moodle_site.lost.append("core_user_create_users"),
        is_busy=lambda: moodle_site.busy.append("core_user_create_users"),
        many=True,
    )
