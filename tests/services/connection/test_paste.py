"""A pasted application, over a real socket: from the form to the first sync."""

import pytest

from tests.whole import PORTAL, Whole


@pytest.mark.req("B3")
def test_an_application_without_a_scope_connects_and_syncs(unconnected: Whole) -> None:
    """Its tokens are renewed without one."""
    with unconnected.app.app_context():
        unconnected.services.connection.paste(PORTAL, None, unconnected.pasted(scope=""))
        unconnected.services.connection.finish(PORTAL, None)
    unconnected.paycor.sandbox.store.expire_access_tokens()

    assert unconnected.sync().status == "done"
