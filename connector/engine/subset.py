"""A source of only some employees: those named by events from Paycor, or the one of a single-person sync.

In: the source of a connection and employee ids; out: a `Source` with a page for each of these employees. It proves
nothing about other employees, so a run with it needs `RunContext.only_employee_ids`.
"""

from collections.abc import Iterator, Sequence

from connector.core.model.employee import Employee
from connector.core.model.operation import Finding
from connector.core.ports.source import Source, SourcePage


class SubsetSource:
    """The `Source` of an event refresh or a single-person sync; employees that Paycor does not have are left out."""

    def __init__(self, source: Source, employee_ids: Sequence[str]) -> None:
        self._source = source
        self._employee_ids = tuple(employee_ids)

    def pages(self) -> Iterator[SourcePage]:
        """A page for each of the employees, in the order of the ids."""
        for employee_id in self._employee_ids:
            page = self._source.one(employee_id)
            if page is not None:
                yield page

    def one(self, employee_id: str) -> SourcePage | None:
        """The page of one employee in the whole source."""
        return self._source.one(employee_id)

    def decode(self, page: SourcePage, index: int) -> Employee:
        """The employee in the record at `index` of a page."""
        return self._source.decode(page, index)

    def findings(self) -> Sequence[Finding]:
        """Nothing: some employees say nothing about the connection as a whole."""
        return ()

    @property
    def calls(self) -> int:
        """How many requests were sent to Paycor."""
        return self._source.calls
