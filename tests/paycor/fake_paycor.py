"""A fake Paycor for tests: one application, records as Paycor writes them, and lists in pages."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
import responses

from connector.paycor.auth.credentials import Credentials, MemoryTokenStore, Tokens
from connector.paycor.auth.permissions import INCLUDES
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.environments import SANDBOX, Environment
from connector.paycor.wire.client import Client
from tests.clock import Clock

ENTITY = 190204
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CREDENTIALS = Credentials("client-0001", "secret-hush", "key-hush", "scope0001")
TOKEN_PATH = "/sts/v1/common/token"
EMPLOYEES_PATH = f"/v1/legalentities/{ENTITY}/employees"
DEPARTMENTS_PATH = f"/v1/legalentities/{ENTITY}/departments"
ONBOARDING_PATH = f"/v2/legalentities/{ENTITY}/onboardingemployees"
PERSONS_PATH = f"/v1/legalEntities/{ENTITY}/persons"
CUSTOM_FIELDS_PATH = f"/v1/legalentities/{ENTITY}/customfields"
ACTIVATED_PATH = "/v1/legalentities/ActivatedLegalEntityTenantList"
CORRELATION_ID = "0d6b7c1e-52a9-4f0c-9b1d-7e3a5c2f8d41"

Json = dict[str, object]
Answer = tuple[int, dict[str, str], str | bytes]


def tokens(access_token: str = "access-1", refresh_token: str = "refresh-1", life_s: int = 1800) -> Tokens:
    """Tokens that live for `life_s` seconds from the clock's instant."""
    return Tokens(access_token, refresh_token, NOW + timedelta(seconds=life_s))


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    """A JSON answer."""
    return status, {"Content-Type": "application/json", **headers}, json.dumps(body)


def paycor_error(detail: str = "", title: str = "Error") -> Json:
    """An error body with Paycor's capitals."""
    return {"CorrelationId": CORRELATION_ID, "Title": title, "Detail": detail, "Source": None}


def key_error(what: str = "invalid") -> Json:
    """The gateway's error about a subscription key."""
    return {"statusCode": 401, "message": f"Access denied due to {what} subscription key."}


def token_answer(number: int = 2) -> Json:
    """The answer of a token endpoint with the tokens numbered `number`."""
    return {
        "access_token": f"access-{number}",
        "refresh_token": f"refresh-{number}",
        "expires_in": 1800,
        "token_type": "Bearer",
    }


def employee_id(number: int) -> str:
    """The id of the employee numbered `number`."""
    return f"{number:08x}-7a44-0000-0000-0000fce60200"


def person_id(number: int) -> str:
    """The id of the person of the employee numbered `number`."""
    return f"{number:08x}-196c-0000-0000-0000fce60200"


def record(number: int = 1, /, **changes: object) -> Json:
    """An employee record of the v1 list, with the fields in `changes` replaced."""
    return {
        "id": employee_id(number),
        "employeeNumber": f"{number:06}",
        "alternateEmployeeNumber": None,
        "firstName": "Renata",
        "middleName": None,
        "lastName": "O'Dell",
        "email": {"type": "Work", "emailAddress": f"renata.odell{number}@northfield.example"},
        "employmentDateData": {
            "hireDate": "2021-03-15T00:00:00",
            "adjustedHireDate": None,
            "terminationDate": None,
            "terminationReason": None,
            "reHireDate": None,
            "seniorityDate": "2021-03-15T00:00:00",
        },
        "positionData": {
            "jobTitle": "Clinic Supervisor",
            "jobCode": "CS2",
            "effectiveStartDate": "2024-07-01T00:00:00",
            "manager": {
                "id": employee_id(900),
                "employeeNumber": "000900",
                "employee": {"id": employee_id(900)},
            },
        },
        "statusData": {
            "isFullTime": True,
            "status": "Active",
            "flsa": "SalaryExempt",
            "type": "Regular",
            "leaveStartDate": None,
            "leaveReason": None,
        },
        "workLocation": {
            "name": "Dayton North Clinic",
            "city": "Dayton",
            "state": "OH",
            "zipCode": "45405",
            "country": "USA",
        },
        "legalEntity": {"id": str(ENTITY)},
        "person": {"id": person_id(number)},
        "department": {"id": "cb4477ab-000c-0000-0000-0000fce60200"},
    } | changes


def raw(body: object) -> bytes:
    """JSON as bytes."""
    return json.dumps(body).encode()


def envelope(records: object, token: str | None = None) -> Json:
    """One page of a list; with a token, more pages follow."""
    return {
        "hasMoreResults": token is not None,
        "continuationToken": token,
        "additionalResultsUrl": None if token is None else f"/v1/somewhere?continuationToken={token}",
        "records": records,
    }


def paged(records: Sequence[Json], size: int) -> list[Json]:
    """The pages of a list, `size` records each; an empty list is one empty page."""
    pages = [records[start : start + size] for start in range(0, len(records), size)] or [[]]
    return [
        envelope(page, f"t{index + 1}" if index + 1 < len(pages) else None)
        for index, page in enumerate(pages)
    ]


@dataclass
class FakePaycor:
    """A Paycor whose answers a test sets: a list of answers for each path, of which the last one repeats."""

    mock: responses.RequestsMock
    environment: Environment = SANDBOX
    received: list[requests.PreparedRequest] = field(default_factory=list)

    def gives(self, path: str, *answers: Answer | Exception) -> None:
        """GET `path` gives these answers in turn, whatever the parameters are."""
        self._register(responses.GET, path, answers)

    def post_gives(self, path: str, *answers: Answer | Exception) -> None:
        """POST `path` gives these answers in turn."""
        self._register(responses.POST, path, answers)

    def gives_pages(
        self,
        path: str,
        pages: Sequence[Json],
        faults: Mapping[int, Answer | Exception] | None = None,
        *,
        method: str = responses.GET,
    ) -> None:
        """`path` gives these pages, each for the token of the page before it; `faults` replace pages by index."""
        tokens = [None, *(page["continuationToken"] for page in pages)]

        def reply(request: requests.PreparedRequest) -> Answer:
            index = tokens.index(dict(query(request)).get("continuationToken"))
            reply_or_error = (faults or {}).get(index, answer(pages[index]))
            if isinstance(reply_or_error, Exception):
                raise reply_or_error
            return reply_or_error

        self._answers(method, path, reply)

    def gives_by_query(self, path: str, reply: Callable[[list[tuple[str, str]]], Answer]) -> None:
        """GET `path` gives what `reply` returns for the parameters."""
        self._answers(responses.GET, path, lambda request: reply(query(request)))

    def token_gives(self, *answers: Answer | Exception) -> None:
        """The token endpoint gives these answers in turn."""
        self._register(responses.POST, TOKEN_PATH, answers)

    def calls(self, path: str) -> list[requests.PreparedRequest]:
        """The requests to `path`, in order."""
        return [request for request in self.received if urlsplit(request.url or "").path == path]

    def _register(self, method: str, path: str, answers: Sequence[Answer | Exception]) -> None:
        remaining = list(answers)

        def reply(request: requests.PreparedRequest) -> Answer:
            reply_or_error = remaining.pop(0) if len(remaining) > 1 else remaining[0]
            if isinstance(reply_or_error, Exception):
                raise reply_or_error
            return reply_or_error

        self._answers(method, path, reply)

    def _answers(self, method: str, path: str, reply: Callable[[requests.PreparedRequest], Answer]) -> None:
        """Register a reply; a later one for the same path replaces it."""

        def recorded(request: requests.PreparedRequest) -> Answer:
            self.received.append(request)
            return reply(request)

        self.mock.remove(method, self.environment.api_url + path)
        self.mock.add_callback(method, self.environment.api_url + path, recorded)


@contextmanager
def fake_paycor(environment: Environment = SANDBOX) -> Iterator[FakePaycor]:
    """A FakePaycor within a block; no request gets past it."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield FakePaycor(mock, environment)


@dataclass
class ClientRig:
    """A client and its parts; `pauses` are the seconds that it would have slept."""

    client: Client
    refresher: TokenRefresher
    store: MemoryTokenStore
    pauses: list[float]


def client_rig(environment: Environment = SANDBOX, stored: Tokens | None = None) -> ClientRig:
    """A client that does not really sleep, with a token that is valid for half an hour."""
    store, clock, pauses = MemoryTokenStore(stored or tokens()), Clock(NOW), list[float]()
    refresher = TokenRefresher(store, environment, CREDENTIALS, clock)
    return ClientRig(
        Client(environment, CREDENTIALS, refresher, clock=clock, sleep=pauses.append),
        refresher,
        store,
        pauses,
    )


def query(request: requests.PreparedRequest) -> list[tuple[str, str]]:
    """The parameters of a request, in order."""
    return parse_qsl(urlsplit(request.url or "").query)


def form(request: requests.PreparedRequest) -> Mapping[str, list[str]]:
    """The form fields of a request."""
    body = request.body or b""
    return parse_qs(body.decode() if isinstance(body, bytes) else str(body))


def jwt(**claims: object) -> str:
    """A JWT with these claims; its signature is never checked."""
    return ".".join(
        urlsafe_b64encode(part).decode().rstrip("=") for part in (b"{}", json.dumps(claims).encode(), b"s")
    )


def refusing(*refused: str) -> Callable[[list[tuple[str, str]]], Answer]:
    """An employee list that answers 403 to a request with one of these includes."""

    def reply(params: list[tuple[str, str]]) -> Answer:
        included = {value for name, value in params if name == "include"}
        if included & set(refused):
            return FORBIDDEN
        blocks = {block: None for include, (block, _) in INCLUDES.items() if include not in included}
        return answer(envelope([record(1, **blocks)]))

    return reply


#: Private data of the kinds in rule D19, as Paycor might send it.
PRIVATE = {
    "socialSecurityNumber": "900-55-0001",
    "birthDate": "1987-06-05T00:00:00",
    "gender": "GenderSecret",
    "ethnicity": "EthnicitySecret",
    "maritalStatus": "MaritalSecret",
    "disability": "DisabilitySecret",
    "payRates": {"payRate": "PaySecret"},
    "directDeposits": {"accountNumber": "BankSecret"},
    "addresses": [{"streetLine1": "StreetSecret"}],
    "demographicData": {"birthDate": "1987-06-05"},
}

EMPTY = answer(envelope([]))
FORBIDDEN = answer(paycor_error("Forbidden"), 403)
