"""One HTTP call over a real socket: however slowly and however much comes, it ends."""

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
import requests
import responses

from connector.calls import AnswerTooLarge, BoundedAdapter, CallTooLong
from connector.errors import HostUnavailable
from connector.hosts import remote
from connector.hosts.remote import Remote

URL = "https://lms.test/api"

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#: What comes before the bytes that drip.
DRIPPING = {
    "status": b"HTTP/1.1 2",
    "headers": HEAD + b"X-Slow: ",
    "body": HEAD + b"Content-Length: 1000000\r\n\r\n[",
    "body without a length": HEAD + b"Connection: close\r\n\r\n[",
    "chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n00000",
}


@pytest.fixture
def serve() -> Iterator[Callable[[bytes, bytes], str]]:
    """Starts a server: it answers each request with the first bytes, then drips the second ones without end."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def answer(first: bytes, drip: bytes) -> None:
        while not ended.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(65_536)
                connection.sendall(first)
                try:
                    while drip and not ended.wait(0.05):
                        connection.sendall(drip)
                except OSError:
                    pass

    threads: list[threading.Thread] = []

    def start(first: bytes, drip: bytes = b"") -> str:
        threads.append(threading.Thread(target=answer, args=(first, drip), daemon=True))
        threads[-1].start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    ended.set()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    for thread in threads:
        thread.join()


def get(url: str, *, total_s: float = 30, max_bytes: int = 1_000_000) -> requests.Response:
    """The answer to a call with these bounds, whose silences may last ten seconds."""
    with requests.Session() as session:
        session.mount("http://", BoundedAdapter(total_s, max_bytes))
        return session.get(url, timeout=10, stream=True)


@pytest.mark.req("D30")
@pytest.mark.parametrize("place", DRIPPING)
def test_a_byte_at_a_time_does_not_keep_a_call_alive(serve: Callable[..., str], place: str) -> None:
    """Wherever it drips: each byte begins the time-out of a silence again, and the whole time is over anyway."""
    began = time.monotonic()

    with pytest.raises(CallTooLong):
        get(serve(DRIPPING[place], b"1"), total_s=0.5)

    assert time.monotonic() - began < 8


@pytest.mark.req("D22")
def test_a_small_answer_that_unfolds_to_a_large_one_is_not_unpacked(serve: Callable[..., str]) -> None:
    """A quarter of a megabyte of gzip has 300 in it; no more than a few chunks of that are ever there."""
    packed = BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        for _ in range(300):
            file.write(bytes(1_000_000))
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed.getvalue())
    url = serve(head + packed.getvalue())
    tracemalloc.start()

    with pytest.raises(AnswerTooLarge):
        get(url, max_bytes=10_000_000)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60_000_000


@pytest.mark.req("D22")
@pytest.mark.parametrize("size", [0, 999_999, 1_000_000])
def test_an_answer_within_its_bounds_is_whole(serve: Callable[..., str], size: int) -> None:
    """It is read at once, and read again from what was kept."""
    answer = get(serve(HEAD + b"Content-Length: %d\r\n\r\n" % size + b"x" * size))

    assert (len(answer.content), len(b"".join(answer.iter_content(1_000)))) == (size, size)


@pytest.mark.req("D22")
def test_an_answer_of_any_size_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read is unavailable; whether a write was done is not known."""
    monkeypatch.setattr(remote, "MAX_BYTES", 1_000)
    lms = Remote(URL, headers={}, name="Our LMS", sleep=lambda pause_s: None)
    with responses.RequestsMock() as mock:
        mock.get(f"{URL}/users", body="x" * 2_000)
        mock.post(f"{URL}/users", body="x" * 2_000)

        written = lms.call("POST", "/users", json={})
        with pytest.raises(HostUnavailable):
            lms.call("GET", "/users")

    assert (written.status, written.sure) == (0, False)
