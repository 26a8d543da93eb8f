"""Strategies for an admin's settings: scopes, overrides, mapping rows, and what a host can do.

The caller gives the attribute keys, texts, ids and days to draw from. Most draws are empty, so that the laws still
apply to most people.
"""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy, sampled_from

from connector.core.model.override import Override, OverrideKind
from connector.core.model.settings import Condition, MappingRow, Operator, Outside, Scope, WhenNull
from connector.core.ports.host import Capabilities


def conditions(keys: tuple[str, ...], texts: tuple[str, ...]) -> SearchStrategy[Condition]:
    """A condition on one of these attributes; some have no values, some the empty text."""
    values = st.lists(sampled_from((*texts, "")), max_size=3).map(tuple)
    return st.builds(Condition, sampled_from(keys), sampled_from(Operator), values)


def scopes(
    keys: tuple[str, ...], texts: tuple[str, ...], employee_ids: tuple[str, ...]
) -> SearchStrategy[Scope]:
    """Mostly the empty scope; otherwise conditions, named people, or both; a person may be named as in and out."""
    some = st.lists(conditions(keys, texts), max_size=2).map(tuple)
    people = st.lists(sampled_from(employee_ids), max_size=1).map(tuple)
    drawn = st.builds(Scope, some, some, people, people, sampled_from(Outside))
    return st.one_of(st.just(Scope()), st.just(Scope()), drawn)


def overrides(names: tuple[str, ...], today: date) -> SearchStrategy[tuple[Override, ...]]:
    """Mostly none; otherwise some that end around today, or never."""
    until = sampled_from((*(today + timedelta(days=n) for n in range(-3, 4)), date.max))
    protect = st.builds(Override, st.just(OverrideKind.PROTECT), until)
    hold = st.builds(Override, st.just(OverrideKind.HOLD), until, sampled_from(names))
    drawn = st.lists(st.one_of(hold, hold, protect), max_size=3).map(tuple)
    return st.one_of(st.just(()), st.just(()), drawn)


def rows(
    attributes: tuple[str, ...], targets: tuple[str, ...], texts: tuple[str, ...]
) -> SearchStrategy[MappingRow]:
    """A row onto one of these fields, plain or with a fallback, translations and `create_only`."""
    attribute, key, when_null = sampled_from(attributes), sampled_from(targets), sampled_from(WhenNull)
    aliases = st.dictionaries(sampled_from(texts), sampled_from((*texts, "")), max_size=3)
    plain = st.builds(MappingRow, attribute, key, when_null)
    full = st.builds(
        MappingRow, attribute, key, when_null, sampled_from(("", *attributes)), aliases, st.booleans()
    )
    return st.one_of(plain, full)


def capabilities() -> SearchStrategy[Capabilities]:
    """Mostly everything; otherwise a host that cannot mail, or has no pending accounts."""
    limited = [
        Capabilities(invite=invite, pending=pending) for invite in (True, False) for pending in (True, False)
    ]
    return sampled_from((*[Capabilities()] * 5, *limited))
