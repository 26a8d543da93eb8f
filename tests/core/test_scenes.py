"""The drawn scenes themselves: they reach what the laws of decisions are about."""

from collections import Counter

from hypothesis import Phase, given, settings

from connector.core.model.operation import OperationKind
from tests.core.scenes import Scene, decision_of, scenes


def test_drawn_scenes_reach_every_kind_of_operation() -> None:
    """And unchanged, and most reasons for skipping: the laws above are not empty."""
    kinds, reasons = Counter[OperationKind | None](), Counter[str]()

    @settings(max_examples=600, derandomize=True, database=None, phases=[Phase.generate])
    @given(scenes())
    def draw(scene: Scene) -> None:
        decision = decision_of(scene)
        kinds[decision.operation.kind if decision.operation else None] += 1
        reasons.update([decision.skipped.code] if decision.skipped else [])

    draw()

    assert kinds.keys() == {None, *OperationKind} - {OperationKind.UNLINK}
    assert len(reasons) > 13
    assert reasons.keys() >= {"out_of_scope", "scope_unknown", "protected"}
