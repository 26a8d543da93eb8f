"""Every fault of Paycor at every moment: no one is harmed, and each message says what to do."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from connector.sandbox.paycor.state.faults import Kind
from tests.faults.fault_list import FAULTS, PERMISSIONS, SINGLE_PERMISSIONS, Fault, Moment
from tests.faults.matrix import Cell, Matrix
from tests.faults.rig import open_rig
from tests.faults.snapshots import Snapshot, differences, harms


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    """One Paycor and one LMS for every cell."""
    with open_rig(tmp_path_factory.mktemp("faults")) as rig:
        yield Matrix(rig)


def in_one_line(cell: Cell) -> str:
    """The cell in one line."""
    outcome = cell.outcome
    return f"{cell.fault.group}, {cell.fault.name}, {cell.moment}: {outcome.state} {outcome.code} {outcome.message}"


@pytest.mark.req("B5", "D3", "D10", "D11", "D18", "X23")
@pytest.mark.parametrize("moment", list(Moment))
def test_no_fault_does_harm(matrix: Matrix, moment: Moment, caplog: pytest.LogCaptureFixture) -> None:
    """No access lost, no value blanked, nothing twice, nothing half done; after a healthy sync all is as without the
    fault; every message says what to do, and no error is unexpected."""
    with caplog.at_level(logging.WARNING, "connector"):
        cells = list(matrix.cells(FAULTS, [moment]))

    assert [(in_one_line(cell), cell.harm) for cell in cells if cell.harm] == []
    assert [in_one_line(cell) for cell in cells if not cell.is_helpful] == []
    assert [in_one_line(cell) for cell in cells if cell.outcome.code == "internal"] == []
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.req("D8")
def test_due_dates_do_not_wait_for_paycor(matrix: Matrix) -> None:
    """With any fault, hires and ends are acted on from stored dates, without a call."""
    cells = list(matrix.cells(FAULTS[::9], [Moment.DUE_DATES]))

    assert {cell.outcome.state for cell in cells} == {"done"}


#: Fault -> outcome of a daily sync.
DAILY = {
    ("page 2", "status-500"): "failed source.unavailable",
    ("page 2", "truncated-json"): "failed source.contract",
    ("page 2", "has-more-as-text"): "done ",
    ("page 2", "empty-page"): "failed source.contract",
    ("page 2, once", "rate-limit"): "done ",
    ("page 2, once", "truncated-json"): "done ",
    ("page 2, once", "empty-page"): "done ",
    ("token endpoint", "consent revoked"): "failed source.auth",
    ("token endpoint", "dies after rotation"): "failed source.unavailable",
    ("departments", "status-500"): "done list_unavailable",
    ("departments", "status-404"): "done permission_missing",
    ("departments", "truncated-json"): "failed source.contract",
    ("onboarding", "status-500"): "done list_unavailable",
    ("custom fields", "status-500"): "done list_unavailable",
    ("custom fields", "html-200"): "failed source.contract",
    ("custom fields, page 2", "status-500"): "done list_unavailable",
    ("persons", "status-500"): "done list_unavailable",
    ("permission missing (403)", "custom fields"): "done permission_missing",
    ("permission missing (null)", "phones"): "done block_missing",
    ("permission missing (403)", "departments"): "done permission_missing",
    ("permission missing (null)", "work location"): "done block_missing, no_work_state",
    ("permission missing (null)", "status"): "failed source.forbidden",
    ("consent", "key refused"): "failed source.auth",
    ("consent", "legal entity withdrawn"): "failed source.forbidden",
    ("record", "no id"): "done record_without_id",
    ("record", "a date that does not exist"): "done unreadable",
    ("company", "half of it gone"): "held held",
    ("company", "half of it terminated"): "held held",
}


@pytest.mark.parametrize("name", DAILY, ids=", ".join)
def test_a_fault_has_its_outcome_in_a_daily_sync(matrix: Matrix, name: tuple[str, str]) -> None:
    """The kind of fault decides: what heals is done, what is one person's is listed, what may mislead ends the run."""
    (fault,) = (one for one in FAULTS if (one.group, one.name) == name)

    outcome = matrix.cell(fault, Moment.DAILY_SYNC).outcome

    assert f"{outcome.state} {outcome.code}" == DAILY[name]


#: Fault -> outcome of a sync of one person.
ONE = {
    ("page 2", "status-500"): "done ",
    ("one employee", "status-500"): "failed source.unavailable",
    ("one employee", "status-404"): "done ",
    ("one employee", "truncated-json"): "failed source.contract",
    ("custom fields", "status-500"): "done ",
    ("persons", "status-500"): "done ",
    ("permission missing (403)", "one employee's custom fields"): "done ",
    ("permission missing (403)", "one employee"): "failed source.forbidden",
    ("permission missing (null)", "one employee's status"): "failed source.forbidden",
    ("record", "a date that does not exist"): "done unreadable",
    ("record", "gone from the list"): "done ",
    ("company", "half of it terminated"): "done ",
}


@pytest.mark.req("X15", "D10")
@pytest.mark.parametrize("name", ONE, ids=", ".join)
def test_a_fault_has_its_outcome_in_a_sync_of_one_person(matrix: Matrix, name: tuple[str, str]) -> None:
    """A fault in other records does not matter, and a person missing at Paycor is not a leaver for that."""
    (fault,) = (one for one in FAULTS if (one.group, one.name) == name)

    outcome = matrix.cell(fault, Moment.ONE_PERSON).outcome

    assert f"{outcome.state} {outcome.code}" == ONE[name]


def test_every_kind_of_fault_is_in_the_matrix() -> None:
    """Every kind of fault of the sandbox is tried at least once; and each row exists once."""
    planted = {step.body.get("kind") for fault in FAULTS for step in fault.steps}
    names = Counter((fault.group, fault.name) for fault in FAULTS)

    assert set(get_args(Kind)) - planted == set()
    assert [name for name, count in names.items() if count > 1] == []
    assert {fault.name for fault in FAULTS if fault.group.startswith("permission missing")} == {
        *PERMISSIONS,
        *SINGLE_PERMISSIONS,
    }


def test_a_fault_that_the_sandbox_does_not_know_is_no_fault(matrix: Matrix) -> None:
    """A typing error would otherwise look like a fault that does no harm."""
    wrong = replace(FAULTS[0].steps[0], body={"kind": "status-999"})

    with pytest.raises(ValueError, match="status-999"):
        matrix.cell(Fault("page", "slip", (wrong,)), Moment.FIRST_SYNC)


# --- the checks of snapshots ---------------------------------------------------------------------------------------

LEARNER = {"state": "active", "job": "Nurse"}
BEFORE = Snapshot({"a": LEARNER}, Counter({("a", "Welcome"): 1}), {"p": ("a",)}, {}, Counter(), frozenset())


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"learners": {"a": LEARNER | {"state": "suspended"}}}, ["state: wrong"]),
        ({"learners": {"a": LEARNER | {"job": None}}}, ["job: blanked"]),
        ({"learners": {"a": {"state": "active"}}}, ["job: blanked"]),
        ({"learners": {}}, ["an account is gone"]),
        ({"learners": {"a": LEARNER, "b": LEARNER}}, ["1 accounts that there should not be"]),
        (
            {"mails": Counter({("a", "Welcome"): 2})},
            ["a mail was sent twice, or to a person who should get none"],
        ),
        ({"half_done": ("a run is still under way",)}, ["a run is still under way"]),
        ({"admin_mails": 2}, ["the admins were mailed 2 times"]),
    ],
)
def test_harm_is_seen(after: dict[str, object], expected: list[str]) -> None:
    """The check reports every kind of harm."""
    harmed = replace(BEFORE, **after)  # type: ignore[arg-type]

    assert list(harms(BEFORE, harmed, BEFORE, ended=False)) == expected


def test_what_is_due_anyway_is_no_harm() -> None:
    """A value may be the old one, or the one of the baseline."""
    promoted = replace(BEFORE, learners={"a": LEARNER | {"job": "Head Nurse"}})

    assert list(harms(BEFORE, promoted, promoted, ended=False)) == []
    assert list(harms(BEFORE, BEFORE, promoted, ended=True)) == []
    assert list(harms(BEFORE, promoted, promoted, ended=True)) == ["a run that failed has changed something"]


def test_what_does_not_heal_is_seen() -> None:
    """Every difference from the baseline after a healthy sync is reported."""
    stuck = replace(BEFORE, links={}, waiting=frozenset({"e"}))

    assert list(differences(BEFORE, BEFORE)) == []
    assert list(differences(stuck, BEFORE)) == [
        "after a healthy sync 1 links differ from the baseline",
        "after a healthy sync other employees wait for a decision than in the baseline",
    ]
