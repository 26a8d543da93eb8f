"""Refreshes the access token of one connection: one refresh at a time over all processes, stored before it is used.

In: a `TokenStore`; out: an access token that is valid for at least two more minutes. A refresh token works once, so
a refresh runs under the store's lock, and every other thread and process takes the tokens that it stored.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from connector.errors import SourceAuthError
from connector.paycor.auth.credentials import Credentials, Tokens, TokenStore
from connector.paycor.auth.oauth import TokenEndpoint, check_issuer, refresh_tokens
from connector.paycor.environments import Environment

#: An access token is refreshed this long before it expires: longer than any one request may take.
MARGIN = timedelta(seconds=120)
#: How long the stored tokens are cached, so that a page costs no look-up and no decryption.
CACHED_FOR = timedelta(seconds=1)


class TokenRefresher:
    """Gives out the access token of one connection. Thread-safe; `calls` counts the token calls.

    `wait_for_rate_limit` returns when a token call is within the rate limit of the subscription key.
    """

    def __init__(
        self,
        store: TokenStore,
        environment: Environment,
        credentials: Credentials,
        clock: Callable[[], datetime],
        *,
        endpoint: TokenEndpoint = TokenEndpoint.STS,
        wait_for_rate_limit: Callable[[], object] = lambda: None,
    ) -> None:
        self._store = store
        self._environment = environment
        self._credentials = credentials
        self._clock = clock
        self._endpoint = endpoint
        self._wait_for_rate_limit = wait_for_rate_limit
        self._cached: tuple[datetime, Tokens] | None = None
        self.calls = 0

    def access_token(self, stale: str | None = None) -> str:
        """A token to send now. `stale` is one that Paycor has just refused: it is not returned again.

        Raises SourceAuthError when the consent is no longer valid (rule D18) or belongs to the other environment.
        """
        tokens = self._current() if stale is None else self._store.current()
        if tokens is not None and self._is_fresh(tokens, stale):
            return tokens.access_token
        self._cached = None
        return self._refresh(stale)

    def _current(self) -> Tokens | None:
        """The stored tokens, at most one second old."""
        now, cached = self._clock(), self._cached
        if cached is not None and timedelta() <= now - cached[0] < CACHED_FOR:
            return cached[1]
        tokens = self._store.current()
        self._cached = None if tokens is None else (now, tokens)
        return tokens

    def _refresh(self, stale: str | None, refused: tuple[str, SourceAuthError] | None = None) -> str:
        """A fresh access token, taken under the lock: one that another process has stored, or a new one.

        `refused` is the refresh token of a first try, and Paycor's error for it. A process that ignored the lock may
        have used that token up. The store then has the tokens of that process, so it is read a second time.
        """
        # Not under the lock: a wait of a minute would block every process, and on SQLite every write.
        self._wait_for_rate_limit()
        with self._store.locked() as transaction:
            tokens = transaction.tokens
            if self._is_fresh(tokens, stale):
                return tokens.access_token
            if refused and refused[0] == tokens.refresh_token:
                raise refused[1]
            try:
                refreshed = self._call_paycor(tokens)
            except SourceAuthError as error:
                if refused:
                    raise
                refused = (tokens.refresh_token, error)
            else:
                transaction.save(refreshed)
                check_issuer(self._environment, refreshed)
                return refreshed.access_token
        return self._refresh(stale, refused)

    def _call_paycor(self, tokens: Tokens) -> Tokens:
        self.calls += 1
        return refresh_tokens(
            self._environment,
            self._credentials,
            tokens.refresh_token,
            now=self._clock(),
            endpoint=self._endpoint,
        )

    def _is_fresh(self, tokens: Tokens, stale: str | None) -> bool:
        is_valid = tokens.expires_at - self._clock() >= MARGIN
        return bool(tokens.access_token) and tokens.access_token != stale and is_valid
