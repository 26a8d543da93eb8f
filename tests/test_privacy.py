"""Privacy: no log, message, address or table has what it must not have, after one scenario with every kind of failure.

The scenario runs at log level DEBUG, without SQLAlchemy's own logger: it is silent by default, and switching it on
means asking for rows, those of the LMS included.
"""

import json
import logging
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, request, request_finished, request_started
from werkzeug.wrappers import Response

from connector.core.model.run import RunMode, RunTrigger
from connector.errors import ConnectorError
from connector.sandbox.paycor import SandboxServer
from connector.services.views.views import RunView
from tests.whole import PORTAL, Whole, opened, started

#: The names and addresses of the planted people begin with these; nothing else in the scenario does.
NAME, MAIL = "Zebraname", "zebramail"
#: Fields that the connector never requests (rule D19) -> the value that the sandbox sends in them.
FORBIDDEN = {
    "socialSecurityNumber": "zebrassn",
    "birthDate": "zebrabirth",
    "gender": "zebragender",
    "ethnicity": "zebraethnicity",
    "maritalStatus": "zebramarital",
    "disability": "zebradisability",
    "homeAddress": {"street": "zebrahome"},
    "personalEmail": "zebrapersonal@mail.example",
    "payRates": [{"payRate": "zebrapay"}],
    "directDeposits": [{"accountNumber": "zebrabank"}],
    "statusData.leaveReason": "zebraleave",
    "employmentDateData.terminationReason": "zebrareason",
}
#: The only blocks that are requested, and the only paths.
INCLUDES = {"EmploymentDates", "Position", "Status", "WorkLocation"}
PATHS = re.compile(
    r"/sts/v1/common/token|/v1/legalentities/ActivatedLegalEntityTenantList"
    r"|/v1/legalentities/\d+/(employees|departments)|/v2/legalentities/\d+/onboardingemployees",
    re.IGNORECASE,
)
TOKEN_PATH = "/sts/v1/common/token"


@dataclass(frozen=True)
class PaycorRequest:
    """A request as Paycor received it; `url` includes the query."""

    method: str
    path: str
    url: str
    query: list[tuple[str, str]]


@dataclass
class Evidence:
    """What the scenario left behind. `lines` are (logger, text); `secrets` are all that were pasted, sent or issued."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    requests: list[PaycorRequest] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    runs: list[RunView] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    tables: Mapping[str, str] = field(default_factory=dict)
    emails: list[str] = field(default_factory=list)
    call_log: str = ""

    @property
    def log(self) -> str:
        """Every line that was logged."""
        return "\n".join(text for _, text in self.lines)


class Listener(logging.Handler):
    """Collects the lines of every logger but SQLAlchemy's, with tracebacks."""

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines
        self._formatter = logging.Formatter("%(name)s %(message)s")

    def emit(self, record: logging.LogRecord) -> None:
        """Collect one line."""
        if not record.name.startswith("sqlalchemy"):
            self._lines.append((record.name, self._formatter.format(record)))


def watch(paycor: SandboxServer, evidence: Evidence, stack: ExitStack) -> None:
    """Record every request to Paycor from now on, and every secret in it or in its answer."""

    def on_request(sender: Flask, **_: Any) -> None:
        if not request.path.startswith("/_control"):
            query = list(request.args.items(multi=True))
            evidence.requests.append(PaycorRequest(request.method, request.path, request.url, query))
            evidence.secrets.update(
                value for key, value in request.form.items() if "secret" in key or "token" in key
            )

    def on_answer(sender: Flask, response: Response, **_: Any) -> None:
        if request.path == TOKEN_PATH and response.status_code == 200:
            issued = json.loads(response.get_data())
            evidence.secrets.update((issued["access_token"], issued["refresh_token"]))

    request_started.connect(on_request, paycor.app)
    request_finished.connect(on_answer, paycor.app)
    stack.callback(request_started.disconnect, on_request, paycor.app)
    stack.callback(request_finished.disconnect, on_answer, paycor.app)


def plant(whole: Whole) -> None:
    """Give every employee at Paycor a name that can be searched for, and the forbidden fields."""
    company = whole.paycor.sandbox.company(226410)
    for number in range(company.head_count):
        person = company.person(number)
        fields: dict[str, object] = {"first_name": f"{NAME}{number}", "last_name": f"{NAME}son{number}"}
        if person.work_email and "@" in person.work_email and not person.work_email.startswith("existing"):
            fields["work_email"] = f"{MAIL}{number}@northfield.example"
        whole.patch(person.employee_id, fields=fields, set=FORBIDDEN)


def play(whole: Whole, evidence: Evidence) -> None:
    """The scenario: a sync, then every kind of failure."""
    faults = whole.paycor.sandbox.faults
    evidence.runs.append(whole.sync())
    for kind in ("html-200", "error-as-200", "truncated-json", "status-418", "repeat-token", "status-500"):
        faults.plant({"kind": kind, "path": "*/employees", "every": True})
        evidence.runs.append(whole.sync())
        faults.clear()
    evidence.runs.append(fail_in_the_database(whole))
    whole.paycor.sandbox.store.revoke_everything()
    evidence.runs.append(whole.sync())
    for changes in ({"client_secret": "zebrasecret"}, {"subscription_key": "zebrakey"}):
        refuse(whole, evidence, **changes)
    evidence.secrets.update(("zebrasecret", "zebrakey"))


def fail_in_the_database(whole: Whole) -> RunView:
    """A run that ends with a database error in a statement with people in it."""
    with whole.services.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no_more BEFORE INSERT ON connector_staged_employee BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    whole.patch(whole.employed()[0], fields={"last_name": f"{NAME}moved"})
    with whole.app.app_context():
        run_id = whole.services.runs.request(PORTAL, RunMode.SYNC, RunTrigger.OPERATOR)
        try:
            whole.services.executor.execute(run_id, role="test")
        except sa.exc.IntegrityError:
            logging.getLogger("lms").exception("A job failed.")
        run = whole.services.views.run(PORTAL, run_id)
    with whole.services.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER no_more")
    assert run is not None
    return run


def refuse(whole: Whole, evidence: Evidence, **changes: str) -> None:
    """Fail to connect again, and keep the message for the admin."""
    with whole.app.app_context(), pytest.raises(ConnectorError) as refused:
        whole.services.connection.paste(PORTAL, None, whole.pasted(**changes))
    evidence.refusals.append(refused.value.message)


def dump(whole: Whole) -> Mapping[str, str]:
    """Every value of every column of every table, as text, by table name."""
    engine = whole.services.database.engine
    with engine.connect() as connection:
        return {
            name: "\n".join(
                repr(tuple(row))
                for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')  # noqa: S608
            )
            for name in sa.inspect(engine).get_table_names()
        }


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """The evidence of the scenario, which runs once for this module."""
    evidence = Evidence()
    root, listener = logging.getLogger(), Listener(evidence.lines)
    level = root.level
    with ExitStack() as stack:
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        patched.setattr("connector.retries.RETRY_PAUSES_S", (0.01, 0.01))
        root.addHandler(listener)
        root.setLevel(logging.DEBUG)
        stack.callback(root.setLevel, level)
        stack.callback(root.removeHandler, listener)
        paycor = stack.enter_context(started())
        whole = stack.enter_context(opened(paycor, tmp_path_factory.mktemp("scenario")))
        watch(paycor, evidence, stack)
        whole.prepare()
        plant(whole)
        whole.connect()
        play(whole, evidence)
        evidence.secrets.update((paycor.announcement.client_secret, paycor.announcement.subscription_key))
        evidence.tables, evidence.emails = dump(whole), list(whole.learners())
        evidence.call_log = paycor.app.test_client().get("/_control/calls").text
    return evidence


def test_the_scenario_has_every_kind_of_failure(evidence: Evidence) -> None:
    """Otherwise the other tests of this module would prove nothing."""
    endings = [(run.status, run.error_code) for run in evidence.runs]

    assert endings == [
        ("done", None),
        *[("failed", "source.contract")] * 5,
        ("failed", "source.unavailable"),
        ("failed", "internal"),
        ("failed", "source.auth"),
    ]
    assert {"urllib3.connectionpool", "connector.services.runs.execute", "lms"} <= {
        name for name, _ in evidence.lines
    }
    assert "IntegrityError" in evidence.log
    assert len(evidence.secrets) >= 8
    assert f"{NAME}0" in evidence.tables["connector_employee"]
    assert f"{MAIL}0" not in evidence.emails
    assert sum(email.startswith(MAIL) for email in evidence.emails) > 30


def test_no_log_names_a_person(evidence: Evidence) -> None:
    """At DEBUG, on every logger, even when a statement with people in it fails."""
    assert [line for _, line in evidence.lines if re.search(f"{NAME}|{MAIL}|@northfield", line)] == []


def test_no_log_has_a_secret(evidence: Evidence) -> None:
    """No token, no key and no wrong pasted value, in no line of any library."""
    assert [name for name, line in evidence.lines if any(secret in line for secret in evidence.secrets)] == []


def test_no_error_message_has_a_person_or_a_secret(evidence: Evidence) -> None:
    """Admins see the messages, and get them by mail."""
    messages = [run.error_message for run in evidence.runs if run.error_message] + evidence.refusals

    assert len(messages) == 10
    assert [text for text in messages if re.search(f"{NAME}|{MAIL}|zebra|@", text)] == []
    assert [text for text in messages if any(secret in text for secret in evidence.secrets)] == []


@pytest.mark.parametrize(
    "table", ["connector_run", "connector_audit", "connector_lease", "connector_connection", "connector_credential"]
)  # fmt: skip
def test_rows_about_runs_and_connections_name_no_person(evidence: Evidence, table: str) -> None:
    """These rows are kept longer than people are."""
    rows = evidence.tables[table]

    assert re.findall(f"(?:{NAME}|{MAIL})\\w*|@northfield", rows) == []


def test_no_secret_is_stored_in_plain_text(evidence: Evidence) -> None:
    """In no column of any table, those of the LMS included."""
    tables = [
        name for name, rows in evidence.tables.items() if any(secret in rows for secret in evidence.secrets)
    ]

    assert tables == []


@pytest.mark.req("D19")
@pytest.mark.parametrize("field_path", FORBIDDEN)
def test_a_forbidden_field_is_neither_stored_nor_logged(evidence: Evidence, field_path: str) -> None:
    """If Paycor sends it anyway, it is dropped when the record is decoded."""
    [planted] = re.findall(r"zebra[a-z]+", json.dumps(FORBIDDEN[field_path]))

    assert [name for name, rows in evidence.tables.items() if planted in rows] == []
    assert planted not in evidence.log


@pytest.mark.req("D19")
def test_no_forbidden_data_is_requested(evidence: Evidence) -> None:
    """No other block, no other list, no email address but the work email."""
    includes = {value for call in evidence.requests for name, value in call.query if name == "include"}
    kinds = {value for call in evidence.requests for name, value in call.query if name == "emailType"}

    assert includes == INCLUDES
    assert kinds == {"Work"}
    assert [call.path for call in evidence.requests if not PATHS.fullmatch(call.path)] == []


@pytest.mark.req("A1")
def test_nothing_is_written_to_paycor(evidence: Evidence) -> None:
    """Paycor receives only reads, and the calls that renew tokens."""
    others = {(call.method, call.path) for call in evidence.requests if call.method != "GET"}

    assert others == {("POST", TOKEN_PATH)}
    assert sum(call.method == "GET" for call in evidence.requests) > 20


def test_no_url_has_a_secret_or_a_person_in_it(evidence: Evidence) -> None:
    """URLs end up in the logs of proxies; Paycor requires the subscription key in one of them."""
    key_in_token_calls = [call for call in evidence.requests if call.path == TOKEN_PATH]
    others = [call for call in evidence.requests if call.path != TOKEN_PATH]

    assert {name for call in key_in_token_calls for name, _ in call.query} == {"subscription-key"}
    assert [call.path for call in others if any(secret in call.url for secret in evidence.secrets)] == []
    assert [call.path for call in evidence.requests if re.search(f"{NAME}|{MAIL}|%40|@", call.url)] == []


def test_the_call_log_of_the_sandbox_has_no_secret(evidence: Evidence) -> None:
    """Anyone can see it."""
    assert [secret[:4] for secret in evidence.secrets if secret in evidence.call_log] == []
