"""LMSs that are far away: hosts over a network with latency, and a count of their requests."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from time import sleep

from connector.core.ports.host import Host
from connector.hosts.learnupon.api import LearnUponApi
from connector.hosts.learnupon.host import LearnUponHost
from connector.hosts.learnupon.rate_limit import LearnUponRateLimit
from connector.hosts.learnupon.settings import LearnUponSettings
from connector.hosts.moodle.host import CONNECTIONS, MoodleHost
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.remote import Answer, Pairs, Remote
from connector.hosts.scim.host import ScimHost
from connector.hosts.scim.settings import ScimSettings
from tests.bench_hosts.apart import apart
from tests.bench_hosts.scim_service import ScimService
from tests.bench_hosts.scim_service import serving as serving_scim
from tests.hosts.learnupon.fake import api
from tests.hosts.learnupon.fake.portal import FakePortal
from tests.hosts.moodle.fake.site import TOKEN, serving
from tests.hosts.moodle.rig import new_site


class DistantRemote(Remote):
    """A `Remote` with a round trip of `latency_s`; `requests` is the number sent."""

    latency_s = 0.0
    requests = 0
    _counting = Lock()

    def _send(
        self,
        method: str,
        path: str,
        params: Pairs | None,
        json: object,
        form: Pairs | None,
        headers: Mapping[str, str] | None,
    ) -> tuple[Answer, bool]:
        with self._counting:
            self.requests += 1
        sleep(self.latency_s)
        return super()._send(method, path, params, json, form, headers)


@dataclass(frozen=True)
class FarHost:
    """A host, its `Remote`, and how many requests it sends at a time when it creates accounts."""

    host: Host
    remote: DistantRemote
    parallel: int


@contextmanager
def moodle(*, ignores_case: bool) -> Iterator[FarHost]:
    """A Moodle, which takes hundreds of accounts in a request, and one request at a time."""
    with apart(partial(_moodle, ignores_case)) as url:
        remote = DistantRemote(url, headers={}, name="Moodle", connections=CONNECTIONS)
        yield FarHost(MoodleHost(MoodleSettings(url, TOKEN), remote, _now), remote, 1)
        remote.close()


@contextmanager
def scim(*, bulk: bool) -> Iterator[FarHost]:
    """A SCIM service, with or without bulk."""
    with apart(partial(_scim, bulk)) as url:
        settings = ScimSettings(url)
        remote = DistantRemote(url, headers={}, name="SCIM", connections=settings.connections)
        yield FarHost(ScimHost(remote, settings), remote, 1 if bulk else settings.connections)
        remote.close()


@contextmanager
def learnupon() -> Iterator[FarHost]:
    """A LearnUpon portal, which takes one account in a request."""
    with apart(_learnupon) as url:
        key = (api.KEY, api.SECRET)
        settings = LearnUponSettings(url, *key, external_id_label="paycor id")
        remote = DistantRemote(
            settings.base_url, headers={}, name="LearnUpon", connections=settings.connections, auth=key
        )
        yield FarHost(
            LearnUponHost(settings, LearnUponApi(remote, LearnUponRateLimit(_now, sleep)), _now),
            remote,
            settings.connections,
        )
        remote.close()


def _moodle(ignores_case: bool) -> AbstractContextManager[str]:
    site = new_site(ignores_case=ignores_case)
    site.max_input_vars = 5000
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return serving(site)


def _scim(bulk: bool) -> AbstractContextManager[str]:
    return serving_scim(ScimService(bulk=bulk))


def _learnupon() -> AbstractContextManager[str]:
    return api.serving(FakePortal())


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Kind:
    """A kind of remote host, and its goal in P7: requests per changed learner; None without a goal."""

    name: str
    connect: Callable[[], AbstractContextManager[FarHost]]
    goal: float | None


KINDS = (
    Kind("moodle, case-sensitive", partial(moodle, ignores_case=False), 1 / 50),
    Kind("moodle, case-insensitive", partial(moodle, ignores_case=True), 1 / 50),
    Kind("scim, without bulk", partial(scim, bulk=False), 1.1),
    Kind("scim, with bulk", partial(scim, bulk=True), 1 / 100),
    Kind("learnupon", learnupon, None),
)
