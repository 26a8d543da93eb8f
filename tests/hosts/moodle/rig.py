"""The rig of Moodle: the host of a fake site on a real socket, and helpers of the Moodle tests."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.wrappers import Response

from connector.core.model.account import Account, AccountState, Field, FieldType
from connector.core.ports.host import Key, KeyKind, NewAccount, Outcome, OutcomeStatus
from connector.hosts.contract import Rig
from connector.hosts.moodle import MoodleHost, MoodleSettings, host
from tests.clock import Clock
from tests.hosts.moodle.fake.functions import OWN_ID, ProfileField
from tests.hosts.moodle.fake.site import TOKEN, MoodleSite, serving

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
    """A fake Moodle that compares as PostgreSQL does, on loopback."""
    site = new_site()
    with serving(site) as url:
        site.url = url
        yield site


@pytest.fixture
def moodle_host(moodle_site: MoodleSite, clock: Clock) -> Iterator[MoodleHost]:
    """The host of that site, with a staff cohort and mails for choosing a password."""
    settings = MoodleSettings(
        moodle_site.url, TOKEN, FIELDS, welcome="password_reset", staff_cohort_id=str(STAFF)
    )
    one = host(settings, clock=clock, sleep=lambda seconds: None)
    yield one
    one.close()


@pytest.fixture
def moodle(moodle_site: MoodleSite, moodle_host: MoodleHost) -> Rig:
    """That host, with access to the site."""

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


ADA = NewAccount("p-ada", "Ada@Example.test", "Ada", "Lovelace", AccountState.ACTIVE)

#: Creates a host of the site with other settings.
Connect = Callable[..., MoodleHost]


@pytest.fixture
def moodle_connect(moodle_site: MoodleSite) -> Iterator[Connect]:
    """Creates hosts of the site with other settings."""
    with ExitStack() as stack:

        def connect(
            *, clock: Callable[[], datetime] = lambda: datetime.now(UTC), **settings: Any
        ) -> MoodleHost:
            values = {"url": moodle_site.url, "token": TOKEN, "fields": FIELDS, **settings}
            one = host(MoodleSettings(**values), clock=clock, sleep=lambda seconds: None)
            stack.callback(one.close)
            return one

        yield connect


def people(count: int) -> list[NewAccount]:
    """This many learners, each with three fields."""
    fields = {"job_title": "Analyst", "hire_date": "2026-03-02", "employment_type": "Regular"}
    return [
        replace(ADA, external_id=f"p-{number}", email=f"learner.{number}@example.test", fields=fields)
        for number in range(count)
    ]


def statuses(outcomes: Iterable[Outcome]) -> list[OutcomeStatus]:
    """The status of each row."""
    return [outcome.status for outcome in outcomes]


def by_id(moodle: MoodleHost, account_id: object) -> list[Account]:
    """The accounts with an id."""
    key = Key(KeyKind.ID, str(account_id))
    found = moodle.find([key])
    assert isinstance(found, dict)
    return list(found[key])


def create(moodle: MoodleHost, row: NewAccount) -> str:
    """Create an account; gives its id."""
    [outcome] = moodle.create([row])
    assert (outcome.status, outcome.code) == (OutcomeStatus.CREATED, "")
    return outcome.account_id or ""


def refusal(code: str) -> Response:
    """An error as Moodle answers it."""
    return Response(f'{{"exception": "moodle_exception", "errorcode": "{code}", "message": "Ada"}}')
