"""The one list that Paycor gives to a POST."""

import pytest

from connector.paycor.auth.refusals import RightMissing
from tests.paycor.stub import CUSTOM_FIELDS_PATH, EMPLOYEES_PATH, Caller, Wire, answer, query

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
def test_nothing_but_the_one_list_that_is_read_so_is_ever_posted(
    wire: Wire, paycor: Caller, path: str
) -> None:
    """Not even by mistake: no request leaves."""
    with pytest.raises(ValueError, match="writes nothing to Paycor"):
        paycor.client.post(path)

    assert wire.asked == []


def test_a_post_that_reads_is_tried_again_as_a_get_is(wire: Wire, paycor: Caller) -> None:
    """It changes nothing, so a 500 is no risk; its refusals have a form of their own."""
    problem = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "no", "instance": "/"}
    wire.post_gives(CUSTOM_FIELDS_PATH, answer({}, 500), GOOD, answer(problem, 403))

    assert paycor.client.post(CUSTOM_FIELDS_PATH, [("continuationToken", "t1")])
    assert [(request.method, request.body, query(request)) for request in wire.asked] == [
        ("POST", b"{}", [("continuationToken", "t1")])
    ] * 2
    with pytest.raises(RightMissing, match="“Legal Entity CustomFields”"):
        paycor.client.post(CUSTOM_FIELDS_PATH)
