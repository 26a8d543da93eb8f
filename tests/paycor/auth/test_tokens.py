"""The access token is refreshed once for all threads and processes, and stored before it is used."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import requests
import responses

from connector.errors import SourceAuthError, SourceUnavailable
from connector.paycor.auth.credentials import MemoryTokenStore, MemoryTransaction, Tokens
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.environments import PRODUCTION, SANDBOX
from tests.clock import Clock
from tests.paycor.fake_paycor import (
    CREDENTIALS,
    NOW,
    TOKEN_PATH,
    Answer,
    FakePaycor,
    answer,
    fake_paycor,
    form,
    jwt,
    token_answer,
    tokens,
)

INVALID_GRANT = answer({"error": "invalid_grant"}, 400)


def refresher(store: MemoryTokenStore, clock: Clock | None = None) -> TokenRefresher:
    """A refresher of the tokens in a store."""
    return TokenRefresher(store, SANDBOX, CREDENTIALS, clock or Clock(NOW))


@pytest.mark.parametrize(
    ("life_s", "kept"), [(1800, True), (120, True), (119, False), (0, False), (-60, False)]
)
def test_a_token_is_refreshed_two_minutes_before_it_expires(
    fake: FakePaycor, life_s: int, kept: bool
) -> None:
    """A token that outlives any single request is returned as it is; any other is refreshed first."""
    fake.token_gives(answer(token_answer()))
    store = MemoryTokenStore(tokens(life_s=life_s))

    found = refresher(store).access_token()

    assert found == ("access-1" if kept else "access-2")
    assert store.stored.refresh_token == ("refresh-1" if kept else "refresh-2")


@pytest.mark.req("B3")
def test_a_pasted_refresh_token_is_enough(fake: FakePaycor) -> None:
    """Without an access token the first call refreshes, whatever the expiry is."""
    fake.token_gives(answer(token_answer()))

    assert refresher(MemoryTokenStore(tokens(access_token=""))).access_token() == "access-2"


def test_a_refused_token_is_refreshed_only_if_it_is_still_stored(fake: FakePaycor) -> None:
    """If another process has stored a newer token already, that one is used."""
    fake.token_gives(answer(token_answer(3)))
    store = MemoryTokenStore(tokens("access-2", "refresh-2"))

    assert refresher(store).access_token(stale="access-1") == "access-2"
    assert fake.received == []
    assert refresher(store).access_token(stale="access-2") == "access-3"


def test_eight_threads_refresh_once(fake: FakePaycor) -> None:
    """A refresh token works once: one of the threads uses it, and the others take the tokens that it stored."""
    valid = {"refresh-1": token_answer(2)}
    lock = threading.Lock()

    def reply(request: requests.PreparedRequest) -> Answer:
        with lock:
            body = valid.pop(form(request)["refresh_token"][0], None)
        return INVALID_GRANT if body is None else answer(body)

    fake.mock.add_callback(responses.POST, SANDBOX.api_url + TOKEN_PATH, reply)
    shared = refresher(MemoryTokenStore(tokens(life_s=0)))
    barrier, access_tokens = threading.Barrier(8), list[str]()

    def request_token() -> None:
        barrier.wait(timeout=10)
        access_tokens.append(shared.access_token())

    threads = [threading.Thread(target=request_token) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)

    assert access_tokens == ["access-2"] * 8
    assert shared.calls == 1


class SharedStore(MemoryTokenStore):
    """A store that another process writes to while the lock is free, and that records what is saved."""

    def __init__(self, *versions: Tokens) -> None:
        super().__init__(versions[0])
        self.versions = list(versions)
        self.saved: list[Tokens] = []
        self.is_full = False

    @contextmanager
    def locked(self) -> Iterator[MemoryTransaction]:
        """Each time the lock is taken, the next version is stored."""
        if self.versions:
            self.stored = self.versions.pop(0)
        with super().locked():
            yield SharedTransaction(self)


class SharedTransaction(MemoryTransaction):
    """Records what is saved to a SharedStore."""

    def save(self, tokens: Tokens) -> None:
        """Save, or fail like a full disk."""
        assert isinstance(self.store, SharedStore)
        if self.store.is_full:
            raise OSError("the disk is full")
        self.store.saved.append(tokens)
        super().save(tokens)


@pytest.mark.req("D18")
def test_a_consent_is_lost_only_after_a_second_look_at_the_store(fake: FakePaycor) -> None:
    """If another process has refreshed the tokens meanwhile, those are used, and the admin need not connect again."""
    fake.token_gives(INVALID_GRANT)
    store = SharedStore(tokens(life_s=0), tokens("access-9", "refresh-9"))

    assert refresher(store).access_token() == "access-9"


@pytest.mark.req("D18")
def test_the_second_look_refreshes_an_expired_token(fake: FakePaycor) -> None:
    """If the token of the other process is about to expire, it is refreshed too."""
    fake.token_gives(INVALID_GRANT, answer(token_answer(10)))
    store = SharedStore(tokens(life_s=0), tokens("access-9", "refresh-9", life_s=0))

    assert refresher(store).access_token() == "access-10"
    assert store.saved == [tokens("access-10", "refresh-10")]


@pytest.mark.req("D18")
def test_an_unchanged_store_ends_the_attempt_after_one_call(fake: FakePaycor) -> None:
    """No other process has refreshed the tokens: one call, then the message that says what to do."""
    fake.token_gives(INVALID_GRANT)
    revoked = refresher(MemoryTokenStore(tokens(life_s=0)))

    with pytest.raises(SourceAuthError, match="Connect again"):
        revoked.access_token()

    assert revoked.calls == 1


@pytest.mark.req("D18")
def test_two_refused_refresh_tokens_end_the_attempt(fake: FakePaycor) -> None:
    """If Paycor refuses the other process's token too, there is no third try."""
    fake.token_gives(INVALID_GRANT)
    revoked = refresher(SharedStore(tokens(life_s=0), tokens("", "refresh-9"), tokens("", "refresh-10")))

    with pytest.raises(SourceAuthError, match="Connect again"):
        revoked.access_token()

    assert revoked.calls == 2


def test_a_token_that_could_not_be_stored_is_not_used(fake: FakePaycor) -> None:
    """Tokens are stored before they are used: when storing fails, the call fails."""
    fake.token_gives(answer(token_answer()))
    store = SharedStore(tokens(life_s=0))
    store.is_full = True

    with pytest.raises(OSError, match="full"):
        refresher(store).access_token()


def test_an_outage_of_paycor_leaves_the_stored_token_alone(fake: FakePaycor) -> None:
    """It is no reason to connect again."""
    fake.token_gives(answer({}, 503))
    store = SharedStore(tokens(life_s=0))

    with pytest.raises(SourceUnavailable):
        refresher(store).access_token()

    assert store.saved == []


@pytest.mark.req("B4")
def test_a_token_of_the_other_environment_is_stored_and_then_refused() -> None:
    """The new refresh token is kept, because the old one is used up."""
    with fake_paycor(PRODUCTION) as fake:
        access_token = jwt(iss="https://api-demo.paycor.com/sts")
        fake.token_gives(answer(token_answer() | {"access_token": access_token}))
        store = SharedStore(tokens(life_s=0))
        wrong = TokenRefresher(store, PRODUCTION, CREDENTIALS, Clock(NOW))

        with pytest.raises(SourceAuthError, match="given at Paycor sandbox"):
            wrong.access_token()

    assert [saved.refresh_token for saved in store.saved] == ["refresh-2"]


def test_the_clock_decides_when_a_token_expires(fake: FakePaycor) -> None:
    """The same refresher returns the stored token, and half an hour later the next one."""
    fake.token_gives(answer(token_answer()))
    clock = Clock(NOW)
    kept = refresher(MemoryTokenStore(tokens()), clock)

    assert kept.access_token() == "access-1"
    clock.advance(timedelta(minutes=29))
    assert kept.access_token() == "access-2"
    assert kept.calls == 1


def test_the_store_is_read_once_a_second(fake: FakePaycor) -> None:
    """A page costs no look-up. A change in the store, or a disconnect, takes effect one second later."""
    clock, store = Clock(NOW), MemoryTokenStore(tokens())
    kept = refresher(store, clock)

    assert kept.access_token() == "access-1"
    store.stored = tokens("access-9", "refresh-9")
    assert kept.access_token() == "access-1"
    clock.advance(timedelta(seconds=1))
    assert kept.access_token() == "access-9"


def test_a_refused_token_skips_the_cache(fake: FakePaycor) -> None:
    """A token that another process stored within that second is found before anything is refreshed."""
    store = MemoryTokenStore(tokens())
    kept = refresher(store)
    kept.access_token()
    store.stored = tokens("access-9", "refresh-9")

    assert kept.access_token(stale="access-1") == "access-9"
    assert fake.received == []
