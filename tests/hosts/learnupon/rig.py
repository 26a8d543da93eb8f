"""A LearnUpon portal that keeps our key, over a real socket; without invitations, which would mail as they are made."""

import time
from collections.abc import Callable, Iterator

import pytest
from flask import Response, request

from connector.hosts.contract import Rig
from connector.hosts.learnupon import LearnUponSettings, host
from tests.clock import Clock
from tests.hosts.learnupon.api import KEY, SECRET, serving
from tests.hosts.learnupon.site import Site


@pytest.fixture
def learnupon(clock: Clock) -> Iterator[Rig]:
    """One portal, without anybody in it."""
    site = Site()
    with serving(site) as address:
        settings = LearnUponSettings(address, KEY, SECRET, external_id_label="paycor id")
        portal = host(settings, clock=clock, sleep=time.sleep)
        yield Rig(
            portal,
            mailed=lambda: site.mails,
            rename=lambda account_id, name: site.edit(account_id, first_name=name),
            promote=lambda account_id: site.edit(account_id, user_type="instructor"),
            signs_in=site.signs_in,
            loses_answer=lambda: lose_an_answer(site),
            is_busy=lambda: be_busy(site),
        )
        portal.close()


def lose_an_answer(site: Site) -> None:
    """Do the next write, and answer it with a page that says nothing."""
    site.after = _once(site, "after", lambda: Response("<html>Bad gateway</html>", 502))


def be_busy(site: Site) -> None:
    """Take the next write only when it comes again."""
    site.before = _once(site, "before", lambda: Response("", 429, {"Retry-After": "0"}))


def _once(site: Site, name: str, answer: Callable[[], Response]) -> Callable[[], Response | None]:
    def strike() -> Response | None:
        if request.method == "GET":
            return None
        setattr(site, name, lambda: None)
        return answer()

    return strike
