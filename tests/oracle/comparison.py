"""Where the real LMS is not as the model says: a sentence for each difference, with the rule."""

from collections import Counter
from collections.abc import Iterator

from tests.oracle.model.learners import Learner
from tests.oracle.model.model import Model


def differences(model: Model, real: list[Learner], mails: Counter[tuple[str, str]]) -> list[str]:
    """Everything that differs; empty when the day is right."""
    expected, found = {one.key: one for one in model.roster.present()}, {one.key: one for one in real}
    return [
        *(f"{key}: {sentence}" for key, sentence in _accounts(expected, found, model)),
        *_mails(model.roster.mails, mails),
    ]


def _accounts(
    expected: dict[str, Learner], found: dict[str, Learner], model: Model
) -> Iterator[tuple[str, str]]:
    for key in sorted(expected.keys() | found.keys()):
        why = model.why.get(key, "nobody at Paycor has this address")
        if key not in found:
            yield key, f"the model has an account, the LMS has none; {why}"
        elif key not in expected:
            yield key, f"the LMS has an account, the model has none; {why}"
        else:
            mine, theirs = _seen(expected[key]), _seen(found[key])
            for name in sorted(mine.keys() | theirs.keys()):
                if mine.get(name) != theirs.get(name):
                    yield (
                        key,
                        f"{name}: the model says {mine.get(name)}, the LMS has {theirs.get(name)}; {why}",
                    )


def _seen(learner: Learner) -> dict[str, object]:
    fields = {f"field {name}": value for name, value in sorted(learner.fields.items())}
    return {
        "type": learner.kind.value,
        "state": learner.state.value,
        "first name": learner.first_name,
        "last name": learner.last_name,
        "Paycor mark": learner.is_marked,
        **fields,
    }


def _mails(expected: Counter[tuple[str, str]], found: Counter[tuple[str, str]]) -> Iterator[str]:
    for pair in sorted(expected.keys() | found.keys()):
        if expected[pair] != found[pair]:
            yield f"{pair[0]}: {pair[1]} mails: the model says {expected[pair]}, the LMS sent {found[pair]}"
