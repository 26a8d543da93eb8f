"""One fresh access token for everybody: refreshed once, stored before it is used."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import requests
import responses

from connector.errors import SourceAuthError, SourceUnavailable
from connector.paycor.auth.credentials import MemoryTokenStore, MemoryTransaction, Tokens
from connector.paycor.auth.tokens import TokenKeeper
from connector.paycor.environments import PRODUCTION, SANDBOX
from tests.clock import Clock
from tests.paycor.stub import (
    CREDENTIALS,
    NOW,
    TOKEN_PATH,
    Answer,
    Wire,
    answer,
    form,
    jwt,
    token_answer,
    tokens,
    wired,
)

GONE = answer({"error": "invalid_grant"}, 400)


def keeper(store: MemoryTokenStore, clock: Clock | None = None) -> TokenKeeper:
    """A keeper over a store."""
    return TokenKeeper(store, SANDBOX, CREDENTIALS, clock or Clock(NOW))


@pytest.mark.parametrize(
    ("life_s", "kept"), [(1800, True), (120, True), (119, False), (0, False), (-60, False)]
)
def test_a_token_is_renewed_two_minutes_before_its_end(wire: Wire, life_s: int, kept: bool) -> None:
    """A token that outlives any one request is given as it is; another is renewed first."""
    wire.token_gives(answer(token_answer()))
    store = MemoryTokenStore(tokens(life_s=life_s))

    found = keeper(store).access_token()

    assert found == ("access-1" if kept else "access-2")
    assert store.stored.refresh_token == ("refresh-1" if kept else "refresh-2")


@pytest.mark.req("B3")
def test_a_pasted_refresh_token_is_enough(wire: Wire) -> None:
    """Without an access token the first question renews, whatever the expiry says."""
    wire.token_gives(answer(token_answer()))

    assert keeper(MemoryTokenStore(tokens(access_token=""))).access_token() == "access-2"


def test_a_refused_token_is_renewed_only_if_it_is_still_the_stored_one(wire: Wire) -> None:
    """Who comes with a token that somebody else has replaced already takes theirs."""
    wire.token_gives(answer(token_answer(3)))
    store = MemoryTokenStore(tokens("access-2", "refresh-2"))

    assert keeper(store).access_token(stale="access-1") == "access-2"
    assert wire.asked == []
    assert keeper(store).access_token(stale="access-2") == "access-3"


def test_eight_threads_refresh_once(wire: Wire) -> None:
    """A refresh token works once: of all who ask at the same time one spends it, the others take what it brought."""
    valid = {"refresh-1": token_answer(2)}
    guard = threading.Lock()

    def reply(request: requests.PreparedRequest) -> Answer:
        with guard:
            found = valid.pop(form(request)["refresh_token"][0], None)
        return GONE if found is None else answer(found)

    wire.mock.add_callback(responses.POST, SANDBOX.api_url + TOKEN_PATH, reply)
    shared = keeper(MemoryTokenStore(tokens(life_s=0)))
    together, found = threading.Barrier(8), list[str]()

    def ask() -> None:
        together.wait(timeout=10)
        found.append(shared.access_token())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)

    assert found == ["access-2"] * 8
    assert shared.calls == 1


class Watched(MemoryTokenStore):
    """A store that remembers what happened to it, and that others may write to while the lock is free."""

    def __init__(self, *versions: Tokens) -> None:
        super().__init__(versions[0])
        self.versions = list(versions)
        self.saved: list[Tokens] = []
        self.full = False

    @contextmanager
    def locked(self) -> Iterator[MemoryTransaction]:
        """Each time the lock is taken the next version is there."""
        if self.versions:
            self.stored = self.versions.pop(0)
        with super().locked():
            yield WatchedTransaction(self)


class WatchedTransaction(MemoryTransaction):
    """Writes to the record of a Watched store."""

    def save(self, tokens: Tokens) -> None:
        """Store, or fail as a full disk does."""
        assert isinstance(self.store, Watched)
        if self.store.full:
            raise OSError("the disk is full")
        self.store.saved.append(tokens)
        super().save(tokens)


@pytest.mark.req("D18")
def test_a_lost_consent_is_believed_only_after_a_second_look(wire: Wire) -> None:
    """When another process has rotated the token meanwhile, theirs is used and nobody is told to connect again."""
    wire.token_gives(GONE)
    store = Watched(tokens(life_s=0), tokens("access-9", "refresh-9"))

    assert keeper(store).access_token() == "access-9"


@pytest.mark.req("D18")
def test_the_second_look_renews_what_it_finds(wire: Wire) -> None:
    """A rotated token that is about to end is renewed in its turn."""
    wire.token_gives(GONE, answer(token_answer(10)))
    store = Watched(tokens(life_s=0), tokens("access-9", "refresh-9", life_s=0))

    assert keeper(store).access_token() == "access-10"
    assert store.saved == [tokens("access-10", "refresh-10")]


@pytest.mark.req("D18")
def test_a_dead_consent_stops_at_the_first_proof(wire: Wire) -> None:
    """Nobody has rotated it: one call, then the message that says what to press."""
    wire.token_gives(GONE)
    dead = keeper(MemoryTokenStore(tokens(life_s=0)))

    with pytest.raises(SourceAuthError, match="Connect again"):
        dead.access_token()

    assert dead.calls == 1


@pytest.mark.req("D18")
def test_a_consent_that_dies_twice_is_dead(wire: Wire) -> None:
    """Another's token that Paycor refuses too is not followed by a third try."""
    wire.token_gives(GONE)
    dead = keeper(Watched(tokens(life_s=0), tokens("", "refresh-9"), tokens("", "refresh-10")))

    with pytest.raises(SourceAuthError, match="Connect again"):
        dead.access_token()

    assert dead.calls == 2


def test_a_token_that_could_not_be_stored_is_not_used(wire: Wire) -> None:
    """Stored before used: when storing fails, so does the question."""
    wire.token_gives(answer(token_answer()))
    store = Watched(tokens(life_s=0))
    store.full = True

    with pytest.raises(OSError, match="full"):
        keeper(store).access_token()


def test_a_paycor_that_is_away_leaves_the_stored_token_alone(wire: Wire) -> None:
    """A failure on their side is no reason to connect again."""
    wire.token_gives(answer({}, 503))
    store = Watched(tokens(life_s=0))

    with pytest.raises(SourceUnavailable):
        keeper(store).access_token()

    assert store.saved == []


@pytest.mark.req("B4")
def test_a_token_of_the_other_paycor_is_stored_and_then_refused() -> None:
    """The refusal costs nothing: the rotated token is kept, for the old one is spent."""
    with wired(PRODUCTION) as wire:
        access_token = jwt(iss="https://api-demo.paycor.com/sts")
        wire.token_gives(answer(token_answer() | {"access_token": access_token}))
        store = Watched(tokens(life_s=0))
        wrong = TokenKeeper(store, PRODUCTION, CREDENTIALS, Clock(NOW))

        with pytest.raises(SourceAuthError, match="given at Paycor sandbox"):
            wrong.access_token()

    assert [saved.refresh_token for saved in store.saved] == ["refresh-2"]


def test_the_clock_decides_when_a_token_ends(wire: Wire) -> None:
    """The same keeper gives the stored token, and half an hour later the next."""
    wire.token_gives(answer(token_answer()))
    clock = Clock(NOW)
    kept = keeper(MemoryTokenStore(tokens()), clock)

    assert kept.access_token() == "access-1"
    clock.advance(timedelta(minutes=29))
    assert kept.access_token() == "access-2"
    assert kept.calls == 1


def test_the_store_is_asked_once_a_second(wire: Wire) -> None:
    """A page costs no look-up, and what is stored meanwhile, or gone after a disconnect, counts a second later."""
    clock, store = Clock(NOW), MemoryTokenStore(tokens())
    kept = keeper(store, clock)

    assert kept.access_token() == "access-1"
    store.stored = tokens("access-9", "refresh-9")
    assert kept.access_token() == "access-1"
    clock.advance(timedelta(seconds=1))
    assert kept.access_token() == "access-9"


def test_a_refused_token_is_looked_up_at_once(wire: Wire) -> None:
    """What another process has stored within that second is found before anything is renewed."""
    store = MemoryTokenStore(tokens())
    kept = keeper(store)
    kept.access_token()
    store.stored = tokens("access-9", "refresh-9")

    assert kept.access_token(stale="access-1") == "access-9"
    assert wire.asked == []
