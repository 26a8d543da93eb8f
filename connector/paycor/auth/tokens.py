"""Keeps one connection's access token fresh: one refresh at a time over all processes, stored before it is used.

In: a `TokenStore`; out: an access token that lives for another two minutes. A refresh token works once, so whoever
refreshes holds the store's lock, and everybody else takes what the winner has stored.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from connector.errors import SourceAuthError
from connector.paycor.auth.credentials import Credentials, Tokens, TokenStore
from connector.paycor.auth.oauth import TokenEndpoint, check_issuer, rotate
from connector.paycor.environments import Environment

#: An access token is renewed this long before its end: longer than any one request may take.
MARGIN = timedelta(seconds=120)
#: How long a token is given without looking into the store, so that a page costs no look-up and no decryption.
TRUSTED = timedelta(seconds=1)


class TokenKeeper:
    """The access token of one connection. May be shared between threads; `calls` counts the token calls made.

    `await_turn` comes back when a token call is within the limit of the subscription key.
    """

    def __init__(
        self,
        store: TokenStore,
        environment: Environment,
        credentials: Credentials,
        clock: Callable[[], datetime],
        *,
        endpoint: TokenEndpoint = TokenEndpoint.STS,
        await_turn: Callable[[], object] = lambda: None,
    ) -> None:
        self._store = store
        self._environment = environment
        self._credentials = credentials
        self._clock = clock
        self._endpoint = endpoint
        self._await_turn = await_turn
        self._looked: tuple[datetime, Tokens] | None = None
        self.calls = 0

    def access_token(self, stale: str | None = None) -> str:
        """A token to send now. `stale` is one that Paycor has just refused: it is not given again.

        Raises SourceAuthError when the consent is gone (rule D18) or was never Paycor's of this environment.
        """
        tokens = self._current() if stale is None else self._store.current()
        if tokens is not None and self._is_fresh(tokens, stale):
            return tokens.access_token
        self._looked = None
        return self._renewed(stale)

    def _current(self) -> Tokens | None:
        """What is stored, or was within the last second."""
        now, looked = self._clock(), self._looked
        if looked is not None and timedelta() <= now - looked[0] < TRUSTED:
            return looked[1]
        tokens = self._store.current()
        self._looked = None if tokens is None else (now, tokens)
        return tokens

    def _renewed(self, stale: str | None, refused: tuple[str, SourceAuthError] | None = None) -> str:
        """A fresh access token under the lock: what another holder has left there, or a new one.

        `refused` is the refresh token of a first try and what Paycor said to it. Somebody who did not wait for the
        lock may have spent that token, and then the store holds theirs by now: so it is read once more.
        """
        # Before the lock: under it a minute's wait would be one for everybody, on SQLite for every writer.
        self._await_turn()
        with self._store.locked() as transaction:
            tokens = transaction.tokens
            if self._is_fresh(tokens, stale):
                return tokens.access_token
            if refused and refused[0] == tokens.refresh_token:
                raise refused[1]
            try:
                rotated = self._rotated(tokens)
            except SourceAuthError as error:
                if refused:
                    raise
                again = (tokens.refresh_token, error)
            else:
                transaction.save(rotated)
                check_issuer(self._environment, rotated)
                return rotated.access_token
        return self._renewed(stale, again)

    def _rotated(self, tokens: Tokens) -> Tokens:
        self.calls += 1
        return rotate(
            self._environment,
            self._credentials,
            tokens.refresh_token,
            now=self._clock(),
            endpoint=self._endpoint,
        )

    def _is_fresh(self, tokens: Tokens, stale: str | None) -> bool:
        lives = tokens.expires_at - self._clock() >= MARGIN
        return bool(tokens.access_token) and tokens.access_token != stale and lives
