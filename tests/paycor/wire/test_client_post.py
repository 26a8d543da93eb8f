"""The only list that Paycor gives to a POST."""

import pytest

from connector.paycor.auth.errors import PermissionMissing
from tests.paycor.fake_paycor import (
    CUSTOM_FIELDS_PATH,
    EMPLOYEES_PATH,
    ClientRig,
    FakePaycor,
    answer,
    query,
)

GOOD = answer({"records": []})


@pytest.mark.req("A1")
@pytest.mark.parametrize(
    "path",
    [
        EMPLOYEES_PATH,
        "/v1/employees/5f1d/certifications",
        "/v1/employees/5f1d/customfields",
        f"{CUSTOM_FIELDS_PATH}/1",
        f"{CUSTOM_FIELDS_PATH}?a=b",
        "/v1/events/mockevent",
    ],
)
def test_no_other_path_is_ever_posted(fake: FakePaycor, rig: ClientRig, path: str) -> None:
    """Not even by mistake: no request is sent."""
    with pytest.raises(ValueError, match="writes nothing to Paycor"):
        rig.client.post(path)

    assert fake.received == []


def test_a_reading_post_is_retried_like_a_get(fake: FakePaycor, rig: ClientRig) -> None:
    """It changes nothing, so a retry is safe. Its error bodies have another form."""
    problem = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "no", "instance": "/"}
    fake.post_gives(CUSTOM_FIELDS_PATH, answer({}, 500), GOOD, answer(problem, 403))

    assert rig.client.post(CUSTOM_FIELDS_PATH, [("continuationToken", "t1")])
    assert [(request.method, request.body, query(request)) for request in fake.received] == [
        ("POST", b"{}", [("continuationToken", "t1")])
    ] * 2
    with pytest.raises(PermissionMissing, match="“Legal Entity CustomFields”"):
        rig.client.post(CUSTOM_FIELDS_PATH)
