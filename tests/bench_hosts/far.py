"""LMSs that are far away: a host over a network with a round trip of its own, and its requests counted."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from time import sleep

from connector.core.ports.host import Host
from connector.hosts.learnupon.api import Api
from connector.hosts.learnupon.host import LearnUponHost
from connector.hosts.learnupon.pace import LearnUponPace
from connector.hosts.learnupon.settings import LearnUponSettings
from connector.hosts.moodle.host import CONNECTIONS, MoodleHost
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.remote import Answer, Pairs, Remote
from connector.hosts.scim.host import ScimHost
from connector.hosts.scim.settings import ScimSettings
from tests.bench_hosts.apart import apart
from tests.bench_hosts.scim_service import ScimService
from tests.bench_hosts.scim_service import serving as serving_scim
from tests.hosts.learnupon import api
from tests.hosts.learnupon.site import Site
from tests.hosts.moodle.rig import new_site
from tests.hosts.moodle.site import TOKEN, serving


class Far(Remote):
    """A way that takes `latency_s` there and back; `requests` went along it."""

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
    """A host, the way to it, and how many requests it has under way when it makes accounts."""

    host: Host
    way: Far
    under_way: int


@contextmanager
def moodle(*, ignores_case: bool) -> Iterator[FarHost]:
    """A Moodle, which takes hundreds of people in a request, and one request at a time."""
    with apart(partial(_moodle, ignores_case)) as url:
        way = Far(url, headers={}, name="Moodle", connections=CONNECTIONS)
        yield FarHost(MoodleHost(MoodleSettings(url, TOKEN), way, _now), way, 1)
        way.close()


@contextmanager
def scim(*, bulk: bool) -> Iterator[FarHost]:
    """A SCIM service, with or without bulk."""
    with apart(partial(_scim, bulk)) as url:
        settings = ScimSettings(url)
        way = Far(url, headers={}, name="SCIM", connections=settings.connections)
        yield FarHost(ScimHost(way, settings), way, 1 if bulk else settings.connections)
        way.close()


@contextmanager
def learnupon() -> Iterator[FarHost]:
    """A LearnUpon portal, which takes everybody singly."""
    with apart(_learnupon) as url:
        key = (api.KEY, api.SECRET)
        settings = LearnUponSettings(url, *key, external_id_label="paycor id")
        way = Far(settings.base_url, headers={}, name="LearnUpon", connections=settings.connections, auth=key)
        yield FarHost(
            LearnUponHost(settings, Api(way, LearnUponPace(_now, sleep)), _now), way, settings.connections
        )
        way.close()


def _moodle(ignores_case: bool) -> AbstractContextManager[str]:
    site = new_site(ignores_case=ignores_case)
    site.max_input_vars = 5000
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return serving(site)


def _scim(bulk: bool) -> AbstractContextManager[str]:
    return serving_scim(ScimService(bulk=bulk))


def _learnupon() -> AbstractContextManager[str]:
    return api.serving(Site())


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Kind:
    """A kind of remote host, and what P7 allows it: requests a changed learner; None where it has no goal."""

    name: str
    connect: Callable[[], AbstractContextManager[FarHost]]
    goal: float | None


KINDS = (
    Kind("moodle, letters compared", partial(moodle, ignores_case=False), 1 / 50),
    Kind("moodle, letters folded", partial(moodle, ignores_case=True), 1 / 50),
    Kind("scim, without bulk", partial(scim, bulk=False), 1.1),
    Kind("scim, with bulk", partial(scim, bulk=True), 1 / 100),
    Kind("learnupon", learnupon, None),
)
