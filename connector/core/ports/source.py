"""The contract of Paycor: everybody, page by page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from connector.core.model.employee import Employee, Value
from connector.core.model.operation import Finding

# --- Paycor --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page of one legal entity: records not yet decoded, in three columns, because most are never looked at.

    `joined` are attributes of each that came by other lists; it is empty when there are none. A digest is 16 bytes of
    a hash over the record, what was joined to it and the settings they are read under: the same digest means that
    nothing came new. The first page of a run proves that Paycor was reached.
    """

    legal_entity_id: int
    digests: Sequence[bytes]
    records: Sequence[bytes]
    joined: Sequence[Mapping[str, Value]] = ()


class Source(Protocol):
    """Everybody at Paycor, page by page. A page that fails raises a SourceError: then nothing was proved.

    Running off the end without an error is the proof that the read is complete.
    """

    def pages(self) -> Iterator[SourcePage]:
        """Every page of every legal entity; an employee comes as often as Paycor sends them."""
        ...

    def one(self, employee_id: str) -> SourcePage | None:
        """One employee, as a page of their legal entity; None when they are gone, not there yet, or not ours."""
        ...

    def decode(self, page: SourcePage, place: int) -> Employee:
        """The employee in the record at a place of a page; never raises: what cannot be read is in `Employee.problem`.

        The employee id of a record that has none is empty.
        """
        ...

    def findings(self) -> Sequence[Finding]:
        """What the read showed about the connection as a whole, such as a missing optional permission."""
        ...

    @property
    def calls(self) -> int:
        """How many requests went to Paycor."""
        ...
