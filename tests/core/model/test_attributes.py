import re
from collections import Counter

import pytest

from connector.core.model.attributes import BY_KEY, CATALOGUE, Origin, origins


@pytest.mark.req("A31")
def test_every_attribute_has_its_own_key_and_label() -> None:
    """No key or label occurs twice, and keys are plain words."""
    counts = Counter(word for one in CATALOGUE for word in (one.key, one.label))

    assert [word for word, count in counts.items() if count > 1] == []
    assert [one.key for one in CATALOGUE if not re.fullmatch(r"[a-z]+(_[a-z]+)*", one.key)] == []
    assert [BY_KEY[one.key] for one in CATALOGUE] == list(CATALOGUE)


@pytest.mark.req("B6", "A3")
def test_attributes_named_in_the_documents_can_be_mapped() -> None:
    """Names, work email, job title, hire date, number, type, work location and state, department, manager."""
    named = (
        *("first_name", "last_name", "work_email", "job_title", "hire_date", "employee_number"),
        *("employment_type", "work_location", "work_state", "department", "manager_name", "supervisor"),
    )

    assert [key for key in named if key not in BY_KEY] == []


@pytest.mark.req("D19", "B8")
def test_private_attributes_cannot_be_mapped() -> None:
    """None of the ten private kinds is in the catalogue."""
    private = r"ssn|social|birth|gender|ethnic|marital|disab|pay_|salary|bank|home|leave_reason|personal"

    assert [one.key for one in CATALOGUE if re.search(private, one.key)] == []


@pytest.mark.req("B5")
def test_every_attribute_names_the_permission_it_needs() -> None:
    """By its name in the developer portal."""
    assert [one.key for one in CATALOGUE if not one.permission.strip()] == []


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param((), set(), id="nothing mapped"),
        pytest.param(("job_title", "hire_date"), {Origin.EMPLOYEE}, id="from the record"),
        pytest.param(
            ("department", "manager_name"), {Origin.DEPARTMENT, Origin.MANAGER}, id="from other lists"
        ),
        pytest.param(("supervisor", "direct_reports"), {Origin.REPORTS}, id="from all records"),
        pytest.param(("no_such_key",), set(), id="unknown"),
    ],
)
def test_origins_of_mapped_attributes(keys: tuple[str, ...], expected: set[Origin]) -> None:
    """A key that the catalogue does not have is ignored."""
    assert origins(keys) == expected
