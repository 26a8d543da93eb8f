"""One employee's certifications at the fake Paycor: the path, a stored one, and the answers to POST."""

import requests
import responses

from connector.paycor.auth.credentials import MemoryTokenStore
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.certifications import Certification, Certifications
from connector.paycor.environments import SANDBOX
from connector.paycor.wire.writer import Writer
from tests.clock import Clock
from tests.paycor.fake_paycor import CREDENTIALS, NOW, Answer, FakePaycor, answer, employee_id, tokens

EMPLOYEE = employee_id(1)
PATH = f"/v1/employees/{EMPLOYEE}/certifications"
STORED_ID = "0000abcd-7a44-0000-0000-0000fce60200"
STORED = answer({"resourceUrl": {"id": STORED_ID.upper(), "url": PATH}})
EXAMPLE = Certification("LMS-1", "Fire Safety", NOW.date())


def new_certifications() -> Certifications:
    """The certifications of a connection whose token is valid for half an hour."""
    refresher = TokenRefresher(MemoryTokenStore(tokens()), SANDBOX, CREDENTIALS, Clock(NOW))
    return Certifications(Writer(SANDBOX, CREDENTIALS, refresher, clock=Clock(NOW), sleep=lambda _: None))


def posts(fake: FakePaycor, *answers: Answer | Exception) -> list[requests.PreparedRequest]:
    """POST to the certifications gives these answers in turn; returns the list of received requests."""
    received: list[requests.PreparedRequest] = []

    def reply(request: requests.PreparedRequest) -> Answer:
        reply_or_error = answers[min(len(received), len(answers) - 1)]
        received.append(request)
        if isinstance(reply_or_error, Exception):
            raise reply_or_error
        return reply_or_error

    fake.mock.add_callback(responses.POST, SANDBOX.api_url + PATH, reply)
    return received
