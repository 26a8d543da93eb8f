"""A Paycor that remembers: one application, refresh tokens that work once, and what its consent covers."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

import requests
import responses

from connector.paycor.auth.permissions import EMPLOYMENT_DATES, INCLUDES, STATUS
from tests.paycor.fake_paycor import (
    Answer,
    Json,
    answer,
    envelope,
    form,
    key_error,
    paycor_error,
    query,
    record,
)

ENTITY, SECOND_ENTITY, TENANT = 190204, 190205, 77001
HOSTS = {"apis.paycor.com": "production", "apis-sandbox.paycor.com": "sandbox", "paycor.example": "elsewhere"}
APPLICATION = {
    "client_id": "client-0001",
    "client_secret": "zebra-secret",
    "subscription_key": "zebra-key",
    "scope": "scope0001",
}
OAUTH_REFUSALS = ("invalid_client", "invalid_grant")


@dataclass
class FakePaycor:
    """Answers for one application at one of Paycor's addresses. What a test wants otherwise it sets.

    `covered` is what a consent covers; `lacking` are blocks (or `customfields`) that the application may not
    see; with `is_closed` the gateway refuses every call but those for tokens.
    """

    at: str = "production"
    covered: dict[int, int] = field(default_factory=lambda: {ENTITY: TENANT, SECOND_ENTITY: TENANT})
    lacking: set[str] = field(default_factory=set)
    custom_fields: list[Json] = field(default_factory=list)
    is_closed: bool = False
    refresh_token: str = "zebra-refresh-0"
    access_token: str = "zebra-access-0"
    token_calls: int = 0
    challenges: dict[str, str] = field(default_factory=dict)

    def register(self, mock: responses.RequestsMock) -> None:
        """Answer at every address of Paycor."""
        hosts = "|".join(map(re.escape, HOSTS))
        for method in (responses.GET, responses.POST):
            mock.add_callback(method, re.compile(f"https://({hosts})/.*"), self._reply)

    def consent(self, authorize_url: str) -> tuple[str, str]:
        """What an admin does at the page of this address: gives consent. The code and the state of the redirect."""
        query_args = dict(parse_qsl(urlsplit(authorize_url).query))
        code = f"code-{len(self.challenges)}"
        self.challenges[code] = query_args["code_challenge"]
        return code, query_args["state"]

    def forget_tokens(self) -> None:
        """The consent is withdrawn."""
        self.refresh_token = self.access_token = "none of those there are"

    def _reply(self, request: requests.PreparedRequest) -> Answer:
        parts = urlsplit(request.url or "")
        key = request.headers.get("Ocp-Apim-Subscription-Key") or dict(query(request)).get("subscription-key")
        if HOSTS[parts.netloc] != self.at or key != APPLICATION["subscription_key"]:
            return answer(key_error(), 401)
        if parts.path == "/sts/v1/common/token":
            return self._tokens({name: values[0] for name, values in form(request).items()})
        if self.is_closed:
            return answer(key_error(), 401)
        if request.headers.get("Authorization") != f"Bearer {self.access_token}":
            return 401, {}, ""
        return self._list(parts.path, [value for name, value in query(request) if name == "include"])

    def _tokens(self, fields: Mapping[str, str]) -> Answer:
        self.token_calls += 1
        if (fields["client_id"], fields["client_secret"]) != ("client-0001", APPLICATION["client_secret"]):
            return answer({"error": "invalid_client"}, 400)
        if not self._is_good(fields):
            return answer({"error": "invalid_grant"}, 400)
        self.access_token = f"zebra-access-{self.token_calls}"
        self.refresh_token = f"zebra-refresh-{self.token_calls}"
        return answer(
            {"access_token": self.access_token, "refresh_token": self.refresh_token, "expires_in": 1800}
        )

    def _is_good(self, fields: Mapping[str, str]) -> bool:
        if fields["grant_type"] == "refresh_token":
            return fields["refresh_token"] == self.refresh_token
        challenge = urlsafe_b64encode(sha256(fields["code_verifier"].encode()).digest()).decode().rstrip("=")
        return self.challenges.pop(fields["code"], None) == challenge

    def _list(self, path: str, includes: list[str]) -> Answer:
        if path.endswith("/ActivatedLegalEntityTenantList"):
            rows = [{"legalEntityId": entity, "tenantId": tenant} for entity, tenant in self.covered.items()]
            return answer({"userLegalEntities": rows})
        if int(path.split("/")[3]) not in self.covered:
            return answer(paycor_error("does not have access to Legal Entity ID 1"), 403)
        if path.endswith("/customfields"):
            refused = answer(paycor_error("The application lacks a permission"), 403)
            return refused if "customfields" in self.lacking else answer(envelope(self.custom_fields))
        if not path.endswith("/employees"):
            return answer(envelope([]))
        if self.lacking & set(includes):
            return answer(paycor_error("The application lacks a permission"), 403)
        unseen = {block for include, (block, _) in INCLUDES.items() if include not in includes}
        return answer(envelope([record(1, **dict.fromkeys(unseen))]))


#: Blocks without which there can be no sync.
NEEDED = {"EmploymentDates": EMPLOYMENT_DATES.name, "Status": STATUS.name}


def pasted(**changes: object) -> dict[str, object]:
    """What an admin pastes, with the fields in `changes` replaced."""
    return {
        **APPLICATION,
        "environment": "production",
        "refresh_token": "zebra-refresh-0",
        "legal_entity_id": str(ENTITY),
        **changes,
    }
