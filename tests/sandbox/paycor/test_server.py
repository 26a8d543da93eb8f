"""The sandbox as a server: its own process, its own port, what it prints, what it remembers, how it stops."""

import json
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
import requests

from connector.sandbox.company import NORTHFIELD, Company
from connector.sandbox.company.certificates import certificates
from connector.sandbox.paycor import Announcement, SandboxServer, running_sandbox
from connector.sandbox.paycor.data.permissions import WRITE_CERTIFICATES

pytestmark = pytest.mark.req("X23")


def connected(made: Announcement, refresh_token: str | None = None) -> tuple[requests.Session, str]:
    """A session with an access token, and the refresh token that came with it."""
    session = requests.Session()
    answer = session.post(
        f"{made.base_url}/sts/v1/common/token",
        params={"subscription-key": made.subscription_key},
        data={
            "grant_type": "refresh_token",
            "refresh_token": refresh_token or made.refresh_token,
            "client_id": made.client_id,
            "client_secret": made.client_secret,
        },
        timeout=10,
    )
    assert answer.status_code == 200
    tokens = answer.json()
    session.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    session.headers["Ocp-Apim-Subscription-Key"] = made.subscription_key
    return session, tokens["refresh_token"]


def test_the_process_prints_one_line_that_is_enough_to_connect() -> None:
    """One JSON object with all a client needs; its refresh token works; the head count is the requested one."""
    command = [sys.executable, "-m", "connector.sandbox.paycor", "--people", "70", "--today", "2026-03-02"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        line = json.loads(running.stdout.readline())
        made = Announcement(**line)
        session, _ = connected(made)
        listed = session.get(f"{made.base_url}/v1/legalentities/ActivatedLegalEntityTenantList", timeout=10)
        company = requests.get(f"{made.control_url}/company", timeout=10).json()
        running.terminate()
        rest, for_people = running.communicate(timeout=10)

    assert set(line) == {
        *("base_url", "authorize_url", "control_url", "client_id", "client_secret", "subscription_key"),
        *("scope", "refresh_token", "legal_entities"),
    }
    assert listed.json()["userLegalEntities"] == line["legal_entities"]
    assert company == {
        "today": "2026-03-02",
        "anchor": "2026-03-02",
        "employees": {"190204": 56, "190377": 14, "190512": 25},
    }
    assert rest == ""
    assert [secret for secret in (made.client_secret, made.refresh_token) if secret in for_people] == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_at_once(how: signal.Signals) -> None:
    """Though a client holds a connection and a slow call is under way."""
    with running_sandbox("--people", "60") as (made, running):
        session, _ = connected(made)
        requests.post(f"{made.control_url}/faults", json={"kind": "slow", "seconds": 30}, timeout=10)
        with pytest.raises(requests.ReadTimeout):
            session.get(f"{made.base_url}/v1/legalentities/190204/employees", timeout=0.2)
        began = time.perf_counter()
        running.send_signal(how)
        code = running.wait(timeout=10)

    assert (code, time.perf_counter() - began < 2) == (0, True)


def test_a_connection_made_yesterday_still_refreshes(tmp_path: Path) -> None:
    """With a state file, tokens, head count, seed and day outlive the process; what was used up stays used up."""
    state = str(tmp_path / "paycor.sqlite")
    with running_sandbox("--people", "80", "--seed", "7", "--today", "2026-03-02", "--state", state) as (
        made,
        _,
    ):
        _, successor = connected(made)
        requests.post(f"{made.control_url}/company", json={"days": 40}, timeout=10)
        before = requests.get(f"{made.control_url}/company", timeout=10).json()
        used = made.refresh_token
    with running_sandbox("--state", state) as (again, _):
        session, _ = connected(again, successor)
        session.post(f"{again.control_url}/company", json={"days": 0}, timeout=10)
        after = requests.get(f"{again.control_url}/company", timeout=10).json()
        with pytest.raises(AssertionError):
            connected(again, used)

    assert (made.client_id, made.client_secret, made.scope) == (
        again.client_id,
        again.client_secret,
        again.scope,
    )
    assert (after, after["today"]) == (before, "2026-04-11")


def test_a_port_in_use_is_reported_in_one_line() -> None:
    """Which address, and why not; no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "connector.sandbox.paycor", "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.strip() == f"Error: cannot listen on 127.0.0.1:{port}: Address already in use"


def test_a_thread_serves_the_same(today: date) -> None:
    """For tests: a context manager with the same announcement; no one listens afterwards."""
    with SandboxServer(60, 1, today) as server:
        made = server.announcement
        session, _ = connected(made)
        page = session.get(f"{made.base_url}/v1/legalentities/190377/employees", timeout=10).json()
    port = int(made.base_url.rsplit(":", 1)[1])

    assert page["records"][0]["id"] == server.sandbox.company(NORTHFIELD.id).employee_id(4)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_one_connection_carries_many_calls(today: date) -> None:
    """Keep-alive: the second call comes from the same port as the first."""
    with SandboxServer(60, 1, today) as server:
        session, _ = connected(server.announcement)
        address = f"{server.announcement.base_url}/v1/legalentities/ActivatedLegalEntityTenantList"
        ports = set()
        for _ in range(3):
            answer = session.get(address, stream=True, timeout=10)
            assert answer.raw.connection is not None
            ports.add(answer.raw.connection.sock.getsockname()[1])
            assert answer.content

    assert len(ports) == 1


def test_16_a_connection_can_be_reset(today: date) -> None:
    """The client sees a reset and no answer; the next call is served; the log has the call with status 0."""
    with SandboxServer(60, 1, today) as server:
        made = server.announcement
        session, _ = connected(made)
        address = f"{made.base_url}/v1/legalentities/190204/departments"
        requests.post(
            f"{made.control_url}/faults", json={"kind": "reset", "path": "*/departments"}, timeout=10
        )
        with pytest.raises(requests.ConnectionError):
            session.get(address, timeout=10)
        served = session.get(address, timeout=10).status_code
        report = requests.get(f"{made.control_url}/calls", {"path": "*/departments"}, timeout=10).json()

    assert (served, [call["status"] for call in report["calls"]]) == (200, [0, 200])


def test_7_a_refresh_can_be_lost_on_the_wire(today: date) -> None:
    """The crash window: the old token is spent, the connection reset before the new one arrives."""
    with SandboxServer(60, 1, today) as server:
        made = server.announcement
        requests.post(f"{made.control_url}/oauth", json={"action": "die-after-rotate"}, timeout=10)
        with pytest.raises(requests.ConnectionError):
            connected(made)
        with pytest.raises(AssertionError):
            connected(made)


def test_a_sandbox_that_cannot_start_says_so() -> None:
    """Bad options end the process, and the caller learns its exit code."""
    with pytest.raises(RuntimeError, match="exit code 2"), running_sandbox("--people", "none"):
        pass


def test_16_faults_can_be_given_on_the_command_line() -> None:
    """Several, each as often as it says; the same as by the control endpoint."""
    options = (
        "--fault",
        "status-500:path=*/departments",
        "--fault",
        "html-504:path=*/departments,nth=1,times=2",
    )
    with running_sandbox("--people", "60", *options) as (made, _):
        session, _ = connected(made)
        address = f"{made.base_url}/v1/legalentities/190204/departments"
        statuses = [session.get(address, timeout=10).status_code for _ in range(4)]

    assert statuses == [500, 504, 504, 200]


def test_a_fault_that_makes_no_sense_stops_the_command() -> None:
    """One line that names the kinds, and nothing is served."""
    command = [sys.executable, "-m", "connector.sandbox.paycor", "--fault", "explode"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert (ended.returncode, ended.stdout, "status-500" in ended.stderr) == (2, "", True)


def test_what_was_written_outlives_a_restart(tmp_path: Path, today: date) -> None:
    """A certification that was added is still there when the same state is opened again."""
    state = tmp_path / "paycor.sqlite"
    for _ in range(2):
        with SandboxServer(60, 1, today, state) as server:
            made = server.announcement
            server.sandbox.permissions[made.scope] |= {WRITE_CERTIFICATES}
            session, _ = connected(made)
            person = server.sandbox.company(NORTHFIELD.id).employee_id(1)
            address = f"{made.base_url}/v1/employees/{person}/certifications"
            before = len(session.get(address, timeout=10).json()["records"])
            session.post(address, json={"certificationName": "First Aid"}, timeout=10)
            after = len(session.get(address, timeout=10).json()["records"])

    assert after == before + 1 == len(certificates(1, company_luck(today), today)) + 2


def company_luck(today: date) -> bytes:
    """The chance of the person at index 1."""
    return Company(NORTHFIELD, 60, 1, today, today).random_bytes(1)
