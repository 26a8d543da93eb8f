"""The error of each refusal of the token endpoint."""

import re

import pytest
import requests

from connector.errors import (
    ConnectorError,
    SourceAuthError,
    SourceContractError,
    SourceForbidden,
    SourceUnavailable,
)
from connector.paycor.auth.oauth import (
    redeem_refresh_token,
)
from connector.paycor.environments import SANDBOX
from tests.paycor.fake_paycor import (
    CORRELATION_ID,
    CREDENTIALS,
    NOW,
    Answer,
    FakePaycor,
    answer,
    key_error,
    paycor_error,
)

HTML: Answer = (200, {"Content-Type": "text/html"}, "<html>Sign in</html>")


@pytest.mark.req("B4", "D18")
@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (answer({"error": "invalid_grant"}, 400), SourceAuthError, "Connect again"),
        (answer({"error": "invalid_grant"}, 401), SourceAuthError, "no longer accepts this consent"),
        (answer({"error": "invalid_client"}, 401), SourceAuthError, "client secret"),
        (answer({"error": "invalid_scope"}, 400), SourceAuthError, "scope version"),
        (answer(paycor_error(), 400), SourceAuthError, CORRELATION_ID),
        ((401, {}, ""), SourceAuthError, "Connect again"),
        (answer(key_error(), 401), SourceAuthError, "does not belong to Paycor sandbox"),
        (answer(key_error("missing"), 401), SourceAuthError, "application of Paycor production"),
        (answer(paycor_error(), 403), SourceForbidden, "Payroll admin"),
        (answer({"message": "Try again in 60 seconds."}, 429), SourceUnavailable, "60 seconds"),
        (answer(paycor_error(), 500), SourceUnavailable, "HTTP 500"),
        ((504, {"Content-Type": "text/html"}, "<html>"), SourceUnavailable, "HTTP 504"),
        (HTML, SourceContractError, "access_token"),
        ((400, {"Content-Type": "text/html"}, "<html>"), SourceContractError, "base_url"),
        (answer({"expires_in": 1800}), SourceContractError, "access_token"),
        (answer({"access_token": "a", "expires_in": "soon"}), SourceContractError, "expires_in"),
        (answer(["access_token"]), SourceContractError, "access_token"),
        (answer({"accessToken": "access-2"}), SourceContractError, "MissingTokenError"),
        (answer(paycor_error(), 418), SourceContractError, "418"),
        ((302, {"Location": "https://elsewhere.test"}, ""), SourceContractError, "another address"),
        (requests.ReadTimeout(), SourceUnavailable, "ReadTimeout"),
        (requests.ConnectionError(), SourceUnavailable, "could not be reached"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_refusal_says_what_to_do(
    fake: FakePaycor, reply: Answer | Exception, error: type[ConnectorError], words: str
) -> None:
    """Each answer of the token endpoint becomes one error, with the next step and without a secret."""
    fake.token_gives(reply)

    with pytest.raises(error) as caught:
        redeem_refresh_token(SANDBOX, CREDENTIALS, "refresh-1", now=NOW)

    assert words in caught.value.message
    assert not re.search("hush|refresh-1|scope0001", caught.value.message)
    assert caught.value.__cause__ is None
