from dataclasses import fields

import pytest

from connector.core.model.findings import FINDINGS
from connector.core.model.operation import OperationKind
from connector.core.model.report import COUNTED_AS, Report, count_actionable


def test_every_kind_of_operation_is_counted() -> None:
    """Under a field of the report."""
    assert COUNTED_AS.keys() == set(OperationKind)
    assert set(COUNTED_AS.values()) <= {field.name for field in fields(Report)}
    assert len(set(COUNTED_AS.values())) == len(OperationKind)


@pytest.mark.req("B7", "B9", "D4")
@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param({}, 0, id="none"),
        pytest.param({"inactive": 7, "not_started": 2}, 0, id="nothing to do"),
        pytest.param({"inactive": 7, "no_work_email": 2, "not_a_learner": 1}, 3, id="some of them"),
        pytest.param(
            dict.fromkeys(FINDINGS, 1), sum(one.needs_action for one in FINDINGS.values()), id="all"
        ),
    ],
)
def test_only_findings_that_need_an_action_count(counts: dict[str, int], expected: int) -> None:
    """Findings that only explain do not count."""
    assert count_actionable(counts) == expected


def test_empty_report_counts_nothing() -> None:
    """Every count is zero by default."""
    report = Report()

    assert [getattr(report, one.name) for one in fields(Report) if getattr(report, one.name)] == []
