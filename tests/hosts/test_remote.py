"""One LMS over HTTP, at the wire: what is repeated, waited for, unknown, and never shown."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import responses

from connector.errors import HostAuthError, HostContractError, HostError, HostUnavailable
from connector.hosts.remote import Remote
from connector.retries import MIN_WAITS_S, RETRY_PAUSES_S

URL = "https://lms.test/api"
SECRET = "hush-token"
HTML: dict[str, Any] = {"body": "<html>Ada Lovelace, ada@example.test</html>", "content_type": "text/html"}


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    """The answers of the LMS, each once and the last one always."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def slept() -> list[float]:
    """The waits, in seconds."""
    return []


@pytest.fixture
def remote(slept: list[float]) -> Iterator[Remote]:
    """An LMS that is called with a token in a header."""
    one = Remote(URL, headers={"Authorization": f"Bearer {SECRET}"}, name="Our LMS", sleep=slept.append)
    yield one
    one.close()


def assert_no_secrets(failure: HostError) -> None:
    """Expect no body, token or email address in an error, nor in the errors it is chained to."""
    said = repr(failure) + str(failure) + repr(failure.__cause__)
    if not failure.__suppress_context__:
        said += repr(failure.__context__)
    for secret in ("Ada", "ada@", SECRET):
        assert secret not in said


@pytest.fixture
def echo() -> Iterator[Callable[[], str]]:
    """A server on loopback that answers one request with an empty list; a call gives its address."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]")

    thread = threading.Thread(target=answer)
    thread.start()
    yield lambda: f"http://127.0.0.1:{listening.getsockname()[1]}"
    thread.join()
    listening.close()


def test_a_call_has_its_headers_and_the_form_in_order(wire: responses.RequestsMock, remote: Remote) -> None:
    """Some LMSs read only the first values of a form."""
    wire.post(f"{URL}/users", json={"id": 7})
    answer = remote.call("POST", "/users", form=[("z", "first"), ("a", "ä ö")], headers={"X-Own": "1"})
    request = wire.calls[0].request

    assert request.body == "z=first&a=%C3%A4+%C3%B6"
    assert request.headers["Authorization"] == f"Bearer {SECRET}"
    assert request.headers["X-Own"] == "1"
    assert (answer.status, answer.json(), answer.sure, answer.ok) == (200, {"id": 7}, True, True)


def test_a_password_is_sent_as_basic_auth(wire: responses.RequestsMock) -> None:
    """For an LMS whose API keys are a name and a password."""
    wire.get(f"{URL}/users", json=[])
    Remote(URL, headers={}, name="Our LMS", auth=("key", "word")).call("GET", "/users")

    assert wire.calls[0].request.headers["Authorization"] == "Basic a2V5OndvcmQ="


@pytest.mark.parametrize("status", [200, 204, 400, 403, 404, 409, 422, 501])
def test_every_status_below_500_is_an_answer(
    wire: responses.RequestsMock, remote: Remote, status: int
) -> None:
    """And so is 501, which says that it was not done; the adapter decides what it means."""
    wire.post(f"{URL}/users", status=status)

    answer = remote.call("POST", "/users", json={})

    assert (answer.status, answer.sure, answer.ok) == (status, True, status < 300)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_read_is_repeated_when_the_lms_fails(
    wire: responses.RequestsMock, remote: Remote, slept: list[float], status: int
) -> None:
    """With a pause before each try."""
    wire.get(f"{URL}/users", status=status)
    wire.get(f"{URL}/users", body=requests.ReadTimeout())
    wire.get(f"{URL}/users", json=[])

    assert remote.call("GET", "/users").json() == []
    assert slept == list(RETRY_PAUSES_S)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param({"status": 500, **HTML}, id="HTTP 500"),
        pytest.param({"body": requests.ReadTimeout(SECRET)}, id="time-out"),
        pytest.param({"body": requests.ConnectionError("ada@example.test")}, id="cut"),
    ],
)
def test_a_read_without_an_answer_is_unavailable(
    wire: responses.RequestsMock, remote: Remote, failure: dict[str, Any]
) -> None:
    """After three tries, and without a text of the answer."""
    wire.get(f"{URL}/users", **failure)
    with pytest.raises(HostUnavailable, match="did not answer in 3 tries") as caught:
        remote.call("GET", "/users", params={"email": "ada@example.test"})

    assert len(wire.calls) == 3
    assert_no_secrets(caught.value)


def test_a_post_that_only_reads_is_repeated_like_a_get(wire: responses.RequestsMock, remote: Remote) -> None:
    """Some LMSs accept look-ups only by POST."""
    wire.post(f"{URL}/search", status=502)
    wire.post(f"{URL}/search", json=[1])

    assert remote.call("POST", "/search", json={}, reads=True).json() == [1]


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param({"status": 500, "json": {"error": "x"}}, id="HTTP 500"),
        pytest.param({"status": 503}, id="HTTP 503"),
        pytest.param({"status": 200, **HTML}, id="a page for an answer"),
        pytest.param({"status": 201, "body": '{"id": '}, id="half an answer"),
        pytest.param({"body": requests.ReadTimeout()}, id="time-out"),
        pytest.param({"body": requests.ConnectionError()}, id="cut"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_without_a_clear_answer_is_sent_once_and_not_sure(
    wire: responses.RequestsMock, remote: Remote, method: str, failure: dict[str, Any], slept: list[float]
) -> None:
    """It may or may not have happened: that is looked up, never tried again."""
    wire.add(method, f"{URL}/users", **failure)
    answer = remote.call(method, "/users", json={})

    assert (answer.sure, answer.ok, len(wire.calls), slept) == (False, False, 1, [])


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"Retry-After": "7"}, 7.0, id="seconds"),
        pytest.param(
            {"Retry-After": "Sun, 22 Nov 2026 10:00:09 GMT", "Date": "Sun, 22 Nov 2026 10:00:00 GMT"},
            9.0,
            id="an instant by the clock of the LMS",
        ),
        pytest.param(
            {"Retry-After": "Sun, 22 Nov 2026 09:00:00 GMT", "Date": "Sun, 22 Nov 2026 10:00:00 GMT"},
            1.0,
            id="an instant that is over",
        ),
        pytest.param({"Retry-After": "soon"}, 30.0, id="nonsense"),
        pytest.param({}, 30.0, id="nothing"),
    ],
)
def test_a_429_is_waited_for_and_repeated(
    wire: responses.RequestsMock,
    remote: Remote,
    slept: list[float],
    method: str,
    headers: dict[str, str],
    expected: float,
) -> None:
    """A write too: the LMS says that it has not done it."""
    wire.add(method, f"{URL}/users", status=429, headers=headers)
    wire.add(method, f"{URL}/users", json={})

    assert remote.call(method, "/users").ok
    assert slept == [expected]


@pytest.mark.parametrize(
    ("retry_after", "waits"),
    [
        pytest.param("1", len(MIN_WAITS_S), id="again and again"),
        pytest.param("3600", 0, id="for too long"),
    ],
)
def test_waiting_for_a_429_has_a_limit(
    wire: responses.RequestsMock, remote: Remote, slept: list[float], retry_after: str, waits: int
) -> None:
    """The error says how long the LMS asked for."""
    wire.post(f"{URL}/users", status=429, headers={"Retry-After": retry_after}, **HTML)
    with pytest.raises(HostUnavailable, match=f"{retry_after} seconds") as caught:
        remote.call("POST", "/users")

    assert (caught.value.retry_after_s, len(slept)) == (float(retry_after), waits)
    assert_no_secrets(caught.value)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_401_is_an_auth_error(wire: responses.RequestsMock, remote: Remote, method: str) -> None:
    """No other call is tried with these credentials."""
    wire.add(method, f"{URL}/users", status=401, **HTML)
    with pytest.raises(HostAuthError, match="Our LMS refuses") as caught:
        remote.call(method, "/users")

    assert_no_secrets(caught.value)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_is_not_followed(wire: responses.RequestsMock, remote: Remote, method: str) -> None:
    """The token would go to another server, and a write would become a read."""
    wire.add(method, f"{URL}/users", status=301, headers={"Location": "https://else.test/ada@example.test"})
    with pytest.raises(HostContractError, match="redirects") as caught:
        remote.call(method, "/users")

    assert len(wire.calls) == 1
    assert_no_secrets(caught.value)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refused_connection_means_that_nothing_was_sent(slept: list[float], method: str) -> None:
    """So every call is tried again, and at the end nothing has happened."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    remote = Remote(f"http://127.0.0.1:{port}", headers={}, name="Our LMS", sleep=slept.append)
    with pytest.raises(HostUnavailable, match="nothing was sent"):
        remote.call(method, "/ada@example.test")

    assert slept == list(RETRY_PAUSES_S)


def test_a_body_that_is_not_json_breaks_the_contract(wire: responses.RequestsMock, remote: Remote) -> None:
    """The error names the status and no text of the body."""
    wire.get(f"{URL}/users", **HTML)
    answer = remote.call("GET", "/users")
    with pytest.raises(HostContractError, match="HTTP 200") as caught:
        answer.json()

    assert_no_secrets(caught.value)
    assert "Ada" not in repr(answer)


def test_many_rows_are_sent_in_parallel_and_answered_in_order(slept: list[float]) -> None:
    """Each call waits here for another, so that a sequence of calls would never end."""
    remote = Remote(URL, headers={}, name="Our LMS", connections=2, sleep=slept.append)
    meeting = threading.Barrier(2, timeout=10)

    def ask(row: int) -> int:
        meeting.wait()
        return row * row

    assert remote.each([3, 1, 2, 4], ask) == [9, 1, 4, 16]
    assert remote.each([], ask) == []


def test_an_error_of_one_row_ends_the_others(remote: Remote) -> None:
    """An LMS that is unavailable is not called for every row."""

    called: list[int] = []

    def ask(row: int) -> int:
        called.append(row)
        if row == 0:
            raise HostUnavailable("gone")
        return int(threading.Event().wait(0.01))

    with pytest.raises(HostUnavailable):
        remote.each(range(10_000), ask)

    assert len(called) < 5_000


def test_no_query_gets_into_the_log(caplog: pytest.LogCaptureFixture, echo: Callable[[], str]) -> None:
    """At DEBUG, urllib3 logs every address with its query, which may look up a person."""
    remote = Remote(echo(), headers={}, name="Our LMS")
    with caplog.at_level(logging.DEBUG):
        remote.call("GET", "/users", params={"email": "ada@example.test", "token": SECRET})
    remote.close()

    assert "/users?..." in caplog.text
    assert "ada" not in caplog.text
    assert SECRET not in caplog.text
