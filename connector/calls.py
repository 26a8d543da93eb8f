"""One HTTP call, with a bound on its whole time and on the size of its answer: the same for Paycor and a remote LMS.

A time-out of requests begins again with each byte, and a small compressed answer may unfold to any size. An adapter of
this module cuts the connection when the time is over, and stops reading at the most bytes that an answer may have.
"""

import os
import socket
from contextlib import suppress
from contextvars import ContextVar
from threading import Lock, Timer
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

#: Bytes of an answer per read: a page of Paycor has half a million, and the default of requests is 10,000.
_CHUNK_BYTES = 1 << 20


class AnswerTooLarge(requests.RequestException):
    """An answer that is larger than any that is expected, once it is unpacked."""


class CallTooLong(requests.Timeout):
    """A call that took longer than any is waited for, even if bytes still came."""


class BoundedAdapter(HTTPAdapter):
    """Sends a request and reads its whole answer, within `total_s` seconds and `max_bytes` unpacked bytes.

    The time counts from the moment the request is on its way; the time-outs of the request bound what is before that.
    """

    def __init__(self, total_s: float, max_bytes: int, connections: int = 10) -> None:
        self._total_s = total_s
        self._max_bytes = max_bytes
        super().__init__(pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Pools whose connections tell the call which socket they use."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """The same through a proxy."""
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """The answer, whose body is read. Raises AnswerTooLarge, CallTooLong and what requests raises."""
        call = _Call(self._total_s)
        before = _current.set(call)
        try:
            answer = super().send(request, True, timeout, verify, cert, proxies)
            self._read(answer)
        except requests.RequestException:
            if not call.end():
                raise
        finally:
            _current.reset(before)
            is_cut = call.end()
        if is_cut:
            raise CallTooLong(f"The answer was not complete after {self._total_s:.0f} seconds.")
        return answer

    def _read(self, answer: requests.Response) -> None:
        """Keep the whole body in the answer, as requests does for a call without `stream`."""
        chunks, size = [], 0
        for chunk in answer.iter_content(_CHUNK_BYTES):
            size += len(chunk)
            if size > self._max_bytes:
                answer.close()
                raise AnswerTooLarge(f"The answer has more than {self._max_bytes:,} bytes.")
            chunks.append(chunk)
        answer._content = b"".join(chunks)


class _Call:
    """The call that a thread makes: the socket that it waits at, and the timer that cuts it."""

    def __init__(self, total_s: float) -> None:
        self._lock = Lock()
        self._socket: Any = None
        self._is_cut = False
        self._timer = Timer(total_s, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def waits_at(self, sock: Any) -> None:
        """The answer comes through this socket. One that comes after the time is over is cut at once."""
        with self._lock:
            self._socket = sock
        if self._is_cut:
            self._cut()

    def end(self) -> bool:
        """Stop the timer; returns whether the call was cut. The socket may serve another call from now on."""
        with self._lock:
            self._socket = None
        self._timer.cancel()
        return self._is_cut

    def _cut(self) -> None:
        """End every wait at the socket. A copy of it is shut down, because TLS would first say goodbye."""
        with self._lock:
            self._is_cut = True
            if self._socket is None:
                return
            with suppress(OSError), socket.socket(fileno=os.dup(self._socket.fileno())) as copy:
                copy.shutdown(socket.SHUT_RDWR)


_current: ContextVar[_Call | None] = ContextVar("connector_call", default=None)


class _Connection(HTTPConnection):
    def getresponse(self) -> Any:
        """Wait for the answer."""
        _wait_at(self.sock)
        return super().getresponse()


class _SecureConnection(HTTPSConnection):
    def getresponse(self) -> Any:
        """Wait for the answer."""
        _wait_at(self.sock)
        return super().getresponse()


def _wait_at(sock: Any) -> None:
    call = _current.get()
    if call is not None and sock is not None:
        call.waits_at(sock)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}
