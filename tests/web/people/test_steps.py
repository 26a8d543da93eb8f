"""The steps of an explanation in plain words."""

from connector.core.model.operation import OperationKind
from connector.core.rules.access.entitlement import Access
from connector.core.rules.why import StepName, TraceStep
from connector.web.people.steps import step_line
from connector.words.people import STEP_VALUES, STEPS


def test_every_entitlement_and_operation_has_words() -> None:
    """No page shows the bare code of an entitlement or of a decision."""
    entitlements = {(StepName.ENTITLEMENT, access.value) for access in Access}
    decisions = {
        (StepName.DECISION, kind.value) for kind in OperationKind if kind is not OperationKind.UNLINK
    }

    assert entitlements | decisions <= STEP_VALUES.keys()
    assert {name for name, _ in STEP_VALUES} <= STEPS.keys()


def test_a_value_shows_the_nearest_choice() -> None:
    """Fields have the labels of the LMS."""
    step = TraceStep(StepName.FINDING, "choice_mismatch", "Ohoi", "State", hint="Ohio")

    line = step_line(step, {"state": "Home state"})

    assert line.value == "Ohoi – Nearest choice: Ohio"
    assert (line.subject, line.why) == ("State", "Value is not one of the choices")
    assert step_line(
        TraceStep(StepName.DECISION, "A2", "update", "email, field:state"), {"state": "Home state"}
    ).subject == ("Work email, Home state")
    assert (
        step_line(TraceStep(StepName.FIELD, "A4", "Ohio", "state"), {"state": "Home state"}).subject
        == "Home state"
    )
