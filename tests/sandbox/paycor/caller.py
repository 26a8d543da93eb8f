"""A caller of the sandbox over Flask's test client: knows the headers, holds one access token."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.sandbox.company import NORTHFIELD, SignInUser, Tenant
from connector.sandbox.paycor import Sandbox
from connector.sandbox.paycor.auth.tokens import challenge_of

REDIRECT_URI = "http://127.0.0.1:5000/integrations/paycor/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"
TOKEN_PATH = "/sts/v1/common/token"  # noqa: S105 - a path


@dataclass
class Caller:
    """Calls one sandbox, with `access_token` once it has one."""

    box: Sandbox
    http: FlaskClient
    access_token: str = field(default="", repr=False)

    def connect(self, refresh_token: str) -> "Caller":
        """Exchanges a refresh token and keeps the access token."""
        self.access_token = self.refresh(refresh_token).get_json()["access_token"]
        return self

    def headers(self, **changes: str | None) -> dict[str, str]:
        """The headers of a data call; None leaves one out."""
        whole: dict[str, str | None] = {
            "Authorization": f"Bearer {self.access_token}",
            "Ocp-Apim-Subscription-Key": self.box.application.subscription_key,
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }
        return {name: value for name, value in whole.items() if value is not None}

    def get(self, path: str, **query: Any) -> TestResponse:
        """A data call."""
        return self.http.get(path, query_string=query, headers=self.headers())

    def send(self, method: str, path: str, body: object, **query: Any) -> TestResponse:
        """A data call with a JSON body."""
        return self.http.open(path, method=method, json=body, query_string=query, headers=self.headers())

    def walked(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every record of a paged collection, the query repeated with each token."""
        records: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            page = self.get(path, **query, **token).get_json()
            records += page["records"]
            if not page["hasMoreResults"]:
                return records
            token = {"continuationToken": page["continuationToken"]}

    def id_of(self, kind: str) -> str:
        """The employee id of an edge case."""
        return self.box.company(NORTHFIELD.id).kinds()[kind]

    def employees(self, entity: int = 190204, version: int = 1, **query: Any) -> TestResponse:
        """The employee list."""
        return self.get(f"/v{version}/legalentities/{entity}/employees", **query)

    def all_employees(self, entity: int = 190204, version: int = 1, **query: Any) -> list[dict[str, Any]]:
        """Every record of the employee list, walked page by page with the query repeated."""
        records: list[dict[str, Any]] = []
        page: dict[str, Any] = {"hasMoreResults": True, "continuationToken": None}
        while page["hasMoreResults"]:
            token = page["continuationToken"]
            page = self.employees(
                entity, version, **query, **({"continuationToken": token} if token else {})
            ).get_json()
            records += page["records"]
        return records

    def one(self, kind: str, version: int = 1, **query: Any) -> dict[str, Any]:
        """The record of an edge case, from the list."""
        employee_id = self.box.company(NORTHFIELD.id).kinds()[kind]
        found = [
            record
            for entity in NORTHFIELD.entities
            for record in self.all_employees(entity.id, version, **query)
        ]
        return next(record for record in found if record["id"] == employee_id)

    def token(self, **form: str) -> TestResponse:
        """A call to token endpoint A; the client's credentials are filled in."""
        application = self.box.application
        whole = {"client_id": application.client_id, "client_secret": application.client_secret, **form}
        key = {"subscription-key": application.subscription_key}
        return self.http.post(TOKEN_PATH, query_string=key, data=whole)

    def refresh(self, refresh_token: str) -> TestResponse:
        """The refresh grant at endpoint A."""
        return self.token(grant_type="refresh_token", refresh_token=refresh_token)

    def redeem(self, code: str, **changes: str) -> TestResponse:
        """The code grant at endpoint A."""
        form = {"code": code, "redirect_uri": REDIRECT_URI, "code_verifier": VERIFIER, **changes}
        return self.token(grant_type="authorization_code", **form)

    def authorize(self, **changes: str | None) -> TestResponse:
        """The authorize page; None leaves a parameter out."""
        application = self.box.application
        query: dict[str, str | None] = {
            "client_id": application.client_id,
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "scope": f"{application.scope} offline_access",
            "subscription-key": application.subscription_key,
            "state": "opaque state/+&=",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            **{
                name.replace("subscription_key", "subscription-key"): value for name, value in changes.items()
            },
        }
        sent = {name: value for name, value in query.items() if value is not None}
        return self.http.get("/AppActivation/Authorize", query_string=sent)

    def sign_in(
        self, number: str, tenant: Tenant = NORTHFIELD, user: SignInUser | None = None
    ) -> TestResponse:
        """The sign-in form, filled in."""
        user = user or tenant.users[0]
        form = {"user_name": user.user_name, "company_id": str(tenant.id), "password": user.passphrase}
        return self.http.post("/appactivation/signin", data={"request_number": number, **form})

    def decide(self, number: str, decision: str = "allow") -> dict[str, str]:
        """The consent form; gives the parameters of the callback."""
        form = {"request_number": number, "decision": decision}
        return callback(self.http.post("/appactivation/decide", data=form))

    def consent(
        self, tenant: Tenant = NORTHFIELD, decision: str = "allow", **changes: str | None
    ) -> dict[str, str]:
        """The whole way through the pages; gives the parameters of the callback."""
        number = request_number(self.authorize(**changes))
        self.sign_in(number, tenant)
        return self.decide(number, decision)

    def control(self, path: str, /, **body: Any) -> TestResponse:
        """A control call that must succeed."""
        answer = self.http.post(f"/_control/{path}", json=body)
        assert answer.status_code in {200, 201}, answer.get_json()
        return answer


def request_number(page: TestResponse) -> str:
    """The number of the authorize request a page is about."""
    found = re.search(r'name="request_number" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def callback(answer: TestResponse) -> dict[str, str]:
    """The parameters a redirect carries back to the application."""
    assert answer.status_code == 302
    address = urlsplit(answer.headers["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == REDIRECT_URI
    return {name: values[0] for name, values in parse_qs(address.query).items()}
