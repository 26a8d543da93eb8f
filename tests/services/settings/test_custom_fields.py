"""A custom field of a company, from Paycor to custom user data, over the whole system."""

import json

import pytest

from connector.core.model.settings import MappingRow, WhenNull
from connector.sandbox.company import ids
from tests.whole import PORTAL, Whole

DESK = 1  # its index among the sandbox's custom fields


def moves_to(whole: Whole, index: int, desk: str) -> None:
    """HR at Paycor changes the custom field of one employee; the employee's own record does not change."""
    company = whole.paycor.sandbox.company(226410)
    field_id = ids.IdSpace(company.seed, ids.CUSTOM_FIELD, company.entity_of(index).id).id_of(DESK)
    body = json.dumps({"value": desk, "at": "2026-03-02T10:00:00.000"})
    whole.paycor.sandbox.store.write("custom field", company.person(index).employee_id, field_id, body)


def sync_one(whole: Whole, employee_id: str) -> None:
    """A sync of one person, as an admin requests it."""
    with whole.app.app_context():
        run_id = whole.services.runs.request_one(PORTAL, employee_id, "admin")
        whole.services.executor.attempt(run_id, role="test")


@pytest.mark.req("A31", "A4")
def test_a_changed_custom_field_reaches_only_its_learner(whole: Whole) -> None:
    """It is found and mapped; a second sync changes only the learner whose value has changed."""
    company, employed = whole.paycor.sandbox.company(226410), set(whole.employed())
    index = next(at for at in range(30, 60) if company.person(at).employee_id in employed)
    with whole.app.app_context():
        settings_service = whole.services.settings
        whole.services.options.find_custom_fields(PORTAL, None)
        settings_service.save_mapping(PORTAL, None, [MappingRow("custom:Desk", "job_title")])
    assert whole.sync().status == "done"
    before = whole.learners()

    moves_to(whole, index, "N-999")
    run = whole.sync()

    after = whole.learners()
    changed = [email for email, learner in after.items() if learner != before[email]]
    assert run.report is not None
    assert (run.report.updated, len(changed)) == (1, 1)
    assert "N-999" in str(after[changed[0]])


@pytest.mark.req("D11")
@pytest.mark.parametrize(("when_null", "changes"), [(WhenNull.CLEAR, 1), (WhenNull.KEEP, 0)])
@pytest.mark.parametrize("alone", [False, True], ids=["everybody", "alone"])
def test_a_value_cleared_at_paycor_is_emptied_if_the_mapping_says_so(
    whole: Whole, when_null: WhenNull, changes: int, alone: bool
) -> None:
    """Although Paycor then omits the whole field for that employee; other employees still have it."""
    box = whole.paycor.sandbox
    box.switches = box.switches.changed({"omits_empty_custom_fields": True})
    company, employed = box.company(226410), set(whole.employed())
    index = next(at for at in range(30, 60) if company.person(at).employee_id in employed)
    moves_to(whole, index, "N-999")
    with whole.app.app_context():
        rows = [MappingRow("custom:Desk", "job_title", when_null=when_null)]
        whole.services.options.find_custom_fields(PORTAL, None)
        whole.services.settings.save_mapping(PORTAL, None, rows)
    assert whole.sync().status == "done"
    before = whole.learners()

    moves_to(whole, index, "")
    if alone:
        sync_one(whole, company.person(index).employee_id)
    else:
        assert whole.sync().status == "done"

    after = whole.learners()
    changed = [email for email, learner in after.items() if learner != before[email]]
    assert len(changed) == changes
    assert all("N-999" not in str(after[email]) for email in changed)
    assert whole.sync().status == "done"
    assert whole.learners() == after
