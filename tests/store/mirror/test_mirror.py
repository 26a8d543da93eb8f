"""The mirror: what a complete read replaces, who is absent, and who has to be decided again."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from connector.core.model.attributes import Origin
from connector.core.model.employee import Employee
from connector.core.model.settings import Settings
from connector.core.ports.host import EditedAccount
from connector.core.ports.mirror import Read, StagedRecord
from connector.store.mirror.mirror import SqlMirror
from connector.store.runs.fence import Fence
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, StagedRow
from tests.services.portal import hire
from tests.services.stored import NOW, add, link

ORIGINS = frozenset({Origin.REPORTS, Origin.MANAGER})


@pytest.fixture
def mirror(fence: Fence) -> SqlMirror:
    """The empty mirror of connection 1, where managers and reports are mapped."""
    return SqlMirror(fence, 1, Settings(1, "UTC"), ORIGINS)


def digest(employee: Employee) -> bytes:
    """The digest of a record."""
    return blake2b(msgspec.json.encode(employee), digest_size=16).digest()


def stage(mirror: SqlMirror, employees: Sequence[Employee], *, whole: bool = True) -> None:
    """A read brings these employees."""
    mirror.open_staging(whole=whole)
    digests = [digest(one) for one in employees]
    unknown = mirror.unknown(digests)
    mirror.stage([StagedRecord(employees[index], digests[index]) for index in unknown])


def promote(mirror: SqlMirror, *employees: Employee, **read: bool) -> int:
    """A read brings these employees and is complete; gives how many it counted."""
    stage(mirror, employees)
    count = mirror.employees_read()
    mirror.promote(Read(count, **({"proves_absence": True} | read)))
    return count


def rows(fence: Fence, model: Any = EmployeeRow) -> list[Any]:
    """Every row of a table, by employee."""
    with fence.database.reading() as session:
        return list(session.scalars(sa.select(model).order_by(model.employee_id)))


def mark_clean(fence: Fence) -> None:
    """A run has acted on everybody."""
    with fence.writing() as session:
        session.execute(sa.update(EmployeeRow).values(dirty=False))


def dirty(fence: Fence) -> list[str]:
    """The employees that the next run decides about."""
    return [row.employee_id for row in rows(fence) if row.dirty]


def last_read_count(fence: Fence) -> int | None:
    """The count that the next read is compared with."""
    with fence.database.reading() as session:
        return session.get_one(Connection, 1).last_read_count


def test_an_unfinished_read_changes_nothing(fence: Fence, mirror: SqlMirror) -> None:
    """The next read deletes what it has staged."""
    promote(mirror, hire(1))
    stage(mirror, [hire(1, first_name="Changed"), hire(2)])
    mirror.employees_read()
    staged = len(rows(fence, StagedRow))

    mirror.open_staging(whole=True)

    assert (staged, rows(fence, StagedRow)) == (2, [])
    assert [row.employee_id for row in rows(fence)] == ["e1"]
    assert "Changed" not in rows(fence)[0].record


def test_only_new_and_changed_employees_become_dirty(fence: Fence, mirror: SqlMirror) -> None:
    """The others cost nothing at the next decision."""
    promote(mirror, hire(1), hire(2))
    mark_clean(fence)

    count = promote(mirror, hire(1), hire(2, first_name="Changed"), hire(3))

    assert (count, last_read_count(fence)) == (3, 3)
    assert dirty(fence) == ["e2", "e3"]
    assert rows(fence, StagedRow) == []


def test_absences_are_counted_until_the_employee_returns(fence: Fence, mirror: SqlMirror) -> None:
    """An unchanged record is promoted again after an absence."""
    promote(mirror, hire(1), hire(2))
    absent = []
    for employees in ([hire(1)], [hire(1)], [hire(1), hire(2)]):
        mark_clean(fence)
        promote(mirror, *employees)
        absent.append((rows(fence)[1].absent_reads, dirty(fence)))

    assert absent == [(1, ["e2"]), (2, ["e2"]), (0, ["e2"])]


@pytest.mark.parametrize(
    ("proves_absence", "sets_baseline", "expected"),
    [(True, True, (1, 1)), (False, True, (0, 1)), (False, False, (0, 2))],
)
def test_a_read_with_a_warning_proves_no_absence_and_sets_no_baseline(
    fence: Fence, mirror: SqlMirror, proves_absence: bool, sets_baseline: bool, expected: tuple[int, int]
) -> None:
    """Its records are promoted all the same."""
    promote(mirror, hire(1), hire(2))

    promote(mirror, hire(1, first_name="New"), proves_absence=proves_absence, sets_baseline=sets_baseline)

    assert (rows(fence)[1].absent_reads, mirror.last_read_count()) == expected
    assert "New" in rows(fence)[0].record


def test_employees_that_a_read_has_not_brought_are_unseen(mirror: SqlMirror) -> None:
    """Staged ones and unchanged ones count as seen, unknown ids do not."""
    promote(mirror, hire(1), hire(2))
    stage(mirror, [hire(1), hire(3)])

    assert mirror.count_unseen([]) == 0
    assert mirror.count_unseen(["e1", "e2", "e3", "e9", "e9"]) == 2


def test_everybody_affected_by_a_change_is_decided_again(fence: Fence, mirror: SqlMirror) -> None:
    """People with the old or the new email, and the old and the new manager."""
    company = [hire(1), hire(2), hire(3, email="p4@example.com"), hire(4), hire(5)]
    promote(mirror, *company, hire(6, manager_id="e1"))
    mark_clean(fence)

    promote(mirror, *company, hire(6, manager_id="e2", email="p5@example.com"))
    moved = dirty(fence)
    mark_clean(fence)
    promote(
        mirror,
        company[0],
        company[1],
        hire(3),
        *company[3:],
        hire(6, manager_id="e2", email="p5@example.com"),
    )

    assert moved == ["e1", "e2", "e5", "e6"]
    assert dirty(fence) == ["e3", "e4"]


def test_a_due_date_makes_the_employee_and_the_manager_dirty(fence: Fence, mirror: SqlMirror) -> None:
    """The manager's number of reports may change with it."""
    promote(mirror, hire(1), hire(2, manager_id="e1"), hire(3))
    mark_clean(fence)
    with fence.writing() as session:
        session.execute(sa.update(EmployeeRow).where(EmployeeRow.employee_id == "e2").values(due_at=NOW))

    early = mirror.mark_due(NOW - timedelta(seconds=1))
    keys = mirror.mark_due(NOW)

    assert (early, keys, dirty(fence)) == ([], ["p1", "p2"], ["e1", "e2"])


def test_an_edited_account_is_one_with_another_version(fence: Fence, mirror: SqlMirror) -> None:
    """The connector's own last write is no edit; without a list of edits everybody linked is decided again."""
    promote(mirror, hire(1), hire(2), hire(3))
    links = [link(1, "sent"), link(2, "sent")]
    links[0].version, links[1].version = "v1", "v2"
    add(fence.database, *links)
    mark_clean(fence)

    strangers = mirror.mark_edited(
        [EditedAccount("a1", "v1"), EditedAccount("a2", "v3"), EditedAccount("a9", "v1")]
    )
    edited = dirty(fence)
    mirror.mark_edited(None)

    assert (edited, dirty(fence), strangers) == (["e2"], ["e1", "e2"], ["a9"])


def test_decision_inputs_are_those_of_dirty_or_named_people(fence: Fence, mirror: SqlMirror) -> None:
    """In the order of person keys."""
    promote(mirror, hire(2), hire(1), hire(3))
    mark_clean(fence)
    with fence.writing() as session:
        session.execute(sa.update(EmployeeRow).where(EmployeeRow.employee_id != "e2").values(dirty=True))

    everybody = [one.person.key for chunk in mirror.decision_inputs() for one in chunk]
    named = [one.person.key for chunk in mirror.decision_inputs(["p2", "p1"]) for one in chunk]

    assert (everybody, named) == (["p1", "p3"], ["p1", "p2"])
    assert list(mirror.person_keys_of(["e3", "e1", "e9"])) == ["p1", "p3"]
