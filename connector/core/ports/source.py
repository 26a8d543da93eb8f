"""The contract of Paycor: all employees, page by page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from connector.core.model.employee import Employee, Value
from connector.core.model.operation import Finding


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page of one legal entity: records not yet decoded, in three columns, because most are never decoded.

    `joined` has the attributes of each record that came from other lists; it is empty if there are none. A digest is 16
    bytes of a hash over the record, its joined attributes and the settings it is read under: the same digest means that
    nothing is new. The first page of a run proves that Paycor was reached.
    """

    legal_entity_id: int
    digests: Sequence[bytes]
    records: Sequence[bytes]
    joined: Sequence[Mapping[str, Value]] = ()


class Source(Protocol):
    """All employees at Paycor, page by page. A page that fails raises a SourceError: then the read proves nothing.

    Only reaching the end without an error proves that the read is complete.
    """

    def pages(self) -> Iterator[SourcePage]:
        """Every page of every legal entity; an employee that Paycor sends twice comes twice."""
        ...

    def one(self, employee_id: str) -> SourcePage | None:
        """One employee, as a page of their legal entity; None if no connected legal entity has them."""
        ...

    def decode(self, page: SourcePage, index: int) -> Employee:
        """The employee in the record at `index` of a page; never raises: `Employee.problem` says what is unreadable.

        The employee id is empty if the record has none.
        """
        ...

    def findings(self) -> Sequence[Finding]:
        """Findings about the connection as a whole, such as a missing optional permission."""
        ...

    @property
    def calls(self) -> int:
        """How many requests were sent to Paycor."""
        ...
