"""A source of a few people: those whom Paycor has named as changed, or the one who is asked for, each read alone.

In: the source of a connection and employee ids; out: a `Source` whose pages are these employees. It proves nothing
about anybody else, so a run with it has `Parts.whole` False.
"""

from collections.abc import Iterator, Sequence

from connector.core.model.employee import Employee
from connector.core.model.operation import Finding
from connector.core.ports.source import Source, SourcePage


class SubsetSource:
    """The `Source` of a run in mode `nudge` or `one`. Whom Paycor does not know, or not as ours, it passes over."""

    def __init__(self, source: Source, employee_ids: Sequence[str]) -> None:
        self._source = source
        self._employee_ids = tuple(employee_ids)

    def pages(self) -> Iterator[SourcePage]:
        """A page for each of them, in the order of their ids."""
        for employee_id in self._employee_ids:
            page = self._source.one(employee_id)
            if page is not None:
                yield page

    def one(self, employee_id: str) -> SourcePage | None:
        """As the whole source has it."""
        return self._source.one(employee_id)

    def decode(self, page: SourcePage, place: int) -> Employee:
        """As the whole source has it."""
        return self._source.decode(page, place)

    def findings(self) -> Sequence[Finding]:
        """Nothing: a few people show nothing about the connection as a whole."""
        return ()

    @property
    def calls(self) -> int:
        """How many requests went to Paycor."""
        return self._source.calls
