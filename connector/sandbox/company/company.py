"""A company: which employments are in which legal entity's feed on a day, under which ids and at which position."""

from datetime import date
from functools import cached_property

from connector.sandbox.company import ids
from connector.sandbox.company.edge_cases import EDGE_CASES
from connector.sandbox.company.histories import EDGE_CASES_FROM, arrivals_by
from connector.sandbox.company.people import LEARNER_STRIDE, PersonFactory, learner_number
from connector.sandbox.company.person import Person
from connector.sandbox.company.tenants import LegalEntity, Tenant

#: In a tenant of two legal entities one person in so many works for the second.
SECOND_ENTITY_STRIDE = 5


class Company:
    """One tenant's people on one day. Immutable: `on` gives the same company on another day."""

    def __init__(
        self,
        tenant: Tenant,
        people: int,
        seed: int,
        anchor: date,
        today: date,
        arrived_by: date | None = None,
    ) -> None:
        """`people` is the head count on the anchor day, over all legal entities of the tenant.

        People who joined after `arrived_by` are not in the feed yet: Paycor shows a new employee with a delay.
        """
        self.tenant = tenant
        self.people = people
        self.seed = seed
        self.anchor = anchor
        self.today = today
        self._arrived_by = arrived_by or today
        self._has_two_entities = len(tenant.entities) > 1
        self._entity_ids = [ids.IdSpace(seed, ids.EMPLOYEE, entity.id) for entity in tenant.entities]
        self._person_ids = ids.IdSpace(seed, ids.PERSON, tenant.entities[0].id)
        self._factory = PersonFactory(
            people=people,
            seed=seed,
            domain=tenant.domain,
            anchor_day=anchor.toordinal(),
            day=(today - anchor).days,
            has_two_entities=self._has_two_entities,
            employee_id=self.employee_id,
            person_suffix=self._person_ids.suffix,
        )

    def on(self, today: date) -> "Company":
        """The same company on another day."""
        return Company(self.tenant, self.people, self.seed, self.anchor, today)

    @cached_property
    def head_count(self) -> int:
        """The number of employments in the feed today, leavers and coming hires included."""
        return self.people + arrivals_by(self.people, (self._arrived_by - self.anchor).days)

    def size(self, entity: LegalEntity) -> int:
        """How many employments of one legal entity are in the feed today."""
        if len(self.tenant.entities) == 1:
            return self.head_count
        second = self.head_count // SECOND_ENTITY_STRIDE

        return second if entity == self.tenant.entities[1] else self.head_count - second

    def index_at(self, entity: LegalEntity, position: int) -> int:
        """The index of the person at a position, counted from 0, of a legal entity's feed."""
        if not self._has_two_entities:
            return position
        if entity.id == self.tenant.entities[1].id:
            return position * SECOND_ENTITY_STRIDE + SECOND_ENTITY_STRIDE - 1

        return position // (SECOND_ENTITY_STRIDE - 1) * SECOND_ENTITY_STRIDE + position % (
            SECOND_ENTITY_STRIDE - 1
        )

    def entity_of(self, index: int) -> LegalEntity:
        """The legal entity a person works for."""
        return self.tenant.entities[self._entity_index(index)]

    def index_of(self, employee_id: str) -> int | None:
        """The index behind an employee id; None when no employment in today's feed has it."""
        for side, space in enumerate(self._entity_ids):
            index = space.index_of(employee_id)
            if index is not None:
                return index if index < self.head_count and self._entity_index(index) == side else None
        return None

    def employee_id(self, index: int) -> str:
        """The employee id of the person at an index."""
        return self._entity_ids[self._entity_index(index)].id_of(index)

    def kinds(self) -> dict[str, str]:
        """Kind of edge case -> employee id; empty in a company of fewer than 60."""
        if self.people < EDGE_CASES_FROM:
            return {}

        return {edge_case.kind: self.employee_id(index) for index, edge_case in EDGE_CASES.items()}

    def existing_learners(self) -> dict[int, int]:
        """N of every `existing.learner.N` address -> index of the person; about 4 % and at least 3."""
        candidates = (
            *range(min(self.people, EDGE_CASES_FROM)),
            *range(0, self.people, LEARNER_STRIDE),
        )
        numbered = ((learner_number(index, self.people), index) for index in candidates)

        return {number: index for number, index in numbered if number is not None}

    def person(self, index: int) -> Person:
        """The person at an index (below `head_count`) as of today."""
        return self._factory.person(index)

    def employments(self, index: int) -> tuple[int, ...]:
        """The indexes of all employments, in today's feed, of the person at an index; oldest first."""
        return tuple(found for found in self._factory.employments(index) if found < self.head_count)

    def index_of_person(self, person_id: str) -> int | None:
        """The index of a person's oldest employment, by person id; None when no one in today's feed has it."""
        index = self._person_ids.index_of(person_id)
        if index is None or index >= self.head_count or self.employments(index)[0] != index:
            return None

        return index

    def random_bytes(self, index: int) -> bytes:
        """Sixteen random bytes of a person's own, always the same, for what is not part of `Person`."""
        return self._factory.random_bytes(index)

    def _entity_index(self, index: int) -> int:
        return 1 if self._has_two_entities and index % SECOND_ENTITY_STRIDE == SECOND_ENTITY_STRIDE - 1 else 0
